using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ChunkUploader.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class RepeatedChunks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Form_CompletedBy",
                table: "UploadSessions");

            migrationBuilder.AddColumn<string>(
                name: "Form_Inherited",
                table: "UploadSessions",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Form_Repeated",
                table: "UploadSessions",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Form_Inherited",
                table: "UploadSessions");

            migrationBuilder.DropColumn(
                name: "Form_Repeated",
                table: "UploadSessions");

            migrationBuilder.AddColumn<int>(
                name: "Form_CompletedBy",
                table: "UploadSessions",
                type: "INTEGER",
                nullable: true);
        }
    }
}
