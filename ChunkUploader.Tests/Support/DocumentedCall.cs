using System.Text.RegularExpressions;

namespace ChunkUploader.Tests.Support;

/// <summary>A call that a document shows: an <c>sh</c> block, and below it the answer in an <c>http</c> block.</summary>
/// <param name="Section">The heading that it stands under.</param>
/// <param name="Answer">Null for a script that only prepares the next ones.</param>
sealed partial record DocumentedCall(string Section, string Script, HttpText? Answer)
{
    /// <summary>All of a document, in their order: later ones go on with what earlier ones were answered.</summary>
    /// <exception cref="FormatException">An answer stands below no script.</exception>
    public static IReadOnlyList<DocumentedCall> In(string document)
    {
        var calls = new List<DocumentedCall>();
        var section = "";
        foreach (Match part in Parts().Matches(document))
        {
            if (part.Groups["section"] is { Success: true } heading)
            {
                section = heading.Value;
            }
            else if (part.Groups["script"] is { Success: true } script)
            {
                var answer = part.Groups["answer"];
                calls.Add(new(section, script.Value, answer.Success ? HttpText.Parse(answer.Value) : null));
            }
            else if (part.Groups["language"].Value == "http")
            {
                throw new FormatException($"{section}: an answer without the script above it:\n{part.Value}");
            }
        }

        return calls;
    }

    [GeneratedRegex(
        """
        ^```sh\n(?<script>.*?)^```$(\n\n```http\n(?<answer>.*?)^```$)?
        |^```(?<language>\w+)\n.*?^```$
        |^[#]+[ ](?<section>[^\n]+)$
        """,
        RegexOptions.Multiline
        | RegexOptions.Singleline
        | RegexOptions.IgnorePatternWhitespace
        | RegexOptions.ExplicitCapture)]
    private static partial Regex Parts();
}
