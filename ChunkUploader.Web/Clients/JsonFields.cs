using System.Text.Json;

namespace ChunkUploader.Web.Clients;

/// <summary>A JSON object as fields: its properties, in whatever case, that are texts, numbers or booleans.</summary>
static class JsonFields
{
    static readonly Dictionary<string, string> None = [];

    /// <returns>Empty where the text is no JSON object: many a field is none.</returns>
    public static IReadOnlyDictionary<string, string> Read(string text)
    {
        if (!text.AsSpan().TrimStart().StartsWith('{'))
        {
            return None;
        }

        try
        {
            using var json = JsonDocument.Parse(text);
            var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (var property in json.RootElement.EnumerateObject())
            {
                if (property.Value.ValueKind
                    is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
                {
                    fields[property.Name] = property.Value.ToString();
                }
            }

            return fields;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter: half of a surrogate pair.
            return None;
        }
    }
}
