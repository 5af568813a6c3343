using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ChunkUploader.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class FieldNames : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.RenameColumn(
                name: "Form_RepeatedLately",
                table: "UploadSessions",
                newName: "Client_RepeatedLately");

            migrationBuilder.RenameColumn(
                name: "Form_RepeatedAt",
                table: "UploadSessions",
                newName: "Client_RepeatedAt");

            migrationBuilder.RenameColumn(
                name: "Form_Repeated",
                table: "UploadSessions",
                newName: "Client_Repeated");

            migrationBuilder.RenameColumn(
                name: "Form_Lost",
                table: "UploadSessions",
                newName: "Client_Lost");

            migrationBuilder.RenameColumn(
                name: "Form_Inherited",
                table: "UploadSessions",
                newName: "Client_Inherited");

            migrationBuilder.RenameColumn(
                name: "Form_ConflictAt",
                table: "UploadSessions",
                newName: "Client_ConflictAt");

            migrationBuilder.RenameColumn(
                name: "FormKey",
                table: "UploadSessions",
                newName: "ClientKey");

            migrationBuilder.RenameColumn(
                name: "OwnerIsKnown",
                table: "UploadSessions",
                newName: "OwnerIsStable");

            migrationBuilder.RenameColumn(
                name: "IsSuspect",
                table: "UploadSessions",
                newName: "NeedsVerification");

            migrationBuilder.RenameColumn(
                name: "Form_ParkedLength",
                table: "UploadSessions",
                newName: "Client_StagedLength");

            migrationBuilder.RenameColumn(
                name: "Form_ParkedBlob",
                table: "UploadSessions",
                newName: "Client_StagedBlob");

            migrationBuilder.DropIndex(
                name: "IX_UploadSessions_FormKey_Owner",
                table: "UploadSessions");

            migrationBuilder.CreateIndex(
                name: "IX_UploadSessions_ClientKey_Owner",
                table: "UploadSessions",
                columns: ["ClientKey", "Owner"],
                filter: "ClientKey IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.RenameColumn(
                name: "Client_RepeatedLately",
                table: "UploadSessions",
                newName: "Form_RepeatedLately");

            migrationBuilder.RenameColumn(
                name: "Client_RepeatedAt",
                table: "UploadSessions",
                newName: "Form_RepeatedAt");

            migrationBuilder.RenameColumn(
                name: "Client_Repeated",
                table: "UploadSessions",
                newName: "Form_Repeated");

            migrationBuilder.RenameColumn(
                name: "Client_Lost",
                table: "UploadSessions",
                newName: "Form_Lost");

            migrationBuilder.RenameColumn(
                name: "Client_Inherited",
                table: "UploadSessions",
                newName: "Form_Inherited");

            migrationBuilder.RenameColumn(
                name: "Client_ConflictAt",
                table: "UploadSessions",
                newName: "Form_ConflictAt");

            migrationBuilder.RenameColumn(
                name: "ClientKey",
                table: "UploadSessions",
                newName: "FormKey");

            migrationBuilder.RenameColumn(
                name: "OwnerIsStable",
                table: "UploadSessions",
                newName: "OwnerIsKnown");

            migrationBuilder.RenameColumn(
                name: "NeedsVerification",
                table: "UploadSessions",
                newName: "IsSuspect");

            migrationBuilder.RenameColumn(
                name: "Client_StagedLength",
                table: "UploadSessions",
                newName: "Form_ParkedLength");

            migrationBuilder.RenameColumn(
                name: "Client_StagedBlob",
                table: "UploadSessions",
                newName: "Form_ParkedBlob");

            migrationBuilder.DropIndex(
                name: "IX_UploadSessions_ClientKey_Owner",
                table: "UploadSessions");

            migrationBuilder.CreateIndex(
                name: "IX_UploadSessions_FormKey_Owner",
                table: "UploadSessions",
                columns: ["FormKey", "Owner"],
                filter: "FormKey IS NOT NULL");
        }
    }
}
