using System.Text;
using System.Text.Json;

namespace ChunkUploader.Tests.Benchmarks.Driving;

/// <summary>What a server answered.</summary>
/// <param name="Length">Of head and body, in bytes.</param>
sealed record Answer(int Status, byte[] Body, long Length)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <exception cref="InvalidOperationException">The answer is another one.</exception>
    public Answer Ensure(params int[] statuses) =>
        statuses.Contains(Status) ? this : throw new InvalidOperationException($"Answered {Status}: {Text}");
}
