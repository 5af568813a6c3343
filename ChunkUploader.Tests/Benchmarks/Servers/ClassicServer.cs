using System.Globalization;
using System.Runtime.CompilerServices;
using ChunkUploader.Infrastructure.Persistence;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace ChunkUploader.Tests.Benchmarks.Servers;

/// <summary>
/// The classic way to take files in chunks, written as well as one would: each chunk becomes a file of its own,
/// complete stitches them and adds a row to a catalogue. Nothing is hashed, nothing is flushed, nothing resumes.
/// </summary>
sealed class ClassicServer(string folder)
{
    public const string Argument = "classic";
    const int BufferLength = 1 << 20;

    public static async Task<int> RunAsync(string folder)
    {
        // Its initializer lets the catalogue find its SQLite.
        RuntimeHelpers.RunModuleConstructor(typeof(UploaderDbContext).Module.ModuleHandle);
        Directory.CreateDirectory(folder);
        var server = new ClassicServer(folder);
        var builder = BaselineHost.NewBuilder();
        builder.Services.AddDbContext<ClassicCatalogue>(options =>
            options.UseSqlite($"Data Source={Path.Combine(folder, "catalogue.db")}"));
        await using var app = builder.Build();
        await using (var scope = app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<ClassicCatalogue>().Database.EnsureCreatedAsync();
        }

        app.MapPost("/chunks", server.ReceiveAsync);
        app.MapPost("/complete", server.CompleteAsync);
        app.MapGet("/files/{id:int}", server.Download);
        await app.RunAsync();
        return 0;
    }

    async Task ReceiveAsync(HttpRequest request, CancellationToken ct)
    {
        var boundary = MediaTypeHeaderValue.Parse(request.ContentType).Boundary;
        var form = new MultipartReader(HeaderUtilities.RemoveQuotes(boundary).Value!, request.Body, BufferLength);
        var fields = new Dictionary<string, string>();
        while (await form.ReadNextSectionAsync(ct) is { } section)
        {
            if (section.AsFileSection() is not { FileStream: { } body })
            {
                var field = section.AsFormDataSection()!;
                fields[field.Name] = await field.GetValueAsync(ct);
                continue;
            }

            await using var file = new FileStream(PathOf(fields["upload"], fields["index"]), new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                Options = FileOptions.Asynchronous,
                BufferSize = BufferLength,
            });
            await body.CopyToAsync(file, BufferLength, ct);
        }
    }

    async Task<IResult> CompleteAsync(HttpRequest request, ClassicCatalogue catalogue, CancellationToken ct)
    {
        var form = await request.ReadFormAsync(ct);
        var chunks = Enumerable.Range(0, int.Parse(form["count"]!, CultureInfo.InvariantCulture))
            .Select(index => PathOf(form["upload"]!, index.ToString(CultureInfo.InvariantCulture)))
            .ToList();
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        if (chunks.Count == 1)
        {
            File.Move(chunks[0], path);
        }
        else
        {
            Stitch(chunks, path);
        }

        var file = new ClassicFile { Name = form["name"]!, Path = path, Size = new FileInfo(path).Length };
        catalogue.Files.Add(file);
        await catalogue.SaveChangesAsync(ct);
        return Results.Ok(new { file.Id, State = "completed" });
    }

    IResult Download(int id, ClassicCatalogue catalogue) => Results.File(catalogue.Files.Find(id)!.Path);

    /// <summary>In blocking calls with a large buffer: fewer and cheaper than a stream's asynchronous ones.</summary>
    static void Stitch(List<string> chunks, string path)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(BufferLength);
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        var at = 0L;
        foreach (var chunk in chunks)
        {
            using (var source = File.OpenHandle(chunk))
            {
                var start = at;
                for (int read; (read = RandomAccess.Read(source, buffer, at - start)) > 0; at += read)
                {
                    RandomAccess.Write(file, buffer.AsSpan(0, read), at);
                }
            }

            File.Delete(chunk);
        }
    }

    string PathOf(string upload, string index) =>
        Path.Combine(folder, $"{Guid.Parse(upload):N}.{int.Parse(index, CultureInfo.InvariantCulture)}");
}
