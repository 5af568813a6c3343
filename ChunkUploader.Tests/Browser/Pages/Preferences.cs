using Microsoft.Playwright;

namespace ChunkUploader.Tests.Browser.Pages;

/// <summary>Where language and theme are chosen, on every page.</summary>
public sealed class Preferences(IPage page, PageTexts texts)
{
    /// <summary>Opens them. It is called as the language is, in that language.</summary>
    public ILocator Button => page.Named(AriaRole.Button, $"{texts.Name} – {texts["Language and theme"]}");

    /// <summary>That a language waits for the next page.</summary>
    public ILocator Later =>
        page.Reading(texts["Uploads are running, so this page stays as it is. The next one comes in that language."]);

    /// <summary>There while they are closed, too.</summary>
    /// <param name="name">As it is written there: a language's in that language.</param>
    public ILocator Choice(string name) =>
        page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true, IncludeHidden = true });
}
