using ChunkUploader.Domain;
using ChunkUploader.Domain.Files;
using ChunkUploader.Domain.Uploads;
using ChunkUploader.Web.Errors;
using ChunkUploader.Web.Localization;
using ChunkUploader.Web.ViewModels;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace ChunkUploader.Web.Controllers;

/// <summary>The stored files, for the admin: listed, searched, deleted.</summary>
[Authorize]
[AutoValidateAntiforgeryToken]
[Route("admin")]
public sealed class AdminController(FileCatalog catalog) : Controller
{
    [HttpGet]
    public async Task<IActionResult> Index(string? search, CancellationToken ct, int number = 1) =>
        View(new StoredFilesModel(
            await catalog.ListAsync(search, number, ct),
            search?.Trim(),
            TempData["Message"] as string,
            TempData["Error"] as string));

    [HttpPost("delete/{id}")]
    public async Task<IActionResult> Delete(string id, string? search, CancellationToken ct, int number = 1)
    {
        try
        {
            if (!Id<StoredFile>.TryParse(id, out var file))
            {
                throw new UploadException(UploadErrorCode.FileNotFound, "There is no such file.");
            }

            var name = (await catalog.GetAsync(file, ct)).Name;
            await catalog.DeleteAsync(file, ct);
            TempData["Message"] = HttpContext.Language()["admin.deleted", name].Value;
        }
        catch (UploadException refusal)
        {
            var texts = HttpContext.Language();
            var reason = texts[$"error.{ErrorTable.Rows[refusal.Code].Code}.detail"];
            TempData["Error"] = texts["admin.not-deleted", reason].Value;
        }

        return RedirectToAction(nameof(Index), new { search, number });
    }
}
