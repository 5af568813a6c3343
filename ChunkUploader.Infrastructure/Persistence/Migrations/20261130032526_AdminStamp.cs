using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ChunkUploader.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class AdminStamp : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Stamp",
                table: "AdminCredentials",
                type: "TEXT",
                nullable: false,
                defaultValue: "");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Stamp",
                table: "AdminCredentials");
        }
    }
}
