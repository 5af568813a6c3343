using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ChunkUploader.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class FormUploads : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "FormKey",
                table: "UploadSessions",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Form_CompletedBy",
                table: "UploadSessions",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "Form_ConflictAt",
                table: "UploadSessions",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "Form_ParkedBlob",
                table: "UploadSessions",
                type: "BLOB",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "Form_ParkedLength",
                table: "UploadSessions",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "Form_RepeatedAt",
                table: "UploadSessions",
                type: "INTEGER",
                nullable: true);

            // EF's model cannot say that a part of an object is indexed.
            migrationBuilder.CreateIndex(
                name: "IX_UploadSessions_Owner_FormKey",
                table: "UploadSessions",
                columns: ["Owner", "FormKey"],
                filter: "FormKey IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_UploadSessions_Owner_FormKey",
                table: "UploadSessions");

            migrationBuilder.DropColumn(
                name: "FormKey",
                table: "UploadSessions");

            migrationBuilder.DropColumn(
                name: "Form_CompletedBy",
                table: "UploadSessions");

            migrationBuilder.DropColumn(
                name: "Form_ConflictAt",
                table: "UploadSessions");

            migrationBuilder.DropColumn(
                name: "Form_ParkedBlob",
                table: "UploadSessions");

            migrationBuilder.DropColumn(
                name: "Form_ParkedLength",
                table: "UploadSessions");

            migrationBuilder.DropColumn(
                name: "Form_RepeatedAt",
                table: "UploadSessions");
        }
    }
}
