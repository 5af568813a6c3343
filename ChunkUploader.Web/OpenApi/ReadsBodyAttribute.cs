namespace ChunkUploader.Web.OpenApi;

/// <summary>Says of an action that it reads the request's body as it is.</summary>
/// <param name="contentType">Of the body, as it is described; any other one is read, too.</param>
[AttributeUsage(AttributeTargets.Method)]
sealed class ReadsBodyAttribute(string contentType) : Attribute
{
    public string ContentType => contentType;

    /// <summary>The header that may have the body's digest.</summary>
    public string? Digest { get; init; }
}
