using ChunkUploader.Domain.Forms;
using ChunkUploader.Web.Forms.Dialects;

namespace ChunkUploader.Web.ViewModels;

/// <summary>What form clients are answered.</summary>
public sealed record FormAnswer
{
    /// <summary>Some clients look for nothing else.</summary>
    public bool Success { get; } = true;

    /// <summary>The chunk, from 0 on.</summary>
    public int? Index { get; init; }

    public int? ReceivedCount { get; init; }

    public int? ChunkCount { get; init; }

    /// <summary>The lowest missing chunk, from 0 on; null when all are in.</summary>
    public int? Next { get; init; }

    /// <summary>The chunks that need not be sent, as the client counts them; only where it may look for them.</summary>
    public IEnumerable<int>? Received { get; init; }

    /// <summary>Once completed.</summary>
    public FileModel? File { get; init; }

    /// <summary>The same for clients that expect several.</summary>
    public IReadOnlyList<FileModel>? Files { get; init; }

    public static FormAnswer Of(IReadOnlyList<FileModel> files) => new() { File = files[0], Files = files };

    /// <param name="dialect">Whose client may look for what is in; null: it does not.</param>
    public static FormAnswer Of(FormReceipt receipt, FormDialect? dialect, PathString pathBase)
    {
        var file = receipt.File is null ? null : FileModel.Of(receipt.File, pathBase);
        return new FormAnswer
        {
            Index = receipt.Index,
            ReceivedCount = receipt.ReceivedCount,
            ChunkCount = receipt.Plan.Count,
            Next = receipt.Next,
            Received = dialect is { ReadsReceived: true, FirstIndex: var first }
                ? receipt.Received.Select(index => index + first)
                : null,
            File = file,
            Files = file is null ? null : [file],
        };
    }
}
