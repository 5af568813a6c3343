using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ChunkUploader.Tests.Support.OpenApi;

/// <summary>Compares JSON with the schemas of an OpenAPI document, as far as these go. Objects may have no field that is
/// not named, unless their schema says so.</summary>
sealed class JsonSchema(JsonElement document)
{
    /// <returns>What is wrong, with its place.</returns>
    public IEnumerable<string> FaultsIn(JsonElement value, JsonElement schema, string place)
    {
        var parts = PartsOf(schema).ToList();
        return parts.SelectMany(part => FaultsInPart(value, part, place))
            .Concat(value.ValueKind == JsonValueKind.Object && parts.Exists(part => part.TryGetProperty("properties", out _))
                ? FaultsInFields(value, parts, place)
                : []);
    }

    /// <summary>What a reference stands for.</summary>
    public JsonElement Resolve(JsonElement element)
    {
        while (element.TryGetProperty("$ref", out var reference))
        {
            element = reference.GetString()!.Split('/').Skip(1).Aggregate(document, (at, name) => at.GetProperty(name));
        }

        return element;
    }

    /// <summary>The schemas that all have to hold.</summary>
    IEnumerable<JsonElement> PartsOf(JsonElement schema)
    {
        var resolved = Resolve(schema);
        return resolved.TryGetProperty("allOf", out var all)
            ? all.EnumerateArray().SelectMany(PartsOf).Append(resolved)
            : [resolved];
    }

    IEnumerable<string> FaultsInPart(JsonElement value, JsonElement schema, string place)
    {
        if (schema.TryGetProperty("oneOf", out var choices))
        {
            var faults = choices.EnumerateArray().Select(choice => FaultsIn(value, choice, place).ToList()).ToList();
            if (faults.Count(each => each.Count == 0) != 1)
            {
                yield return $"{place} is none of its kinds: {string.Join("; ", faults.SelectMany(each => each))}";
            }
        }

        if (schema.TryGetProperty("type", out var type) && !TypesIn(type).Contains(TypeOf(value), StringComparer.Ordinal))
        {
            yield return $"{place} is {value.GetRawText()}, which is no {type}";
            yield break;
        }

        if (schema.TryGetProperty("enum", out var values)
            && !values.EnumerateArray().Any(each => JsonElement.DeepEquals(each, value)))
        {
            yield return $"{place} is {value.GetRawText()}, which is not one of {values}";
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            var text = value.GetString()!;
            if (schema.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(text, pattern.GetString()!))
            {
                yield return $"{place} is {text}, not {pattern}";
            }

            if (schema.TryGetProperty("format", out var format) && format.ValueEquals("date-time")
                && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _))
            {
                yield return $"{place} is {text}, which is no time";
            }
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            yield break;
        }

        if ((schema.TryGetProperty("minItems", out var min) && value.GetArrayLength() < min.GetInt32())
            || (schema.TryGetProperty("maxItems", out var max) && value.GetArrayLength() > max.GetInt32()))
        {
            yield return $"{place} has {value.GetArrayLength()} items";
        }

        if (schema.TryGetProperty("items", out var items))
        {
            foreach (var (index, item) in value.EnumerateArray().Index())
            {
                foreach (var fault in FaultsIn(item, items, $"{place}[{index}]"))
                {
                    yield return fault;
                }
            }
        }
    }

    IEnumerable<string> FaultsInFields(JsonElement value, List<JsonElement> parts, string place)
    {
        var known = parts.Where(part => part.TryGetProperty("properties", out _))
            .SelectMany(part => part.GetProperty("properties").EnumerateObject())
            .ToLookup(field => field.Name, field => field.Value);
        var others = parts.Where(part => part.TryGetProperty("additionalProperties", out _))
            .Select(part => part.GetProperty("additionalProperties"))
            .ToList();
        foreach (var field in value.EnumerateObject())
        {
            var schemas = known.Contains(field.Name) ? known[field.Name] : others;
            if (!schemas.Any())
            {
                yield return $"{place}.{field.Name} is not described";
            }

            foreach (var fault in schemas.SelectMany(each => FaultsIn(field.Value, each, $"{place}.{field.Name}")))
            {
                yield return fault;
            }
        }

        foreach (var part in parts.Where(part => part.TryGetProperty("required", out _)))
        {
            foreach (var name in part.GetProperty("required").EnumerateArray().Select(each => each.GetString()!))
            {
                if (!value.TryGetProperty(name, out _))
                {
                    yield return $"{place}.{name} is missing";
                }
            }
        }
    }

    static IEnumerable<string?> TypesIn(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(each => each.GetString()) : [type.GetString()];

    static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Null => "null",
        _ => "integer", // there are no other numbers
    };
}
