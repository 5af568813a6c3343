namespace ChunkUploader.Web.ViewModels;

/// <summary>What an error page says.</summary>
public sealed record ErrorModel(string Title, string Detail);
