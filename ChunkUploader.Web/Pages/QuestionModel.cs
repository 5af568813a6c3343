using ChunkUploader.Domain.Catalog;
using Microsoft.Extensions.Localization;

namespace ChunkUploader.Web.Pages;

/// <summary>What is asked before a file is deleted: on a page of its own, or in a dialog of the list.</summary>
/// <param name="Confirm">What the button says that does it.</param>
/// <param name="Keep">Where keeping the file leads to; null in a dialog, which closes.</param>
/// <param name="File">Null in a dialog, which is for all files of the list.</param>
public sealed record QuestionModel(string Title, string Detail, string Confirm, string? Keep, StoredFile? File)
{
    public static QuestionModel Delete(
        IStringLocalizer texts, Trash trash, string? keep = null, StoredFile? file = null) =>
        new(
            texts["delete.title"],
            texts["delete.detail", Times.Format(trash.NextEnd)],
            texts["delete.confirm"],
            keep,
            file);

    public static QuestionModel DeleteForGood(IStringLocalizer texts, string? keep = null, StoredFile? file = null) =>
        new(texts["delete-for-good.title"], texts["delete-for-good.detail"], texts["delete-for-good.confirm"], keep, file);
}
