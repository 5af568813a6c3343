using System.Text.Json.Serialization;

namespace ChunkUploader.Web.Api;

/// <summary>What a session is waiting for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SessionState>))]
public enum SessionState
{
    /// <summary>Chunks are taken.</summary>
    [JsonStringEnumMemberName("receiving")]
    Receiving,

    /// <summary>The same, with an instant upload on offer.</summary>
    [JsonStringEnumMemberName("proof")]
    Proof,

    /// <summary>The file is verified: ask again.</summary>
    [JsonStringEnumMemberName("completing")]
    Completing,

    /// <summary>The file is stored.</summary>
    [JsonStringEnumMemberName("completed")]
    Completed,
}
