using System.Buffers;
using Microsoft.Net.Http.Headers;

namespace ChunkUploader.Web.Multipart;

/// <summary>What a part's headers say.</summary>
public sealed class MultipartHeaders
{
    readonly MultipartEncoding _encoding;
    readonly Func<string?>? _readLegacyFileName;
    string? _fileName;
    string? _charset;

    MultipartHeaders(
        string name,
        string? fileName,
        string? contentType,
        string? contentRange,
        MultipartEncoding encoding,
        Func<string?>? readLegacyFileName)
    {
        (Name, ContentType, ContentRange) = (name, contentType, contentRange);
        (_fileName, _charset, _encoding, _readLegacyFileName) = (fileName, encoding.Charset, encoding, readLegacyFileName);
    }

    public string Name { get; }

    /// <summary>Another one, where its bytes are no UTF-8 and the form names its charset behind the file.</summary>
    public string? FileName
    {
        get
        {
            if (_readLegacyFileName is not null && _charset != _encoding.Charset)
            {
                (_charset, _fileName) = (_encoding.Charset, _readLegacyFileName());
            }

            return _fileName;
        }
    }

    /// <summary>Whether the name is guessed, and the form may still name its charset.</summary>
    public bool IsGuessed => _readLegacyFileName is not null && _encoding.Charset is null;

    public string? ContentType { get; }

    /// <summary>Which part of a file it is, as some clients say; see <see cref="Clients.UnknownChunkFields"/>.</summary>
    public string? ContentRange { get; }

    /// <param name="head">From the end of the boundary to the empty line, both without their line ends.</param>
    public static MultipartHeaders Parse(
        in ReadOnlySequence<byte> head, MultipartEncoding encoding, MultipartLimits limits)
    {
        if (encoding.TryDecode(head) is { } text)
        {
            return Parse(text, limits, encoding, null);
        }

        var legacy = new ReadOnlySequence<byte>(head.ToArray());
        return Parse(encoding.DecodeLegacyHead(legacy), limits, encoding, ReadFileName);

        string? ReadFileName() => Parse(encoding.DecodeLegacyHead(legacy), limits, encoding, null).FileName;
    }

    static MultipartHeaders Parse(
        string head, MultipartLimits limits, MultipartEncoding encoding, Func<string?>? readLegacyFileName)
    {
        // A line that starts with a blank continues the one before (RFC 5322, 2.2.3).
        var unfolded = head
            .Replace("\r\n ", " ", StringComparison.Ordinal)
            .Replace("\r\n\t", " ", StringComparison.Ordinal);
        var rest = unfolded.AsSpan();
        if (TakeLine(ref rest).ContainsAnyExcept(' ', '\t'))
        {
            throw MalformedFormException.Part("A boundary is followed by something else than a line end.");
        }

        ContentDisposition? disposition = null;
        string? contentType = null, contentRange = null;
        for (var count = 1; !rest.IsEmpty; count++)
        {
            var line = TakeLine(ref rest);
            var colon = line.IndexOf(':');
            if (count > limits.MaxHeaders)
            {
                throw new MalformedFormException(MalformedFormReason.HeadersTooLong, "A part has too many headers.");
            }

            if (colon < 1)
            {
                throw MalformedFormException.Part("A part's header has no name.");
            }

            var name = line[..colon].TrimEnd();
            var value = line[(colon + 1)..].Trim();
            if (name.Equals("Content-Disposition", StringComparison.OrdinalIgnoreCase))
            {
                disposition ??= ContentDisposition.Parse(value);
            }
            else if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            {
                contentType ??= value.ToString();
            }
            else if (name.Equals("Content-Range", StringComparison.OrdinalIgnoreCase))
            {
                contentRange ??= value.ToString();
            }
            else if (name.Equals("Content-Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                MustBeVerbatim(value);
            }
        }

        return disposition is { } found
            ? new MultipartHeaders(
                found.Name,
                found.FileName ?? (IsOfFile(contentType) ? "" : null),
                contentType,
                contentRange,
                encoding,
                readLegacyFileName)
            : throw MalformedFormException.Part("A part has no Content-Disposition.");
    }

    /// <summary>A part without a file name is a field, unless no field has such a type; OkHttp sends files so.</summary>
    static bool IsOfFile(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && !type.Type.Equals("text", StringComparison.OrdinalIgnoreCase)
        && !type.Type.Equals("multipart", StringComparison.OrdinalIgnoreCase) // as Retrofit's examples have it
        && !type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
        && !type.SubType.EndsWith("json", StringComparison.OrdinalIgnoreCase);

    static ReadOnlySpan<char> TakeLine(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf("\r\n");
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 2)..];
        return line;
    }

    // No browser encodes a part (RFC 7578, 4.7 forbids it), and storing base64 for the file it stands for would be
    // worse than a refusal.
    static void MustBeVerbatim(ReadOnlySpan<char> encoding)
    {
        if (!encoding.Equals("binary", StringComparison.OrdinalIgnoreCase)
            && !encoding.Equals("8bit", StringComparison.OrdinalIgnoreCase)
            && !encoding.Equals("7bit", StringComparison.OrdinalIgnoreCase))
        {
            throw MalformedFormException.Part("A part's Content-Transfer-Encoding is not supported.");
        }
    }
}
