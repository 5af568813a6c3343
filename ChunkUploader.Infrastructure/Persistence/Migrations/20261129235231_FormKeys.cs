using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ChunkUploader.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class FormKeys : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Form_RepeatedLately",
                table: "UploadSessions",
                type: "TEXT",
                nullable: true);

            // A key that nobody can guess is looked for without its owner.
            migrationBuilder.DropIndex(
                name: "IX_UploadSessions_Owner_FormKey",
                table: "UploadSessions");

            migrationBuilder.CreateIndex(
                name: "IX_UploadSessions_FormKey_Owner",
                table: "UploadSessions",
                columns: ["FormKey", "Owner"],
                filter: "FormKey IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_UploadSessions_FormKey_Owner",
                table: "UploadSessions");

            migrationBuilder.CreateIndex(
                name: "IX_UploadSessions_Owner_FormKey",
                table: "UploadSessions",
                columns: ["Owner", "FormKey"],
                filter: "FormKey IS NOT NULL");

            migrationBuilder.DropColumn(
                name: "Form_RepeatedLately",
                table: "UploadSessions");
        }
    }
}
