using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace ChunkUploader.Tests.Browser.Pages;

/// <summary>The page that uploads.</summary>
public sealed class UploadPage(IPage page, PageTexts texts)
{
    const string InsecureText =
        "This page came over plain http. Uploads resume all the same, but the browser does not remember the files, so pick them "
        + "again after a reload; two tabs do not know of each other; the screen may go to sleep; and nothing notifies you. Over "
        + "https all of it works.";

    public ILocator FileInput => page.Labelled(texts["Choose files"]);

    /// <summary>Of the form for browsers without scripts.</summary>
    public ILocator PlainInput =>
        page.Labelled(texts["Without JavaScript files go up in one piece, and cannot be resumed."]);

    public ILocator FolderInput => page.Labelled(texts["Choose a folder"]);

    public ILocator Rows => page.Named(AriaRole.Region, texts["Uploads"]).GetByRole(AriaRole.Listitem);

    /// <summary>The only one.</summary>
    public UploadRow Row => new(Rows, texts);

    public ILocator UnfinishedRows => page.Named(AriaRole.Region, texts["Unfinished uploads"]).GetByRole(AriaRole.Listitem);

    /// <summary>The only one.</summary>
    public UnfinishedRow Unfinished => new(UnfinishedRows, texts);

    public ILocator OnlyFailed => page.Named(AriaRole.Button, texts["Only failed"]);

    public ILocator ClearTheList => page.Named(AriaRole.Button, texts["Clear the list"]);

    public ILocator NotifyMe => page.Named(AriaRole.Button, texts["Notify me"]);

    public ILocator SpeedLimit => page.Named(AriaRole.Combobox, texts["Speed limit"]);

    /// <summary>How fast all of them are, and how long that takes.</summary>
    public ILocator OverallPace => page.GetByText(new Regex("/s · "));

    public ILocator Offline => page.Reading(texts["You are offline. Uploads go on by themselves when the network is back."]);

    /// <summary>What a page on plain http lacks.</summary>
    public ILocator Insecure => page.Reading(texts[InsecureText]);

    /// <summary>What is announced to who does not see the rows.</summary>
    public ILocator Announcement => page.GetByRole(AriaRole.Status);

    public HandOverDialog HandOver => new(page, texts);

    /// <param name="name">The file's, with the folders that it was picked with.</param>
    public UploadRow RowOf(string name) => new(Rows.Filter(new() { Has = page.Reading(name) }), texts);

    public ILocator RowsIn(string state) => Rows.And(page.Locator($"[data-state={state}]"));
}
