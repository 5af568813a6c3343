using System.Text.Json;
using NUnit.Framework;

namespace ChunkUploader.Tests.Support.OpenApi;

/// <summary>The kept description of the API. Every answer that a test gets is compared with it.</summary>
static class ApiDescription
{
    public static string Path { get; } = System.IO.Path.Combine(ProjectFolders.Client, "openapi.json");

    static readonly Lazy<JsonElement> Document = new(() => JsonElement.Parse(File.ReadAllText(Path)));

    /// <summary>All calls, as <c>GET /uploads/{id}</c>.</summary>
    public static IEnumerable<(string Name, JsonElement Call)> Calls =>
        from path in Document.Value.GetProperty("paths").EnumerateObject()
        from call in path.Value.EnumerateObject()
        select ($"{call.Name.ToUpperInvariant()} {path.Name}", call.Value);

    /// <summary>The codes of refusals that a call is said to give.</summary>
    public static IEnumerable<string> CodesIn(JsonElement call)
    {
        var schemas = new JsonSchema(Document.Value);
        return call.GetProperty("responses").EnumerateObject()
            .Select(response => schemas.Resolve(response.Value))
            .Where(response => response.TryGetProperty("content", out var content)
                && content.TryGetProperty("application/problem+json", out _))
            .SelectMany(response => response.GetProperty("content").GetProperty("application/problem+json")
                .GetProperty("schema").GetProperty("allOf")[1].GetProperty("properties").GetProperty("code").GetProperty("enum")
                .EnumerateArray())
            .Select(code => code.GetString()!);
    }

    /// <summary>Fails where an answer is another one than its call is said to have. Pages and answers to what is no call are
    /// passed over.</summary>
    /// <param name="path">As it was asked, without the query.</param>
    public static void AssertDescribed(
        string method, string path, int status, string? mediaType, IEnumerable<string> headers, ReadOnlyMemory<byte> body)
    {
        if (Find(method, path) is not { } call)
        {
            return;
        }

        var where = $"{method} {path}: {status} {mediaType} {System.Text.Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 500)])}";
        if (!call.GetProperty("responses").TryGetProperty($"{status}", out var reference))
        {
            throw new AssertionException($"The status is not described: {where}");
        }

        var schemas = new JsonSchema(Document.Value);
        var response = schemas.Resolve(reference);
        Assert.That(
            headers.Where(header => header is "Retry-After" or "Location"),
            Is.SubsetOf(response.TryGetProperty("headers", out var known) ? known.EnumerateObject().Select(each => each.Name) : []),
            where);
        if (mediaType is not ("application/json" or "application/problem+json") || body.Length == 0)
        {
            return;
        }

        if (!response.TryGetProperty("content", out var content)
            || !(content.TryGetProperty(mediaType, out var described) || content.TryGetProperty("*/*", out described)))
        {
            throw new AssertionException($"The media type is not described: {where}");
        }

        if (described.GetProperty("schema") is var schema && !schema.TryGetProperty("format", out _)) // else any bytes
        {
            Assert.That(schemas.FaultsIn(JsonElement.Parse(body.Span), schema, "answer"), Is.Empty, where);
        }
    }

    /// <summary>Of several that fit, the one with the fewest parameters.</summary>
    static JsonElement? Find(string method, string path)
    {
        var asked = path.Trim('/').Split('/');
        var found = Document.Value.GetProperty("paths").EnumerateObject()
            .Select(each => (Parts: each.Name.Trim('/').Split('/'), Calls: each.Value))
            .Where(each => each.Parts.Length == asked.Length
                && each.Parts.Zip(asked).All(part => part.First.StartsWith('{') || part.First == part.Second))
            .OrderBy(each => each.Parts.Count(part => part.StartsWith('{')))
            .Select(each => each.Calls)
            .FirstOrDefault();
        return found.ValueKind == JsonValueKind.Object && found.TryGetProperty(method.ToLowerInvariant(), out var call)
            ? call
            : null;
    }
}
