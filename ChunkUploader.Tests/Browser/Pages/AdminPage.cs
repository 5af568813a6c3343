using Microsoft.Playwright;

namespace ChunkUploader.Tests.Browser.Pages;

/// <summary>The admin's lists: that of the stored files, and the trash.</summary>
public sealed class AdminPage(IPage page, PageTexts texts)
{
    /// <summary>Of the stored files.</summary>
    public ILocator FileRows => RowsOf("Stored files, newest first");

    public ILocator TrashRows => RowsOf("Deleted files, the last one first");

    /// <summary>What asks before a file goes to the trash.</summary>
    public QuestionDialog DeletingQuestion => new(page, texts, "Delete this file?", "Move to the trash");

    /// <summary>What asks before a file goes for good.</summary>
    public QuestionDialog DeletingForGoodQuestion => new(page, texts, "Delete this file for good?", "Delete for good");

    /// <summary>In the list of the stored files.</summary>
    public ILocator Delete(string name) => page.Named(AriaRole.Link, $"{texts["Delete…"]} {name}");

    /// <summary>In the trash.</summary>
    public ILocator DeleteForGood(string name) => page.Named(AriaRole.Link, $"{texts["Delete for good…"]} {name}");

    /// <summary>In the trash.</summary>
    public ILocator Restore(string name) => page.Named(AriaRole.Button, $"{texts["Restore"]} {name}");

    /// <summary>Without that of the columns' names.</summary>
    ILocator RowsOf(string table) => page.Named(AriaRole.Table, texts[table]).GetByRole(AriaRole.Row)
        .Filter(new() { Has = page.GetByRole(AriaRole.Cell) });
}
