using System.Text.Json.Serialization;

namespace ChunkUploader.Domain.Chunks;

/// <summary>A chunk is in and stays in.</summary>
/// <param name="Next">The lowest missing chunk, null when all are in.</param>
public sealed record ChunkReceipt(int Index, int ReceivedCount, int ChunkCount, int? Next)
{
    /// <summary>It was in already, with the same bytes.</summary>
    [JsonIgnore]
    public bool IsRepeat { get; init; }
}
