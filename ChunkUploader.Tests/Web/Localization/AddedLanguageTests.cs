using ChunkUploader.Tests.Support;
using ChunkUploader.Web.Localization;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Localization;

/// <summary>Adding a language is adding one file, which need not say everything.</summary>
[TestFixture]
public class AddedLanguageTests
{
    const string English = """
        { "name": "English", "covers": [], "pages": { "a": "one", "b": "two {0}", "error.c": "three" } }
        """;

    TempFolder _folder = null!;

    [SetUp]
    public void WriteEnglish()
    {
        _folder = new TempFolder();
        Write("en", English);
    }

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void What_a_language_lacks_is_said_in_English()
    {
        Write("la", """{ "name": "Latina", "covers": ["la-VA"], "pages": { "a": "unus" } }""");

        var latin = Languages.Read(_folder.Path).Find("la")!;

        Assert.That(latin["a"].Value, Is.EqualTo("unus"));
        Assert.That(latin["b", 2].Value, Is.EqualTo("two 2"));
        Assert.That(latin["d"].ResourceNotFound, Is.True);
        Assert.That(latin.Refusals.ToDictionary()["error.c"], Is.EqualTo("three"));
        Assert.That(latin.Scripts, Is.Empty, "The scripts have English built in.");
    }

    [TestCase("{")]
    [TestCase("{}")]
    [TestCase("""{ "name": "x", "covers": [], "pages": { "a": "1", "a": "2" } }""")]
    [TestCase("""{ "name": "x", "covers": [], "pages": {}, "scripts": { "a": 1 } }""")]
    [TestCase("""{ "name": "x", "covers": [], "pages": {}, "scripts": { "a": { "one": "1" } } }""")]
    [TestCase("""{ "name": "x", "covers": [], "pages": {}, "scripts": { "a": { "one": 1, "other": "2" } } }""")]
    public void A_file_that_is_no_language_is_named(string content)
    {
        Write("xx", content);

        Assert.That(
            () => Languages.Read(_folder.Path), Throws.InstanceOf<IOException>().With.Message.Contains("xx.json"));
    }

    void Write(string tag, string content) => File.WriteAllText(_folder.Combine($"{tag}.json"), content);
}
