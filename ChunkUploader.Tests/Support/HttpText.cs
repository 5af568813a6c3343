namespace ChunkUploader.Tests.Support;

/// <summary>An HTTP answer as text: as <c>curl -i</c> prints it, and as a document shows it.</summary>
/// <param name="StatusLine">Such as <c>HTTP/1.1 200 OK</c>.</param>
/// <param name="Body">Without blanks around it.</param>
sealed record HttpText(string StatusLine, IReadOnlyDictionary<string, string> Headers, string Body)
{
    const string Protocol = "HTTP/1.1 ";

    /// <summary>The final answer; those in front of it, such as 100, are passed over.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static HttpText Parse(string text)
    {
        var rest = text;
        while (true)
        {
            var parts = rest.Split("\n\n", 2);
            var head = parts[0].Trim().Split('\n');
            rest = parts.ElementAtOrDefault(1) ?? "";
            if (!head[0].StartsWith(Protocol, StringComparison.Ordinal))
            {
                throw new FormatException($"This is no HTTP answer:\n{text}");
            }

            if (!head[0].StartsWith($"{Protocol}1", StringComparison.Ordinal))
            {
                var headers = head.Skip(1)
                    .Select(line => line.Split(": ", 2))
                    .ToDictionary(header => header[0], header => header[1].Trim(), StringComparer.OrdinalIgnoreCase);
                return new(head[0], headers, rest.Trim());
            }
        }
    }
}
