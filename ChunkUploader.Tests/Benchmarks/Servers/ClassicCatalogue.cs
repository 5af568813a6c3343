using Microsoft.EntityFrameworkCore;

namespace ChunkUploader.Tests.Benchmarks.Servers;

/// <summary>The files of <see cref="ClassicServer"/>, with EF Core's default settings.</summary>
sealed class ClassicCatalogue(DbContextOptions<ClassicCatalogue> options) : DbContext(options)
{
    public DbSet<ClassicFile> Files => Set<ClassicFile>();
}

sealed class ClassicFile
{
    public int Id { get; set; }

    public required string Name { get; set; }

    public required string Path { get; set; }

    public required long Size { get; set; }
}
