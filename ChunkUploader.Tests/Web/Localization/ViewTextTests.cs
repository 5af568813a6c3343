using System.Text;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Localization;

/// <summary>No view says anything that is not in the languages' files.</summary>
[TestFixture]
public partial class ViewTextTests
{
    static readonly string[] Names = ["ChunkUploader", "UTC"];
    static readonly string[] LiteralsThatNobodyReads = ["Title", "Head", "Scripts", "O", "ChunkUploader", "Index"];

    static IEnumerable<TestCaseData> Views =>
        Sources.Views.Select(view => new TestCaseData(view.Text).SetArgDisplayNames(view.Path));

    [TestCaseSource(nameof(Views))]
    public void A_view_has_no_text_of_its_own(string view) => Assert.That(TextsIn(view), Is.Empty);

    [TestCase("<p>Hello</p>")]
    [TestCase("<p>@T[\"a.b\"] and more</p>")]
    [TestCase("<p aria-label=\"Hello\"></p>")]
    [TestCase("<img alt=\"A @Model.Name\">")]
    [TestCase("@{\n    ViewData[\"Title\"] = \"Hello\";\n}\n")]
    [TestCase("<p>@(Model.Any ? \"Hello\" : T[\"a.b\"])</p>")]
    [TestCase("@if (true)\n{\n  <p>你好</p>\n}")]
    public void Text_is_found(string view) => Assert.That(TextsIn(view), Has.Length.EqualTo(1));

    [TestCase("<p class=\"lead\">@T[\"a.b\", Model.Of(\"x\").Name]</p>")]
    [TestCase("@if (a > b)\n{\n  <p title=\"@T[\"a.b\"]\">@Model.Name (@(a > b ? 1 : 2))</p>\n}\nelse\n{\n}")]
    [TestCase("<a title=\"@Model[..Model.LastIndexOf('/')]\" href=\"~/\">ChunkUploader</a>")]
    public void Markup_and_values_are_no_text(string view) => Assert.That(TextsIn(view), Is.Empty);

    static string[] TextsIn(string view)
    {
        var code = new StringBuilder();
        var markup = CodeBlock().Replace(view, block => Take(block.Value, code));
        markup = WithoutExpressions(CodeLine().Replace(markup, line => Take(line.Value, code)), code);
        var literals = Literal().Matches(code.ToString()).Select(match => match.Groups[1].Value)
            .Except(LiteralsThatNobodyReads);
        var spoken = SpokenAttribute().Matches(markup).Select(match => match.Groups[1].Value);
        var shown = Tag().Split(markup)
            .Select(text => Names.Aggregate(text, (rest, name) => rest.Replace(name, "", StringComparison.Ordinal)));
        return [.. shown.Concat(spoken).Where(text => text.Any(char.IsLetter)).Concat(literals)];
    }

    /// <summary>Takes out what Razor evaluates: <c>@(…)</c>, <c>@name.member[…](…)</c>.</summary>
    static string WithoutExpressions(string view, StringBuilder code)
    {
        var markup = new StringBuilder();
        for (var i = 0; i < view.Length; i++)
        {
            if (view[i] != '@')
            {
                markup.Append(view[i]);
                continue;
            }

            var end = EndOfExpression(view, i + 1);
            Take(view[i..end], code);
            i = end - 1;
        }

        return markup.ToString();
    }

    static int EndOfExpression(string view, int start)
    {
        var end = start;
        while (end < view.Length)
        {
            if (view[end] is '(' or '[')
            {
                end = EndOfBrackets(view, end);
                if (view[start] == '(')
                {
                    return end;
                }
            }
            else if (char.IsLetterOrDigit(view[end]) || view[end] == '!' || IsMemberAccess(view, end))
            {
                end++;
            }
            else if (view[start..end] == "await")
            {
                end++;
            }
            else
            {
                break;
            }
        }

        return end;
    }

    static bool IsMemberAccess(string view, int at) =>
        view[at] == '.' && at + 1 < view.Length && char.IsLetter(view[at + 1]);

    static int EndOfBrackets(string view, int at)
    {
        var depth = 0;
        do
        {
            depth += view[at] is '(' or '[' or '{' ? 1 : view[at] is ')' or ']' or '}' ? -1 : 0;
            at++;
        }
        while (depth > 0);
        return at;
    }

    static string Take(string text, StringBuilder code)
    {
        code.AppendLine(text);
        return "";
    }

    [GeneratedRegex(@"^@\{.*?^\}", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(
        @"^\s*(@(model|using|inherits|addTagHelper|inject|section)\b.*"
        + @"|@?(if|foreach|else if) \(.*|else|[{}]|var .*;)\s*$",
        RegexOptions.Multiline)]
    private static partial Regex CodeLine();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("""\s(?:aria-label|aria-description|title|alt|placeholder|label)="([^"]*)""")]
    private static partial Regex SpokenAttribute();

    /// <summary>What begins as a sentence does; keys do not.</summary>
    [GeneratedRegex("""(?<!asp-\w+=)"([A-Z\p{Lo}][^"]*)""")]
    private static partial Regex Literal();
}
