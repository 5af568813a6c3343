using System.Security.Cryptography;
using System.Text;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Clients;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Web.Downloads;
using ChunkUploader.Web.Multipart;

namespace ChunkUploader.Web.Clients;

/// <summary>Reads what a form says, in whatever dialect, into the one neutral form.</summary>
public sealed class ClientChunkReader(MediaTypes types)
{
    /// <summary>The chunk that a form carries or asks for; null where it names none.</summary>
    /// <param name="part">The file part, if there is one.</param>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.InvalidInput"/>,
    /// <see cref="UploadErrorCode.ChunkLengthMismatch"/>: the fields contradict one another.</exception>
    public ClientChunk? ReadChunk(ClientDialect dialect, ClientFields fields, MultipartPart? part)
    {
        var index = IndexIn(dialect, fields);
        var offset = fields.Number(dialect.Offset);
        return index is null && offset is null ? null : new ClientChunk(ReadFile(dialect, fields, part), index, offset);
    }

    /// <inheritdoc cref="ReadChunk"/>
    public ChunkedFile ReadFile(ClientDialect dialect, ClientFields fields, MultipartPart? part)
    {
        var said = fields.Text(dialect.FileName);
        var name = said ?? NameOf(part) ?? "";
        var path = fields.Text(dialect.RelativePath);
        var size = fields.Number(dialect.Size);
        var identifier = fields.Text(dialect.Identifier);
        if (identifier is null && dialect.Key != FileKey.All)
        {
            throw new UploadException(UploadErrorCode.InvalidInput, $"{dialect.Identifier!.Replace("|", " or ")} must not be empty.");
        }

        var others = FileIdentifiers.In(fields, dialect);
        var texts = others.Select(other => $"{other.Name}={other.Value}");
        var clean = FileName.Clean(name);
        return new ChunkedFile(
            new FileDescription
            {
                FileName = clean,
                RelativePath = FileName.CleanPath(path),
                Size = size,
                ContentType = types.Of(clean, fields.Text(dialect.ContentType) ?? part?.ContentType),
                Md5 = Digests.Md5(fields),
                ContentHash = Digests.ContentHash(fields),
                ClientKey = KeyOf(dialect.Client, identifier, dialect.Key switch
                {
                    FileKey.Identifier => [],
                    FileKey.IdentifierAndName => [said, .. texts],
                    _ => [$"{size}", name, path, .. texts],
                }),
            },
            PlanIn(dialect, fields, size))
        {
            IsKnownByName = identifier is null && size is null && others.Count == 0,
            SecretOwner = SecretIdentifiers.OwnerOf(
                [identifier, .. others.Where(other => !FileIdentifiers.IsOfBatch(other.Name)).Select(other => other.Value)]),
        };
    }

    /// <summary>A part's own name; null for the name that browsers give to a piece of a file.</summary>
    public static string? NameOf(MultipartPart? part) =>
        string.IsNullOrWhiteSpace(part?.FileName) || part.FileName == "blob" ? null : part.FileName;

    static int? IndexIn(ClientDialect dialect, ClientFields fields) =>
        (fields.Number(dialect.Index) - dialect.FirstIndex) switch
        {
            null => null,
            < 0 or >= ChunkPlan.MaxChunks => throw new UploadException(
                UploadErrorCode.ChunkOutOfRange, $"Chunks are counted from {dialect.FirstIndex} on."),
            { } index => (int)index,
        };

    static ChunkPlan PlanIn(ClientDialect dialect, ClientFields fields, long? size)
    {
        var (index, offset, length) =
            (IndexIn(dialect, fields), fields.Number(dialect.Offset), fields.Number(dialect.Length));
        var count = CountIn(dialect, fields);
        var isLast = index is not null ? index == count - 1 : offset >= size - length;
        var chunkSize = fields.Number(dialect.ChunkSize)
            ?? (!isLast ? length
                : index > 0 && offset % index == 0 ? offset / index
                : (count == 1 || offset == 0) && size is { } whole ? Math.Max(1, whole)
                : null);
        if (index is not null && count is null && (size is null || chunkSize is null))
        {
            throw new UploadException(
                UploadErrorCode.InvalidInput, "The form must say how many chunks there are.");
        }

        return size is { } total && chunkSize is { } each
            ? Cut(total, each, count)
            : ChunkPlan.Open(size, chunkSize, count);
    }

    static int? CountIn(ClientDialect dialect, ClientFields fields) =>
        fields.Number(dialect.Count) switch
        {
            null => null,
            0 when fields.Number(dialect.Size) == 0 => 1, // some round up nothing
            > ChunkPlan.MaxChunks => throw new UploadException(
                UploadErrorCode.InvalidInput, $"A file can have at most {ChunkPlan.MaxChunks} chunks."),
            { } number => (int)number,
        };

    /// <summary>The number of chunks tells what has become of the rest.</summary>
    static ChunkPlan Cut(long size, long chunkSize, int? count)
    {
        var shortTail = ChunkPlan.For(size, chunkSize);
        if (count is null || count == Math.Max(1, shortTail.Count!.Value))
        {
            return shortTail;
        }

        var longTail = ChunkPlan.For(size, chunkSize, TailRule.Long);
        return count == longTail.Count
            ? longTail
            : throw new UploadException(
                UploadErrorCode.ChunkLengthMismatch,
                $"{size} bytes in chunks of {chunkSize} are not {count} chunks.");
    }

    /// <summary>Everything that tells files apart, as they were sent, in a text of one length.</summary>
    static string KeyOf(string client, string? identifier, string?[] more) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            string.Join('\0', [client, identifier, .. more]))));
}
