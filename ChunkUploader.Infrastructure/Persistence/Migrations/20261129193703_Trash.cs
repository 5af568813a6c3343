using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ChunkUploader.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class Trash : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_StoredFiles_UploadedAt",
                table: "StoredFiles");

            migrationBuilder.AddColumn<long>(
                name: "TrashedAt",
                table: "StoredFiles",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_StoredFiles_TrashedAt",
                table: "StoredFiles",
                column: "TrashedAt",
                filter: "TrashedAt IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_StoredFiles_UploadedAt_TrashedAt",
                table: "StoredFiles",
                columns: ["UploadedAt", "TrashedAt"],
                filter: "TrashedAt IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_StoredFiles_TrashedAt",
                table: "StoredFiles");

            migrationBuilder.DropIndex(
                name: "IX_StoredFiles_UploadedAt_TrashedAt",
                table: "StoredFiles");

            migrationBuilder.DropColumn(
                name: "TrashedAt",
                table: "StoredFiles");

            migrationBuilder.CreateIndex(
                name: "IX_StoredFiles_UploadedAt",
                table: "StoredFiles",
                column: "UploadedAt");
        }
    }
}
