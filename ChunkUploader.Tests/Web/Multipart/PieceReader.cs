using System.Buffers;
using System.IO.Pipelines;

namespace ChunkUploader.Tests.Web.Multipart;

/// <summary>
/// A source that gives its pieces as segments of their own, one more whenever everything was examined. As strict as a
/// pipe: it refuses what breaks the rules, and a reader that turns in circles instead of making progress.
/// </summary>
sealed class PieceReader : PipeReader
{
    const int AllowedIdleReads = 10;

    readonly IEnumerator<ReadOnlyMemory<byte>> _pieces;
    readonly bool _endsWithLastPiece;
    Segment? _first;
    Segment _last = new(default, 0);
    int _firstIndex;
    long _examined;
    int _idleReads;
    bool _reading;
    bool _ended;
    bool _cancelled;

    public PieceReader(
        IEnumerable<ReadOnlyMemory<byte>> pieces, bool allAtOnce = false, bool endsWithLastPiece = false)
    {
        _pieces = pieces.GetEnumerator();
        _endsWithLastPiece = endsWithLastPiece;
        _first = _last;
        _ended = !_pieces.MoveNext();
        while (allAtOnce && !_ended)
        {
            Grow();
        }
    }

    public PieceReader(params byte[][] pieces) : this(pieces.Select(piece => (ReadOnlyMemory<byte>)piece))
    {
    }

    /// <summary>The most bytes that were ever held because the reader had not consumed them.</summary>
    public long MostHeld { get; private set; }

    public long Consumed => (_first ?? _last).RunningIndex + _firstIndex;

    public bool IsCompleted { get; private set; }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TryRead(out var result);
        return ValueTask.FromResult(result);
    }

    public override bool TryRead(out ReadResult result)
    {
        if (_reading)
        {
            throw new InvalidOperationException("The last read was not advanced.");
        }

        if (_examined == _last.End && !_cancelled)
        {
            if (_ended && ++_idleReads > AllowedIdleReads)
            {
                throw new InvalidOperationException("The reader turns in circles.");
            }

            if (!_ended)
            {
                Grow();
            }
        }
        else if (++_idleReads > AllowedIdleReads)
        {
            throw new InvalidOperationException("The reader does not examine what it is given.");
        }

        _reading = true;
        var ended = _ended && (_endsWithLastPiece || _examined == _last.End);
        result = new ReadResult(
            new ReadOnlySequence<byte>(_first!, _firstIndex, _last, _last.Memory.Length), _cancelled, ended);
        MostHeld = Math.Max(MostHeld, result.Buffer.Length);
        _cancelled = false;
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var (from, to) = (Absolute(consumed), Absolute(examined));
        if (!_reading || from > to || from < Consumed || to < _examined || to > _last.End)
        {
            throw new InvalidOperationException($"Advanced to {from}, {to} with {_examined} of {_last.End} examined.");
        }

        if (from > Consumed || (to > _examined && !_ended))
        {
            _idleReads = 0;
        }

        (_reading, _examined) = (false, to);
        _first = (Segment)consumed.GetObject()!;
        _firstIndex = consumed.GetInteger();
    }

    public override void CancelPendingRead() => _cancelled = true;

    public override void Complete(Exception? exception = null) => IsCompleted = true;

    static long Absolute(SequencePosition position) =>
        ((Segment)position.GetObject()!).RunningIndex + position.GetInteger();

    void Grow()
    {
        _last = _last.Append(_pieces.Current);
        _ended = !_pieces.MoveNext();
    }

    sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long runningIndex) =>
            (Memory, RunningIndex) = (memory, runningIndex);

        public long End => RunningIndex + Memory.Length;

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, End);
            Next = next;
            return next;
        }
    }
}
