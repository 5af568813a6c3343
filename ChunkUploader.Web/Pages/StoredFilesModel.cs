using ChunkUploader.Domain.Catalog;

namespace ChunkUploader.Web.Pages;

/// <summary>The page of the stored files.</summary>
/// <param name="Message">What has just been done; null if nothing was.</param>
/// <param name="Error">What could not be done; null if nothing failed.</param>
public sealed record StoredFilesModel(FilePage Page, string? Search, string? Message, string? Error);
