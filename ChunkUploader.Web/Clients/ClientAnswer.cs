using System.Text.Json.Serialization;
using ChunkUploader.Domain.Clients;
using ChunkUploader.Web.Api;

namespace ChunkUploader.Web.Clients;

/// <summary>What form clients are answered.</summary>
public sealed record ClientAnswer
{
    /// <summary>Some clients look for nothing else.</summary>
    public bool Success { get; } = true;

    /// <summary>The chunk, from 0 on.</summary>
    public int? Index { get; init; }

    public int? ReceivedCount { get; init; }

    public int? ChunkCount { get; init; }

    /// <summary>The lowest missing chunk, from 0 on; null when all are in.</summary>
    public int? Next { get; init; }

    /// <summary>All chunks are in; some clients send on until they read it.</summary>
    public bool Uploaded { get; init; }

    /// <summary>Once completed.</summary>
    public FileModel? File { get; init; }

    /// <summary>The same for clients that expect several.</summary>
    public IReadOnlyList<FileModel>? Files { get; init; }

    /// <summary>What one client looks for, under names of its own.</summary>
    [JsonExtensionData]
    public Dictionary<string, object?> Own { get; init; } = [];

    public static ClientAnswer Of(IReadOnlyList<FileModel> files) =>
        new() { File = files[0], Files = files, Uploaded = true };

    public static ClientAnswer Of(ClientReceipt receipt, PathString pathBase)
    {
        var file = receipt.File is null ? null : FileModel.Of(receipt.File, pathBase);
        return new ClientAnswer
        {
            Index = receipt.Index,
            ReceivedCount = receipt.ReceivedCount,
            ChunkCount = receipt.Plan.Count,
            Next = receipt.Next,
            Uploaded = file is not null || receipt.IsCompleting,
            File = file,
            Files = file is null ? null : [file],
        };
    }
}
