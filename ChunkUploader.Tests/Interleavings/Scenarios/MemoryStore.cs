using System.Buffers;
using System.IO.Pipelines;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using Microsoft.Coyote.Runtime;

namespace ChunkUploader.Tests.Interleavings.Scenarios;

/// <summary>
/// Parts and blobs in memory. Others may have their turn before and after each step that a disk would take as one: a
/// buffer that is written, a rename, a removal.
/// </summary>
public sealed class MemoryStore : IPartStore, IBlobStore
{
    const int BufferLength = 4;

    readonly object _lock = new();

    // All below: under the lock.
    readonly Dictionary<Id<Blob>, Bytes> _parts = [];
    readonly Dictionary<Id<Blob>, Bytes> _blobs = [];
    readonly HashSet<Id<Blob>> _known = []; // parts that were written to, and neither committed nor deleted since
    int _count;

    public long FreeBytes => 1 << 20;

    public PartLimits Limits { get; } = new(MinChunkSize: 1, MaxFileSize: 1 << 20);

    /// <summary>The ids of what is there now, for the invariants.</summary>
    public IReadOnlyList<Id<Blob>> Parts => [.. _parts.Keys];

    /// <inheritdoc cref="Parts"/>
    public IReadOnlyDictionary<Id<Blob>, byte[]> Blobs => _blobs.ToDictionary(entry => entry.Key, entry => entry.Value.Content);

    public byte[]? PartOf(Id<Blob> blob) => _parts.GetValueOrDefault(blob)?.Content;

    public async Task<string> WriteChunkAsync(
        Id<Blob> blob, ChunkRange range, PipeReader body, Action<ReadOnlySequence<byte>> observe, CancellationToken ct)
    {
        var part = Step(() =>
        {
            if (_known.Add(blob))
            {
                _parts[blob] = new Bytes($"{++_count}");
            }

            return _parts.GetValueOrDefault(blob) ?? throw UploadException.BytesLost();
        });
        var offset = range.Offset;
        await ForEachBufferAsync(
            body,
            bytes =>
            {
                observe(bytes);
                Step(() =>
                {
                    // Written to a part that is another one by now, it would not be noticed.
                    Ensure(_parts.GetValueOrDefault(blob) == part);
                    part.Write(offset, bytes.ToArray());
                    return offset += bytes.Length;
                });
            },
            ct);
        return offset == range.End ? part.Identity
            : throw new UploadException(UploadErrorCode.ChunkLengthMismatch, $"{offset - range.Offset} bytes came.");
    }

    public async Task<bool> ChunkEqualsAsync(
        Id<Blob> blob, ChunkRange range, PipeReader body, Action<ReadOnlySequence<byte>> observe, CancellationToken ct)
    {
        var (stored, sent) = (Read(blob, range.Offset, range.Length), new List<byte>());
        await ForEachBufferAsync(
            body,
            bytes =>
            {
                observe(bytes);
                sent.AddRange(bytes.ToArray());
            },
            ct);
        return sent.SequenceEqual(stored);
    }

    public Task ReadAsync(
        Id<Blob> blob, long offset, long length, Action<ReadOnlySequence<byte>> observe, CancellationToken ct)
    {
        observe(new ReadOnlySequence<byte>(Read(blob, offset, length)));
        return Task.CompletedTask;
    }

    public Task FlushAsync(Id<Blob> blob, CancellationToken ct) =>
        StepAsync(() => _parts.GetValueOrDefault(blob) ?? throw UploadException.BytesLost());

    public Task CommitAsync(Id<Blob> blob, long size, CancellationToken ct) =>
        StepAsync(() =>
        {
            var bytes = _blobs.GetValueOrDefault(blob) ?? _parts.GetValueOrDefault(blob);
            Ensure(bytes is not null);
            _parts.Remove(blob);
            _known.Remove(blob);
            _blobs[blob] = bytes!;
            return bytes!.Content.Length == size ? true : throw new IOException("The part does not have that size.");
        });

    public bool Recognizes(Id<Blob> blob, string? part, long length, bool mayBeCommitted) =>
        Step(() => (mayBeCommitted || !_blobs.ContainsKey(blob))
            && (part is null
                ? length == 0
                : (_parts.GetValueOrDefault(blob) ?? _blobs.GetValueOrDefault(blob)) is { } bytes
                    && bytes.Identity == part && bytes.Content.Length >= length));

    public Task DeletePartAsync(Id<Blob> blob, CancellationToken ct) =>
        StepAsync(() => _known.Remove(blob) | _parts.Remove(blob));

    public Task<bool> ContainsAsync(Id<Blob> blob, long size, CancellationToken ct) =>
        StepAsync(() => _blobs.GetValueOrDefault(blob)?.Content.Length == size);

    public Task ReplaceAsync(Id<Blob> blob, Id<Blob> copy, CancellationToken ct) =>
        StepAsync(() => _blobs[blob] = _blobs.GetValueOrDefault(copy) ?? throw new FileNotFoundException());

    public Task DeleteAsync(Id<Blob> blob, CancellationToken ct) =>
        StepAsync(() => _known.Remove(blob) | _parts.Remove(blob) | _blobs.Remove(blob));

    byte[] Read(Id<Blob> blob, long offset, long length) =>
        Step(() => _parts.GetValueOrDefault(blob) ?? _blobs.GetValueOrDefault(blob) ?? throw new FileNotFoundException())
            .Read(offset, length);

    Task<T> StepAsync<T>(Func<T> step) => Task.FromResult(Step(step));

    T Step<T>(Func<T> step)
    {
        SchedulingPoint.Interleave();
        T result;
        lock (_lock)
        {
            result = step();
        }

        SchedulingPoint.Interleave();
        return result;
    }

    static void Ensure(bool isWhole)
    {
        if (!isWhole)
        {
            throw UploadException.BytesLost();
        }
    }

    /// <summary>A body comes in several buffers, and others have their turn before each.</summary>
    static async Task ForEachBufferAsync(PipeReader body, Action<ReadOnlySequence<byte>> take, CancellationToken ct)
    {
        var result = await body.ReadAsync(CancellationToken.None); // all of it is there
        for (var rest = result.Buffer; rest.Length > 0;)
        {
            SchedulingPoint.Interleave();
            ct.ThrowIfCancellationRequested();
            var buffer = rest.Slice(0, Math.Min(BufferLength, rest.Length));
            take(buffer);
            rest = rest.Slice(buffer.End);
        }

        body.AdvanceTo(result.Buffer.End);
    }

    // What no scenario comes to.
    public Task<long> WriteAsync(
        Id<Blob> blob,
        PipeReader body,
        long maxLength,
        Action<ReadOnlySequence<byte>> observe,
        CancellationToken ct) => throw new NotSupportedException();

    public string? Adopt(Id<Blob> blob, bool mayBeCommitted) => throw new NotSupportedException();

    public Task<bool> TryUncommitAsync(Id<Blob> blob, CancellationToken ct) => throw new NotSupportedException();

    public Task<Stream?> OpenReadAsync(Id<Blob> blob, long size, CancellationToken ct) =>
        throw new NotSupportedException();

    public string? LocationOf(Id<Blob> blob) => null;

    public IAsyncEnumerable<StoredItem> ListAsync(CancellationToken ct) => throw new NotSupportedException();

    public Task QuarantineAsync(Id<Blob> blob, string reason, DateTimeOffset now, CancellationToken ct) =>
        throw new NotSupportedException();

    public Task<int> RemoveQuarantinedAsync(DateTimeOffset before, CancellationToken ct) =>
        throw new NotSupportedException();

    sealed class Bytes(string identity)
    {
        public string Identity => identity;

        public byte[] Content { get; private set; } = [];

        public void Write(long offset, byte[] bytes)
        {
            var content = Content.Concat(new byte[Math.Max(0, offset + bytes.Length - Content.Length)]).ToArray();
            bytes.CopyTo(content, offset);
            Content = content;
        }

        public byte[] Read(long offset, long length) =>
            offset + length <= Content.Length
                ? Content[(int)offset..(int)(offset + length)]
                : throw new EndOfStreamException();
    }
}
