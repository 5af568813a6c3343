using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace ChunkUploader.Web.Multipart;

/// <summary>
/// The bytes of one part up to the next delimiter, as slices of the source's own buffers. Completing it leaves the
/// source open: what follows the part is still to be read. All offsets count from the first byte that is not consumed.
/// </summary>
sealed class MultipartPartBody(PipeReader source, Delimiter delimiter, bool isPreamble) : PipeReader
{
    ReadOnlySequence<byte> _buffer;

    /// <summary>
    /// Up to here the bytes are the part's for certain; they were searched and are not searched again.
    /// </summary>
    long _known;

    /// <summary>Up to here the consumer has examined, so a read must bring more than that.</summary>
    long _examined;

    /// <summary>Up to here the source was told we had examined. A source refuses to hear less than before.</summary>
    long _told;

    bool _lineBreakTaken = isPreamble;
    bool _reading;
    bool _ended;
    bool _completed;

    /// <summary>How much of the source to skip after the end of this part.</summary>
    public int DelimiterLength { get; private set; } = delimiter.Length;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        MustBeReadable();
        while (true)
        {
            var read = await source.ReadAsync(cancellationToken);
            if (TryHandOn(read, out var result))
            {
                return result;
            }
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        MustBeReadable();
        while (source.TryRead(out var read))
        {
            if (TryHandOn(read, out result))
            {
                return true;
            }
        }

        result = default;
        return false;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (!_reading)
        {
            throw new InvalidOperationException("There is no read to advance.");
        }

        var taken = OffsetOf(consumed);
        _examined = Math.Max(_examined, examined.Equals(consumed) ? taken : OffsetOf(examined));
        _told = Math.Max(_told, _examined);
        source.AdvanceTo(_buffer.GetPosition(taken), _buffer.GetPosition(_told));
        _reading = false;
        _known -= taken;
        _examined -= taken;
        _told -= taken;
        _buffer = default;
    }

    public override void CancelPendingRead() => source.CancelPendingRead();

    public override void Complete(Exception? exception = null)
    {
        if (_reading)
        {
            AdvanceTo(_buffer.Start);
        }

        _completed = true;
    }

    /// <summary>Skips to the delimiter and ends the part for its consumer too.</summary>
    public async ValueTask SkipAsync(CancellationToken ct)
    {
        Complete();
        var ended = false;
        while (!ended)
        {
            var read = await source.ReadAsync(ct);
            if (!TryHandOn(read, out var rest))
            {
                continue;
            }

            ended = rest.IsCompleted;
            AdvanceTo(rest.Buffer.End);
        }
    }

    void MustBeReadable()
    {
        if (_completed)
        {
            throw new InvalidOperationException("The part was completed: its body can no longer be read.");
        }
    }

    /// <summary>
    /// False when the read brought the consumer nothing new, be it that all there is may be the beginning of the
    /// delimiter; the source then waits for more.
    /// </summary>
    bool TryHandOn(in ReadResult read, out ReadResult result)
    {
        _buffer = read.Buffer;
        if (!_ended)
        {
            Search();
        }

        if (_ended || _known > _examined || read.IsCanceled)
        {
            _reading = true;
            result = new ReadResult(_buffer.Slice(0, _known), read.IsCanceled, _ended);
            return true;
        }

        _told = _buffer.Length;
        source.AdvanceTo(_buffer.Start, _buffer.End);
        if (read.IsCompleted)
        {
            throw MalformedFormException.CutShort();
        }

        result = default;
        return false;
    }

    void Search()
    {
        var matched = _lineBreakTaken ? Delimiter.LineBreakLength : 0;
        _ended = delimiter.TryFind(_buffer.Slice(_known), matched, out var offset);
        if (_ended && offset < 0)
        {
            DelimiterLength += (int)offset;
        }

        _known += Math.Max(0, offset);
        _lineBreakTaken &= _known == 0;
    }

    long OffsetOf(SequencePosition position) => _buffer.Slice(_buffer.Start, position).Length;
}
