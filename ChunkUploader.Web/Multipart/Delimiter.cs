using System.Buffers;
using System.Text;

namespace ChunkUploader.Web.Multipart;

/// <summary>
/// The bytes that end a part, <c>CR LF - - boundary</c>, and the search for them (RFC 2046, 5.1.1). A boundary holds no
/// CR, so CR occurs in a delimiter once, at its start: of several beginnings only the last CR can be a true one, and a
/// beginning that turns out false hides no other.
/// </summary>
sealed class Delimiter
{
    /// <summary>
    /// The line break belongs to the delimiter, but the first delimiter of a body may come without it.
    /// </summary>
    public const int LineBreakLength = 2;

    readonly byte[] _bytes;

    public Delimiter(string boundary, int maxLength)
    {
        if (boundary.Length == 0 || boundary.Length > maxLength
            || boundary.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            throw new MalformedFormException(MalformedFormReason.InvalidBoundary, "The form's boundary is not valid.");
        }

        _bytes = Encoding.ASCII.GetBytes("\r\n--" + boundary);
    }

    public int Length => _bytes.Length;

    /// <param name="matched">
    /// How many bytes of the delimiter are taken to stand just before <paramref name="bytes"/>.
    /// </param>
    /// <param name="offset">
    /// Where the delimiter begins; when it is not found, where its beginning may stand at the end, else the length of
    /// <paramref name="bytes"/>. Negative when it begins in what was taken to stand before.
    /// </param>
    public bool TryFind(in ReadOnlySequence<byte> bytes, int matched, out long offset)
    {
        var passed = 0L;
        offset = -matched;
        foreach (var memory in bytes)
        {
            var span = memory.Span;
            if (!GoesOn(span, ref matched))
            {
                var at = span.IndexOf(_bytes);
                matched = at >= 0 ? _bytes.Length : BeginningAtEndOf(span);
                offset = passed + (at >= 0 ? at : span.Length - matched);
            }

            if (matched == _bytes.Length)
            {
                return true;
            }

            passed += span.Length;
        }

        return false;
    }

    /// <summary>
    /// Whether a delimiter begun earlier goes on through this segment: to its own end or to the segment's.
    /// </summary>
    bool GoesOn(ReadOnlySpan<byte> segment, ref int matched)
    {
        if (matched == 0)
        {
            return false;
        }

        var count = Math.Min(segment.Length, _bytes.Length - matched);
        if (!segment[..count].SequenceEqual(_bytes.AsSpan(matched, count)))
        {
            return false;
        }

        matched += count;
        return true;
    }

    int BeginningAtEndOf(ReadOnlySpan<byte> segment)
    {
        var tail = segment[Math.Max(0, segment.Length - _bytes.Length + 1)..];
        var at = tail.LastIndexOf((byte)'\r');
        return at >= 0 && _bytes.AsSpan().StartsWith(tail[at..]) ? tail.Length - at : 0;
    }
}
