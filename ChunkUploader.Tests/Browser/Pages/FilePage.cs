using Microsoft.Playwright;

namespace ChunkUploader.Tests.Browser.Pages;

/// <summary>The page of a stored file.</summary>
public sealed class FilePage(IPage page, PageTexts texts)
{
    public ILocator Download => page.Named(AriaRole.Link, texts["Download"]);

    /// <summary>For a moment it says that it has.</summary>
    public ILocator CopyLink => Button("Copy link").Or(Button("Copied"));

    public ILocator ShowQrCode => Button("QR code");

    public ILocator QrCode => page.Named(AriaRole.Dialog, texts["QR code"]);

    public ILocator Image(string name) => page.Named(AriaRole.Img, name);

    /// <summary>Of a text, or a player.</summary>
    public ILocator Preview(string name) => page.Labelled(texts.With("Preview of {0}", name));

    /// <summary>What the list of its details says.</summary>
    /// <param name="term">In English.</param>
    public ILocator Detail(string term) => page.Reading(texts[term]).Locator("xpath=self::dt/following-sibling::dd[1]");

    ILocator Button(string name) => page.Named(AriaRole.Button, texts[name]);
}
