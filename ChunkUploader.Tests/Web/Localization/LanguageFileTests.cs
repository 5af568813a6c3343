using System.Text.RegularExpressions;
using ChunkUploader.Tests.Support;
using ChunkUploader.Web.Errors;
using ChunkUploader.Web.Localization;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Localization;

/// <summary>
/// The languages as they are in the repository; what their scripts say is looked at by the client's tests.
/// </summary>
[TestFixture]
public partial class LanguageFileTests
{
    static readonly string Folder = Path.Combine(ProjectFolders.Web, "Languages");

    static IEnumerable<string> Tags =>
        Directory.GetFiles(Folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path));

    [Test]
    public void There_are_English_and_Chinese() => Assert.That(Tags, Is.SupersetOf(["en", "zh-Hans"]));

    [TestCaseSource(nameof(Tags))]
    public void A_language_has_every_text_and_no_other(string tag)
    {
        // Read without another one to fall back on.
        var (english, language) = (Read("en"), Read(tag));

        Assert.That(language.Name, Is.Not.Empty);
        Assert.That(TextsOf(language).Keys, Is.EquivalentTo(TextsOf(english).Keys));
    }

    [TestCaseSource(nameof(Tags))]
    public void A_language_says_something_everywhere_and_names_the_same_values(string tag)
    {
        var english = TextsOf(Read("en"));
        foreach (var (key, text) in TextsOf(Read(tag)))
        {
            Assert.That(text, Is.Not.Empty, key);
            Assert.That(Values(text), Is.EquivalentTo(Values(english[key])), key);
        }
    }

    [Test]
    public void Every_text_that_is_asked_for_is_there()
    {
        var asked = Sources.Views.Concat(Sources.Code).SelectMany(source => AskedKey().Matches(source.Text))
            .Select(match => match.Groups[1].Value);
        var errors = ErrorTable.Codes.SelectMany(code => new[] { $"error.{code}", $"error.{code}.detail" });
        var themes = Enum.GetNames<Theme>().Select(name => $"site.theme.{name.ToLowerInvariant()}");

        Assert.That(TextsOf(Read("en")).Keys, Is.SupersetOf(asked.Concat(errors).Concat(themes).Distinct()));
    }

    [Test]
    public void Every_text_is_asked_for()
    {
        var all = string.Concat(Sources.Views.Concat(Sources.Code).Select(source => source.Text));
        var idle = TextsOf(Read("en")).Keys.Where(key =>
            !all.Contains($"\"{key}\"", StringComparison.Ordinal)
            && !key.StartsWith("site.theme.", StringComparison.Ordinal)
            && !ErrorTable.Codes.Any(code => key == $"error.{code}" || key == $"error.{code}.detail"));

        Assert.That(idle, Is.Empty);
    }

    static Language Read(string tag) => Language.Read(Path.Combine(Folder, $"{tag}.json"), fallback: null);

    static Dictionary<string, string> TextsOf(Language language) =>
        language.GetAllStrings(includeParentCultures: false).ToDictionary(text => text.Name, text => text.Value);

    static IEnumerable<string> Values(string text) => Placeholder().Matches(text).Select(match => match.Value);

    [GeneratedRegex("""\b(?:T|texts)\["([^"]+)""")]
    private static partial Regex AskedKey();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();
}
