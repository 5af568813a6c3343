using Microsoft.Playwright;

namespace ChunkUploader.Tests.Browser.Pages;

/// <summary>Asks before a file is deleted.</summary>
public sealed class QuestionDialog(IPage page, PageTexts texts, string title, string answer)
{
    public ILocator Element => page.Named(AriaRole.Dialog, texts[title]);

    public ILocator KeepIt => Element.Named(AriaRole.Button, texts["Keep it"]);

    public ILocator Confirm => Element.Named(AriaRole.Button, texts[answer]);
}
