using ChunkUploader.Web.Api;

namespace ChunkUploader.Web.Clients;

/// <summary>What clients that know a file by its md5 or by an identifier are answered.</summary>
/// <param name="Exists">The file is there.</param>
/// <param name="Next">The lowest wanted chunk, from 0 on; null where none is.</param>
/// <param name="Wanted">The lowest wanted chunks; empty too where nothing is known of the file.</param>
/// <param name="ChunkSize">In bytes; null while it is not known.</param>
public sealed record Md5Answer(
    bool Exists, int? Next, IEnumerable<int> Wanted, long? ChunkSize, FileModel? File)
{
    /// <summary>The same as many pages look for it.</summary>
    public bool ShouldUpload => !Exists;

    /// <summary>The chunks that need not be sent; only where they were asked for.</summary>
    public IEnumerable<int>? UploadedList { get; init; }
}
