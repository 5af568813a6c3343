using ChunkUploader.Web.Api;

namespace ChunkUploader.Web.Pages;

/// <summary>The page of files that were uploaded together.</summary>
/// <param name="Gone">How many of them are not there any more.</param>
public sealed record FileListModel(IReadOnlyList<FileModel> Files, int Gone);
