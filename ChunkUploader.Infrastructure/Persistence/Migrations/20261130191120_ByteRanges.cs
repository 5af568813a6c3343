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
            migrationBuilder.AddColumn<int>(
                name: "Version",
                table: "UploadSessions",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            CopyChunks(
                migrationBuilder,
                """
                CREATE TABLE "NewChunks" (
                    "SessionId" BLOB NOT NULL,
                    "Offset" INTEGER NOT NULL,
                    "Digests" BLOB NOT NULL,
                    "Length" INTEGER NOT NULL,
                    CONSTRAINT "PK_ReceivedChunks" PRIMARY KEY ("SessionId", "Offset"),
                    CONSTRAINT "FK_ReceivedChunks_UploadSessions_SessionId" FOREIGN KEY ("SessionId")
                        REFERENCES "UploadSessions" ("Id") ON DELETE CASCADE
                );
                """,
                """
                INSERT INTO "NewChunks" ("SessionId", "Offset", "Digests", "Length")
                SELECT "SessionId", "Offset", "Digests", "Length" FROM "ReceivedChunks";
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            CopyChunks(
                migrationBuilder,
                """
                CREATE TABLE "NewChunks" (
                    "SessionId" BLOB NOT NULL,
                    "Index" INTEGER NOT NULL,
                    "Offset" INTEGER NOT NULL,
                    "Length" INTEGER NOT NULL,
                    "Digests" BLOB NOT NULL,
                    CONSTRAINT "PK_ReceivedChunks" PRIMARY KEY ("SessionId", "Index"),
                    CONSTRAINT "FK_ReceivedChunks_UploadSessions_SessionId" FOREIGN KEY ("SessionId")
                        REFERENCES "UploadSessions" ("Id") ON DELETE CASCADE
                );
                """,
                """
                INSERT INTO "NewChunks" ("SessionId", "Index", "Offset", "Length", "Digests")
                SELECT chunk."SessionId", chunk."Offset" / session."ChunkSize", chunk."Offset", chunk."Length", chunk."Digests"
                FROM "ReceivedChunks" AS chunk JOIN "UploadSessions" AS session ON session."Id" = chunk."SessionId";
                """);

            migrationBuilder.Sql("""ALTER TABLE "UploadSessions" DROP COLUMN "Version";""");
        }

        // By hand: EF would do the same in several transactions, and a process that is killed between two of them would
        // never start again.
        static void CopyChunks(MigrationBuilder migrationBuilder, string create, string copy)
        {
            migrationBuilder.Sql(create);
            migrationBuilder.Sql(copy);
            migrationBuilder.Sql("""DROP TABLE "ReceivedChunks";""");
            migrationBuilder.Sql("""ALTER TABLE "NewChunks" RENAME TO "ReceivedChunks";""");
        }
    }
}
