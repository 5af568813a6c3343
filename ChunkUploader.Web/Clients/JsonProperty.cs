using System.Text;
using System.Text.Json;
using ChunkUploader.Domain;

namespace ChunkUploader.Web.Clients;

/// <summary>A property somewhere in JSON, however deep, or in a text of it that is itself JSON.</summary>
/// <param name="Value">Empty where <paramref name="IsContainer"/>.</param>
/// <param name="IsContainer">An object, an array, or a text that is one.</param>
/// <param name="Within">The nearest name around it that was asked for; null where there is none.</param>
/// <param name="Row">The object in an array that it belongs to, told apart by reference; null outside of arrays.</param>
sealed record JsonProperty(string Name, string Value, bool IsContainer, string? Within, object? Row)
{
    /// <summary>What a parser in the client's language may take, too. Read without recursion, so that no depth is too
    /// much.</summary>
    static readonly JsonReaderOptions Options = new()
    {
        MaxDepth = int.MaxValue, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip,
    };

    /// <param name="name">The field's that has the text.</param>
    /// <param name="isWanted">Which names around a property are to be told with it, the field's among them.</param>
    /// <returns>Null where the text is no JSON of an object or a list, also not as a text in JSON.</returns>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.InvalidInput"/>: it is, but cannot be read.
    /// </exception>
    public static List<JsonProperty>? In(string name, string text, Func<string, bool> isWanted) =>
        In(text, new Place(name, null, null, false), isWanted);

    static List<JsonProperty>? In(string text, Place place, Func<string, bool> isWanted)
    {
        var json = text.AsSpan().TrimStart("\uFEFF \t\r\n");
        if (json is not ['{' or '[' or '"', ..] || !json.ContainsAny('{', '['))
        {
            return null;
        }

        try
        {
            var bytes = new byte[Encoding.UTF8.GetByteCount(json)];
            Encoding.UTF8.GetBytes(json, bytes);
            return Read(new Utf8JsonReader(bytes, Options), place, isWanted);
        }
        catch (JsonException)
        {
            return null; // a text like any other
        }
        catch (InvalidOperationException)
        {
            throw new UploadException(
                UploadErrorCode.InvalidInput, "A field has JSON with half of a surrogate pair in it.");
        }
    }

    static List<JsonProperty>? Read(Utf8JsonReader reader, Place root, Func<string, bool> isWanted)
    {
        List<JsonProperty>? found = null;
        var around = new Stack<Place>([root]);
        while (reader.Read())
        {
            var place = around.Peek();
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    around.Push(around.Pop() with { Name = reader.GetString()! });
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    found ??= [];
                    Add("", isContainer: true);
                    var isArray = reader.TokenType == JsonTokenType.StartArray;
                    around.Push(place with
                    {
                        Within = !place.IsArray && isWanted(place.Name) ? place.Name : place.Within,
                        Row = place.IsArray && !isArray ? new object() : place.Row,
                        IsArray = isArray,
                    });
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    around.Pop();
                    break;
                case JsonTokenType.String when reader.GetString()! is var text:
                    var inner = In(text, place, isWanted);
                    Add(inner is null ? text : "", inner is not null);
                    if (inner is not null)
                    {
                        (found ??= []).AddRange(inner);
                    }

                    break;
                case var token:
                    Add(token == JsonTokenType.Null ? "" : Encoding.UTF8.GetString(reader.ValueSpan), isContainer: false);
                    break;
            }

            void Add(string value, bool isContainer)
            {
                if (around.Count > 1 && !place.IsArray)
                {
                    found!.Add(new JsonProperty(place.Name, value, isContainer, place.Within, place.Row));
                }
            }
        }

        return found;
    }

    /// <param name="Name">In an object of the property that is being read, in an array the array's.</param>
    readonly record struct Place(string Name, string? Within, object? Row, bool IsArray);
}
