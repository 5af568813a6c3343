using System.IO.Pipelines;
using Microsoft.Net.Http.Headers;

namespace ChunkUploader.Web.Multipart;

/// <summary>One part of a form. A part with a file name, be it an empty one, is a file.</summary>
/// <param name="Body">
/// The part's bytes; readable until the next part is asked for. Ends with <see cref="ReadResult.IsCompleted"/>, or with
/// a <see cref="MalformedFormException"/> where the request's body was cut short.
/// </param>
public sealed record MultipartPart(string Name, string? FileName, string? ContentType, PipeReader Body)
{
    /// <summary>Where the bytes were staged, which can be read again; null for those that come from the
    /// connection.</summary>
    public StagedBody? Staged { get; init; }

    /// <summary>Its header of that name, as it was sent.</summary>
    public string? ContentRange { get; init; }

    public MultipartEncoding Encoding { get; init; } = new(prefersChinese: false);

    /// <param name="maxLength">In bytes.</param>
    /// <exception cref="MalformedFormException">The value is longer, or cut short.</exception>
    public Task<string> ReadTextAsync(int maxLength, CancellationToken ct) =>
        BoundedText.ReadAsync(
            Body,
            maxLength,
            MalformedFormReason.FieldTooLong,
            ct,
            bytes => Encoding.Decode(bytes, CharsetOf(ContentType)));

    static string? CharsetOf(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && type.Charset.HasValue
            ? HeaderUtilities.RemoveQuotes(type.Charset).ToString()
            : null;
}
