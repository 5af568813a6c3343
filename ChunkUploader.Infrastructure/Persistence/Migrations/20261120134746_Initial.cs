using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ChunkUploader.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "AdminCredentials",
                columns: table => new
                {
                    Id = table.Column<int>(type: "INTEGER", nullable: false),
                    PasswordHash = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AdminCredentials", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Blobs",
                columns: table => new
                {
                    Id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Size = table.Column<long>(type: "INTEGER", nullable: false),
                    Md5 = table.Column<byte[]>(type: "BLOB", nullable: false),
                    ContentHash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    FirstBlock = table.Column<byte[]>(type: "BLOB", nullable: true),
                    StoredAt = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Blobs", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "UploadSessions",
                columns: table => new
                {
                    Id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Owner = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    FileName = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    RelativePath = table.Column<string>(type: "TEXT", maxLength: 1024, nullable: true),
                    ContentType = table.Column<string>(type: "TEXT", nullable: false),
                    LastModified = table.Column<long>(type: "INTEGER", nullable: true),
                    FirstBlock = table.Column<byte[]>(type: "BLOB", nullable: true),
                    BlobId = table.Column<byte[]>(type: "BLOB", nullable: false),
                    State = table.Column<int>(type: "INTEGER", nullable: false),
                    Md5 = table.Column<byte[]>(type: "BLOB", nullable: true),
                    ContentHash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    HasDigestMismatch = table.Column<bool>(type: "INTEGER", nullable: false),
                    BlockDigests = table.Column<byte[]>(type: "BLOB", nullable: true),
                    FileId = table.Column<byte[]>(type: "BLOB", nullable: true),
                    IsSuspect = table.Column<bool>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Challenge_Blob = table.Column<byte[]>(type: "BLOB", nullable: true),
                    Challenge_ExpiresAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Challenge_Nonce = table.Column<byte[]>(type: "BLOB", nullable: true),
                    Challenge_Seed = table.Column<byte[]>(type: "BLOB", nullable: true),
                    Challenge_Size = table.Column<long>(type: "INTEGER", nullable: true),
                    ChunkSize = table.Column<long>(type: "INTEGER", nullable: true),
                    ChunkCount = table.Column<int>(type: "INTEGER", nullable: true),
                    Size = table.Column<long>(type: "INTEGER", nullable: true),
                    Tail = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_UploadSessions", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "BlobBlocks",
                columns: table => new
                {
                    BlobId = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Digests = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_BlobBlocks", x => x.BlobId);
                    table.ForeignKey(
                        name: "FK_BlobBlocks_Blobs_BlobId",
                        column: x => x.BlobId,
                        principalTable: "Blobs",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "StoredFiles",
                columns: table => new
                {
                    Id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    BlobId = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Owner = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false),
                    Name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    RelativePath = table.Column<string>(type: "TEXT", maxLength: 1024, nullable: true),
                    ContentType = table.Column<string>(type: "TEXT", nullable: false),
                    UploadedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Instant = table.Column<bool>(type: "INTEGER", nullable: false),
                    Downloads = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_StoredFiles", x => x.Id);
                    table.ForeignKey(
                        name: "FK_StoredFiles_Blobs_BlobId",
                        column: x => x.BlobId,
                        principalTable: "Blobs",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "ReceivedChunks",
                columns: table => new
                {
                    SessionId = table.Column<byte[]>(type: "BLOB", nullable: false),
                    Index = table.Column<int>(type: "INTEGER", nullable: false),
                    Offset = table.Column<long>(type: "INTEGER", nullable: false),
                    Length = table.Column<long>(type: "INTEGER", nullable: false),
                    Digests = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ReceivedChunks", x => new { x.SessionId, x.Index });
                    table.ForeignKey(
                        name: "FK_ReceivedChunks_UploadSessions_SessionId",
                        column: x => x.SessionId,
                        principalTable: "UploadSessions",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Blobs_ContentHash",
                table: "Blobs",
                column: "ContentHash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Blobs_Md5",
                table: "Blobs",
                column: "Md5");

            migrationBuilder.CreateIndex(
                name: "IX_Blobs_Size_FirstBlock",
                table: "Blobs",
                columns: new[] { "Size", "FirstBlock" });

            migrationBuilder.CreateIndex(
                name: "IX_StoredFiles_BlobId_Owner",
                table: "StoredFiles",
                columns: new[] { "BlobId", "Owner" });

            migrationBuilder.CreateIndex(
                name: "IX_StoredFiles_UploadedAt",
                table: "StoredFiles",
                column: "UploadedAt");

            migrationBuilder.CreateIndex(
                name: "IX_UploadSessions_BlobId",
                table: "UploadSessions",
                column: "BlobId");

            migrationBuilder.CreateIndex(
                name: "IX_UploadSessions_ExpiresAt",
                table: "UploadSessions",
                column: "ExpiresAt");

            migrationBuilder.CreateIndex(
                name: "IX_UploadSessions_Owner_State_FileName",
                table: "UploadSessions",
                columns: new[] { "Owner", "State", "FileName" });

            migrationBuilder.CreateIndex(
                name: "IX_UploadSessions_State",
                table: "UploadSessions",
                column: "State");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "AdminCredentials");

            migrationBuilder.DropTable(
                name: "BlobBlocks");

            migrationBuilder.DropTable(
                name: "ReceivedChunks");

            migrationBuilder.DropTable(
                name: "StoredFiles");

            migrationBuilder.DropTable(
                name: "UploadSessions");

            migrationBuilder.DropTable(
                name: "Blobs");
        }
    }
}
