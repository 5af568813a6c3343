using Microsoft.Playwright;

namespace ChunkUploader.Tests.Browser.Pages;

/// <summary>Gives the link by which another device goes on with an upload.</summary>
public sealed class HandOverDialog(IPage page, PageTexts texts)
{
    public ILocator Element => page.Named(AriaRole.Dialog, texts["Continue on another device"]);

    public ILocator Link => Element.Named(AriaRole.Textbox, texts["Link"]);

    public ILocator QrCode => Element.Named(AriaRole.Img, texts["QR code of the link"]);

    /// <summary>For a moment it says that it has.</summary>
    public ILocator CopyLink => Button("Copy link").Or(Button("Copied"));

    public ILocator Close => Button("Close");

    ILocator Button(string name) => Element.Named(AriaRole.Button, texts[name]);
}
