using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace ChunkUploader.Infrastructure.Persistence.Sqlite;

/// <summary>How dotnet-ef gets a context to write migrations with; it opens no database for that.</summary>
sealed class UploaderDbContextFactory : IDesignTimeDbContextFactory<UploaderDbContext>
{
    public UploaderDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<UploaderDbContext>().UseSqlite("Data Source=design.db").Options);
}
