using System.Buffers;
using System.IO.Pipelines;

namespace ChunkUploader.Tests.Support.Core;

/// <summary>A body that takes no memory of its own: the same run, again and again, consumed as a whole.</summary>
/// <param name="length">A multiple of the run's 256 KiB.</param>
sealed class RepeatedBody(long length) : PipeReader
{
    static readonly ReadOnlySequence<byte> Run = new(new byte[256 * Sample.KiB]);

    long _taken;

    public override void AdvanceTo(SequencePosition consumed) => _taken += _taken < length ? Run.Length : 0;

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => AdvanceTo(consumed);

    public override void CancelPendingRead()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        new(_taken < length ? new ReadResult(Run, false, false) : new ReadResult(default, false, true));

    public override bool TryRead(out ReadResult result) => throw new NotSupportedException();
}
