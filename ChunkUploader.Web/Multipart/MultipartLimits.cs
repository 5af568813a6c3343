namespace ChunkUploader.Web.Multipart;

/// <summary>
/// What a form may take of the server's memory. Lengths are in bytes. File contents are never limited here.
/// </summary>
public sealed record MultipartLimits
{
    public static readonly MultipartLimits Default = new();

    public int MaxBoundaryLength { get; init; } = 70;

    /// <summary>All headers of one part together, line ends included.</summary>
    public int MaxHeadersLength { get; init; } = 16 * 1024;

    public int MaxHeaders { get; init; } = 32;

    /// <summary>Parts without a file name; repeated ones count.</summary>
    public int MaxFields { get; init; } = 2048;

    public int MaxFieldLength { get; init; } = 256 * 1024;

    /// <summary>The names and values of all fields together, as they were sent.</summary>
    public int MaxFieldsLength { get; init; } = 1024 * 1024;
}
