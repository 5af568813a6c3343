namespace ChunkUploader.Web.ViewModels;

/// <summary>What an error page says.</summary>
/// <param name="Code">Which error it is: its title and detail are texts of the visitor's language.</param>
public sealed record ErrorModel(int Status, string Code);
