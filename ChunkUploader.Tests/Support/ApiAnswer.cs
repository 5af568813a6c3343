using System.Net.Http.Headers;
using System.Text.Json;
using ChunkUploader.Tests.Support.OpenApi;

namespace ChunkUploader.Tests.Support;

/// <summary>What the API answered.</summary>
public sealed class ApiAnswer(int status, HttpResponseHeaders headers, string? mediaType, byte[] body)
{
    JsonElement? _json;

    public int Status => status;

    public HttpResponseHeaders Headers => headers;

    public string? MediaType => mediaType;

    public byte[] Body => body;

    public JsonElement Json => _json ??= JsonDocument.Parse(body).RootElement.Clone();

    /// <summary>The id of a session or file.</summary>
    public string Id => this["id"].GetString()!;

    public string State => this["state"].GetString()!;

    /// <summary>The code of a refusal.</summary>
    public string Code => this["code"].GetString()!;

    public JsonElement this[string field] =>
        body.Length > 0 && Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty(field, out var value)
            ? value
            : throw new InvalidOperationException($"There is no {field} in {this}");

    public override string ToString() => $"{status} {mediaType} {System.Text.Encoding.UTF8.GetString(body)}";

    /// <summary>Reads it, and compares it with the description of the API.</summary>
    public static async Task<ApiAnswer> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var answer = new ApiAnswer(
            (int)response.StatusCode,
            response.Headers,
            response.Content.Headers.ContentType?.MediaType,
            await response.Content.ReadAsByteArrayAsync(ct));
        var request = response.RequestMessage!;
        ApiDescription.AssertDescribed(
            request.Method.Method,
            request.RequestUri!.AbsolutePath,
            answer.Status,
            answer.MediaType,
            answer.Headers.Select(header => header.Key),
            answer.Body);
        return answer;
    }
}
