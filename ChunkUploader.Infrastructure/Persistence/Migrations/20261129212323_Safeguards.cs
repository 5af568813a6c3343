using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ChunkUploader.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class Safeguards : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_StoredFiles_UploadedAt",
                table: "StoredFiles");

            // In one statement: EF would copy the whole table, in several transactions.
            migrationBuilder.Sql("ALTER TABLE UploadSessions DROP COLUMN Form_CompletedBy");

            migrationBuilder.AddColumn<string>(
                name: "Form_Inherited",
                table: "UploadSessions",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Form_Lost",
                table: "UploadSessions",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Form_Repeated",
                table: "UploadSessions",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "OwnerAddress",
                table: "UploadSessions",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<bool>(
                name: "OwnerIsKnown",
                table: "UploadSessions",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "Part",
                table: "UploadSessions",
                type: "TEXT",
                maxLength: 100,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "TrashedAt",
                table: "StoredFiles",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "DamagedAt",
                table: "Blobs",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "VerifiedAt",
                table: "Blobs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateTable(
                name: "DeletedBlobs",
                columns: table => new
                {
                    BlobId = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_DeletedBlobs", x => x.BlobId);
                });

            migrationBuilder.CreateTable(
                name: "Installation",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false),
                    Key = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Installation", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_StoredFiles_TrashedAt",
                table: "StoredFiles",
                column: "TrashedAt",
                filter: "TrashedAt IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_StoredFiles_UploadedAt_TrashedAt",
                table: "StoredFiles",
                columns: new[] { "UploadedAt", "TrashedAt" },
                filter: "TrashedAt IS NULL");

            migrationBuilder.Sql("UPDATE UploadSessions SET OwnerIsKnown = 1 WHERE Owner NOT LIKE 'guest:%'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "DeletedBlobs");

            migrationBuilder.DropTable(
                name: "Installation");

            migrationBuilder.DropIndex(
                name: "IX_StoredFiles_TrashedAt",
                table: "StoredFiles");

            migrationBuilder.DropIndex(
                name: "IX_StoredFiles_UploadedAt_TrashedAt",
                table: "StoredFiles");

            migrationBuilder.DropColumn(
                name: "Form_Inherited",
                table: "UploadSessions");

            migrationBuilder.DropColumn(
                name: "Form_Lost",
                table: "UploadSessions");

            migrationBuilder.DropColumn(
                name: "Form_Repeated",
                table: "UploadSessions");

            migrationBuilder.DropColumn(
                name: "OwnerAddress",
                table: "UploadSessions");

            migrationBuilder.DropColumn(
                name: "OwnerIsKnown",
                table: "UploadSessions");

            migrationBuilder.DropColumn(
                name: "Part",
                table: "UploadSessions");

            migrationBuilder.DropColumn(
                name: "TrashedAt",
                table: "StoredFiles");

            migrationBuilder.DropColumn(
                name: "DamagedAt",
                table: "Blobs");

            migrationBuilder.DropColumn(
                name: "VerifiedAt",
                table: "Blobs");

            migrationBuilder.AddColumn<int>(
                name: "Form_CompletedBy",
                table: "UploadSessions",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_StoredFiles_UploadedAt",
                table: "StoredFiles",
                column: "UploadedAt");
        }
    }
}
