using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace ChunkUploader.Tests.Browser.Pages;

/// <summary>An upload on the page that uploads.</summary>
public sealed class UploadRow(ILocator row, PageTexts texts)
{
    public ILocator Element => row;

    public ILocator Pause => Button("Pause");

    public ILocator Resume => Button("Resume");

    public ILocator TryAgain => Button("Try again");

    public ILocator StartOver => Button("Start over");

    public ILocator Cancel => Button("Cancel");

    public ILocator Undo => Button("Undo");

    /// <summary>Of what has no details to be removed by.</summary>
    public ILocator Remove => Button("Remove");

    public ILocator OtherDevice => Button("Continue on another device");

    public ILocator Details => Button("Details");

    /// <summary>For a moment it says that it has.</summary>
    public ILocator CopyLink => Button("Copy link").Or(Button("Copied"));

    public ILocator SaveChecksums => row.Named(AriaRole.Link, texts["Save checksums (JSON)"]);

    public ILocator Percent => row.GetByText(new Regex("^[0-9]+%$"));

    public ILocator Instant => row.Reading(texts["Instant"]);

    /// <summary>The link to the stored file's page.</summary>
    public ILocator Open(string name) => row.Named(AriaRole.Link, texts.With("Open {name}", name));

    /// <summary>What is seen of an image or of a video.</summary>
    public ILocator Picture(string name) => row.Named(AriaRole.Img, name);

    /// <summary>What is seen where there is no picture.</summary>
    public ILocator Tile(string extension) => row.Reading(extension);

    public ILocator ChunkMap(string name) =>
        row.Named(AriaRole.Img, texts.With("Chunks of {name}: received, on their way, missing", name));

    ILocator Button(string name) => row.Named(AriaRole.Button, texts[name]);
}
