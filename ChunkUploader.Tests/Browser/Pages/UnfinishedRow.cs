using Microsoft.Playwright;

namespace ChunkUploader.Tests.Browser.Pages;

/// <summary>An upload of an earlier visit, on the page that uploads.</summary>
public sealed class UnfinishedRow(ILocator row, PageTexts texts)
{
    public ILocator Element => row;

    public ILocator PickTheFile => Button("Pick the file to continue");

    public ILocator Cancel => Button("Cancel");

    public ILocator Undo => Button("Undo");

    public ILocator OtherDevice => Button("Continue on another device");

    public ILocator Cancelled => row.Reading(texts["Cancelled"]);

    ILocator Button(string name) => row.Named(AriaRole.Button, texts[name]);
}
