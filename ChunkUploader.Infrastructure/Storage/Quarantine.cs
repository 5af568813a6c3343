using System.Text.Json;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>
/// Blobs that the database does not know, kept for a while under their ids; the manifest has a line of JSON for each. A
/// file's time is that of its coming here, so that it can be kept longer by touching it.
/// </summary>
sealed class Quarantine(BlobPaths paths)
{
    public void Add(Id<Blob> blob, string reason, DateTimeOffset now)
    {
        var file = new FileInfo(paths.BlobOf(blob));
        if (!file.Exists)
        {
            return;
        }

        Directory.CreateDirectory(paths.Quarantine);
        var entry = new Entry(blob.ToString(), file.Length, file.LastWriteTimeUtc, now, reason);

        // Written down first: a crash in between leaves a line too many, not a file that nobody can explain.
        using (var manifest = new FileStream(paths.QuarantineManifest, FileMode.Append))
        {
            manifest.Write(JsonSerializer.SerializeToUtf8Bytes(entry, JsonSerializerOptions.Web));
            manifest.Write("\n"u8);
            manifest.Flush();
            Disk.Flush(manifest.SafeFileHandle);
        }

        File.SetLastWriteTimeUtc(file.FullName, now.UtcDateTime);
        File.Move(file.FullName, paths.QuarantinedOf(blob), overwrite: true);
        Disk.FlushDirectory(paths.Quarantine);
    }

    /// <returns>How many blobs were removed, with their lines.</returns>
    public int RemoveOlder(DateTimeOffset before)
    {
        var removed = 0;
        foreach (var file in BlobPaths.FilesIn(paths.Quarantine)
            .Where(file => Id<Blob>.TryParse(file.Name, out _) && file.LastWriteTimeUtc < before))
        {
            file.Delete();
            removed++;
        }

        if (removed > 0 && File.Exists(paths.QuarantineManifest))
        {
            var kept = File.ReadLines(paths.QuarantineManifest).Where(IsThere).ToList();
            var temporary = $"{paths.QuarantineManifest}.new";
            File.WriteAllLines(temporary, kept);
            File.Move(temporary, paths.QuarantineManifest, overwrite: true);
        }

        return removed;
    }

    /// <summary>A line that nobody can read any more tells of nothing that could be removed.</summary>
    bool IsThere(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Entry>(line, JsonSerializerOptions.Web) is { } entry
                && Id<Blob>.TryParse(entry.Blob, out var blob)
                && File.Exists(paths.QuarantinedOf(blob));
        }
        catch (JsonException)
        {
            return true;
        }
    }

    /// <param name="Size">In bytes.</param>
    sealed record Entry(
        string Blob, long Size, DateTimeOffset ChangedAt, DateTimeOffset QuarantinedAt, string Reason);
}
