using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ChunkUploader.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class ByteRanges : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "PK_ReceivedChunks",
                table: "ReceivedChunks");

            migrationBuilder.DropColumn(
                name: "Index",
                table: "ReceivedChunks");

            migrationBuilder.AddColumn<int>(
                name: "Version",
                table: "UploadSessions",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddPrimaryKey(
                name: "PK_ReceivedChunks",
                table: "ReceivedChunks",
                columns: new[] { "SessionId", "Offset" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "PK_ReceivedChunks",
                table: "ReceivedChunks");

            migrationBuilder.DropColumn(
                name: "Version",
                table: "UploadSessions");

            migrationBuilder.AddColumn<int>(
                name: "Index",
                table: "ReceivedChunks",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.Sql(
                """
                UPDATE ReceivedChunks
                SET "Index" = Offset / (SELECT ChunkSize FROM UploadSessions WHERE UploadSessions.Id = SessionId)
                """);

            migrationBuilder.AddPrimaryKey(
                name: "PK_ReceivedChunks",
                table: "ReceivedChunks",
                columns: new[] { "SessionId", "Index" });
        }
    }
}
