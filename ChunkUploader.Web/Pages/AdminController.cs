using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Web.Errors;
using ChunkUploader.Web.Localization;
using ChunkUploader.Web.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ChunkUploader.Web.Pages;

/// <summary>
/// The stored files, for the admin: listed, searched, deleted into the trash; and the trash: restored, deleted for good.
/// </summary>
[Authorize(AdminCookie.Policy)]
[AutoValidateAntiforgeryToken]
[Route("admin")]
public sealed class AdminController(FileCatalog catalog, Trash trash) : Controller
{
    [HttpGet]
    public async Task<IActionResult> Index(string? search, CancellationToken ct, int number = 1) =>
        View(ListOf(await catalog.ListAsync(search, number, ct), search));

    /// <summary>Asks, where no script asks on the list itself.</summary>
    [HttpGet("delete/{id}")]
    public Task<IActionResult> AskToDelete(string id, string? search, CancellationToken ct, int number = 1) =>
        TryAsync(
            id,
            "admin.not-deleted",
            async file => View("Question", QuestionModel.Delete(
                HttpContext.Language(), trash, Url.Action(nameof(Index), new { search, number }),
                await catalog.GetAsync(file, ct))),
            RedirectToAction(nameof(Index), new { search, number }));

    [HttpPost("delete/{id}")]
    public Task<IActionResult> Delete(string id, string? search, CancellationToken ct, int number = 1) =>
        ChangeAsync(
            id,
            catalog.GetAsync,
            trash.PutAsync,
            async file => await trash.FindAsync(file, ct) is { } done ? Text("admin.deleted", done.Name) : null,
            ("admin.deleted", "admin.not-deleted"),
            RedirectToAction(nameof(Index), new { search, number }),
            ct);

    [HttpGet("trash")]
    public async Task<IActionResult> Trash(string? search, CancellationToken ct, int number = 1) =>
        View(new TrashModel(ListOf(await trash.ListAsync(search, number, ct), search), trash.Lifetime));

    [HttpPost("trash/restore/{id}")]
    public Task<IActionResult> Restore(string id, string? search, CancellationToken ct, int number = 1) =>
        ChangeAsync(
            id,
            trash.GetAsync,
            trash.RestoreAsync,
            async file => await catalog.FindAsync(file, ct) is { } done ? Text("trash.restored", done.Name) : null,
            ("trash.restored", "trash.not-restored"),
            RedirectToAction(nameof(Trash), new { search, number }),
            ct);

    /// <inheritdoc cref="AskToDelete"/>
    [HttpGet("trash/delete/{id}")]
    public Task<IActionResult> AskToDeleteForGood(string id, string? search, CancellationToken ct, int number = 1) =>
        TryAsync(
            id,
            "admin.not-deleted",
            async file => View("Question", QuestionModel.DeleteForGood(
                HttpContext.Language(), Url.Action(nameof(Trash), new { search, number }),
                await trash.GetAsync(file, ct))),
            RedirectToAction(nameof(Trash), new { search, number }));

    [HttpPost("trash/delete/{id}")]
    public Task<IActionResult> DeleteForGood(string id, string? search, CancellationToken ct, int number = 1) =>
        ChangeAsync(
            id,
            trash.GetAsync,
            trash.DeleteAsync,
            async file => await catalog.FindAsync(file, ct) is null ? Text("trash.gone-already") : null,
            ("trash.gone", "admin.not-deleted"),
            RedirectToAction(nameof(Trash), new { search, number }),
            ct);

    StoredFilesModel ListOf(FilePage page, string? search) =>
        new(page, search?.Trim(), TempData["Message"] as string, TempData["Error"] as string);

    /// <summary>Does it, and goes back to the list, which says so; also where it was done already, as by the first of two
    /// clicks.</summary>
    /// <param name="sayDone">What there is to say then; null where it was not done.</param>
    Task<IActionResult> ChangeAsync(
        string id,
        Func<Id<StoredFile>, CancellationToken, Task<StoredFile>> find,
        Func<Id<StoredFile>, CancellationToken, Task> change,
        Func<Id<StoredFile>, Task<string?>> sayDone,
        (string Done, string NotDone) texts,
        IActionResult back,
        CancellationToken ct) =>
        TryAsync(
            id,
            texts.NotDone,
            async file =>
            {
                try
                {
                    var name = (await find(file, ct)).Name;
                    await change(file, ct);
                    TempData["Message"] = Text(texts.Done, name);
                }
                catch (UploadException refusal) when (refusal.Code == UploadErrorCode.FileNotFound)
                {
                    if (await sayDone(file) is not { } done)
                    {
                        throw;
                    }

                    TempData["Message"] = done;
                }

                return back;
            },
            back);

    /// <summary>Goes back to the list with the reason where the file is not there any more.</summary>
    async Task<IActionResult> TryAsync(
        string id, string notDone, Func<Id<StoredFile>, Task<IActionResult>> act, IActionResult back)
    {
        try
        {
            return Id<StoredFile>.TryParse(id, out var file)
                ? await act(file)
                : throw new UploadException(UploadErrorCode.FileNotFound, "There is no such file.");
        }
        catch (UploadException refusal)
        {
            TempData["Error"] = Text(notDone, Text($"error.{ErrorTable.Rows[refusal.Code].Code}.detail"));
            return back;
        }
    }

    string Text(string key, params object[] arguments) => HttpContext.Language()[key, arguments].Value;
}
