namespace ChunkUploader.Web.Multipart;

public enum MalformedFormReason
{
    /// <summary>The body is neither multipart/form-data nor application/x-www-form-urlencoded.</summary>
    UnsupportedContentType,

    InvalidBoundary,

    /// <summary>The body ended before the form did.</summary>
    CutShort,

    /// <summary>A part's headers cannot be understood.</summary>
    MalformedPart,

    HeadersTooLong,
    TooManyFields,
    FieldTooLong,
    SecondFile,

    /// <summary>An application/x-www-form-urlencoded body has too many fields, or a NUL.</summary>
    Unreadable,

    /// <summary>
    /// A file that had to be staged, or a form without a file, is longer than the endpoint allows.
    /// </summary>
    TooLarge,
}
