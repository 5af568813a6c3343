using ChunkUploader.Domain.Catalog;

namespace ChunkUploader.Web.Pages;

/// <summary>The page of the trash.</summary>
/// <param name="Lifetime">How long a file is kept there.</param>
public sealed record TrashModel(StoredFilesModel List, TimeSpan Lifetime)
{
    /// <summary>When a file goes for good.</summary>
    public DateTimeOffset EndOf(StoredFile file) => file.TrashedAt!.Value + Lifetime;
}
