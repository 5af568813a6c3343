namespace ChunkUploader.Web.Pages;

/// <summary>The sign-in page.</summary>
/// <param name="ReturnUrl">Where to go afterwards.</param>
/// <param name="Error">Why the last try failed; null before the first.</param>
public sealed record SignInModel(string? ReturnUrl, string? Error);
