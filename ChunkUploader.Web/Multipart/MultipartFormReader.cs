using System.Buffers;
using System.IO.Pipelines;

namespace ChunkUploader.Web.Multipart;

/// <summary>
/// Reads a multipart/form-data body (RFC 7578, RFC 2046) part by part, each as it arrives. Text before the first and
/// after the last boundary is ignored. The source is read no further than the closing boundary and is never completed.
/// </summary>
public sealed class MultipartFormReader
{
    const int ClosingLength = 2;

    readonly PipeReader _source;
    readonly MultipartLimits _limits;
    readonly Delimiter _delimiter;
    readonly MultipartEncoding _encoding;

    /// <summary>
    /// The part last given out, at first what comes before all parts; null after the closing boundary.
    /// </summary>
    MultipartPartBody? _current;

    int _fields;
    bool _isUsable = true;

    public MultipartFormReader(
        PipeReader source, string boundary, MultipartLimits limits, MultipartEncoding? encoding = null)
    {
        _source = source;
        _limits = limits;
        _encoding = encoding ?? new MultipartEncoding("");
        _delimiter = new Delimiter(boundary, limits.MaxBoundaryLength);
        _current = new MultipartPartBody(source, _delimiter, isPreamble: true);
    }

    /// <summary>Skips what is left of the current part. Null after the last part.</summary>
    /// <exception cref="MalformedFormException">The form is refused; the reader is of no further use.</exception>
    public async Task<MultipartPart?> ReadNextPartAsync(CancellationToken ct)
    {
        if (!_isUsable)
        {
            throw new InvalidOperationException("The form could not be read up to here.");
        }

        if (_current is null)
        {
            return null;
        }

        _isUsable = false;
        await _current.SkipAsync(ct);
        var head = await ReadHeadAsync(_current.DelimiterLength, ct);
        var part = head is null ? null : Open(head);
        _isUsable = true;
        return part;
    }

    MultipartPart Open(MultipartHeaders headers)
    {
        if (headers.FileName is null && ++_fields > _limits.MaxFields)
        {
            throw new MalformedFormException(MalformedFormReason.TooManyFields, "The form has too many fields.");
        }

        _current = new MultipartPartBody(_source, _delimiter, isPreamble: false);
        return new MultipartPart(headers, _encoding, _current);
    }

    /// <summary>What stands from the boundary to the empty line; null when the boundary was the closing one.</summary>
    async ValueTask<MultipartHeaders?> ReadHeadAsync(int delimiterLength, CancellationToken ct)
    {
        var searched = 0L;
        while (true)
        {
            var read = await _source.ReadAsync(ct);
            var buffer = read.Buffer.Slice(delimiterLength);
            if (IsClosing(buffer))
            {
                _source.AdvanceTo(buffer.GetPosition(ClosingLength));
                _current = null;
                return null;
            }

            if (TryTakeHead(buffer, ref searched, out var head, out var end))
            {
                _source.AdvanceTo(end);
                return head;
            }

            _source.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (searched > _limits.MaxHeadersLength)
            {
                throw new MalformedFormException(MalformedFormReason.HeadersTooLong, "A part's headers are too long.");
            }

            if (read.IsCompleted)
            {
                throw MalformedFormException.CutShort();
            }

            if (read.IsCanceled)
            {
                throw new OperationCanceledException("The read was cancelled.");
            }
        }
    }

    static bool IsClosing(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < ClosingLength)
        {
            return false;
        }

        Span<byte> start = stackalloc byte[ClosingLength];
        buffer.Slice(0, ClosingLength).CopyTo(start);
        return start.SequenceEqual("--"u8);
    }

    /// <param name="searched">
    /// How many bytes hold no empty line, so that a body that trickles in is searched once.
    /// </param>
    bool TryTakeHead(in ReadOnlySequence<byte> buffer, ref long searched, out MultipartHeaders? head, out SequencePosition end)
    {
        var emptyLine = "\r\n\r\n"u8;
        // One byte beyond the limit tells a head that is too long from one that just fits.
        var bounded = buffer.Slice(0, Math.Min(buffer.Length, _limits.MaxHeadersLength + 1L));
        var reader = new SequenceReader<byte>(bounded);
        reader.Advance(Math.Max(0, Math.Min(searched, bounded.Length) - emptyLine.Length + 1));
        searched = bounded.Length;
        if (reader.TryReadTo(out ReadOnlySequence<byte> _, emptyLine) && reader.Consumed <= _limits.MaxHeadersLength)
        {
            head = MultipartHeaders.Parse(bounded.Slice(0, reader.Consumed - emptyLine.Length), _encoding, _limits);
            end = reader.Position;
            return true;
        }

        head = null;
        end = default;
        return false;
    }
}
