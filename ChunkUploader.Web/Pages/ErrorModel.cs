namespace ChunkUploader.Web.Pages;

/// <summary>What an error page says.</summary>
/// <param name="Code">Which error it is: its title and detail are texts of the visitor's language.</param>
/// <param name="Detail">In English, where the code alone says too little; null: what the language says.</param>
/// <param name="MaxFileSize">The most that a file may have, in bytes, where one had more.</param>
public sealed record ErrorModel(int Status, string Code, string? Detail = null, long? MaxFileSize = null);
