using System.Buffers;
using System.IO.Pipelines;
using ChunkUploader.Domain.Catalog;
using Microsoft.Net.Http.Headers;

namespace ChunkUploader.Web.Multipart;

/// <summary>One part of a form. A part with a file name, be it an empty one, is a file.</summary>
/// <param name="Body">
/// The part's bytes; readable until the next part is asked for. Ends with <see cref="ReadResult.IsCompleted"/>, or with
/// a <see cref="MalformedFormException"/> where the request's body was cut short.
/// </param>
public sealed record MultipartPart(MultipartHeaders Headers, MultipartEncoding Encoding, PipeReader Body)
{
    public string Name => Headers.Name;

    public string? FileName => Headers.FileName;

    public string? ContentType => Headers.ContentType;

    /// <summary>Whether its name, or a field before it, is guessed, and the form may still name its charset behind the file:
    /// who must know them stages the file.</summary>
    public bool HasGuessedText { get; init; }

    /// <summary>Where the bytes were staged, which can be read again; null for those that come from the
    /// connection.</summary>
    public IStagedBody? Staged { get; init; }

    /// <summary>The text of a field.</summary>
    /// <param name="maxLength">In bytes.</param>
    /// <exception cref="MalformedFormException">The value is longer, or cut short.</exception>
    public Task<MultipartText> ReadTextAsync(int maxLength, CancellationToken ct) =>
        BoundedText.ReadAsync(
            Body,
            maxLength,
            MalformedFormReason.FieldTooLong,
            bytes => Encoding.TryDecode(bytes) is { } text
                ? new MultipartText(text, null)
                : LegacyText(new ReadOnlySequence<byte>(bytes.ToArray())),
            ct);

    MultipartText LegacyText(ReadOnlySequence<byte> bytes)
    {
        return new MultipartText(Decode(), Decode);

        string Decode() => Encoding.DecodeLegacy(bytes, CharsetOf(ContentType));
    }

    static string? CharsetOf(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && type.Charset.HasValue
            ? HeaderUtilities.RemoveQuotes(type.Charset).ToString()
            : null;
}

/// <param name="Decode">Decodes it anew, where its bytes are no UTF-8 and the form may still name its charset; else null.
/// </param>
public sealed record MultipartText(string Value, Func<string>? Decode);
