using System.Buffers;
using System.IO.Pipelines;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChunkUploader.Tests.Support;

/// <summary>
/// The store on a disk that can be made to take nothing: then every write blocks its thread, as a write to a slow disk
/// does.
/// </summary>
public sealed class SlowStore(IPartStore store) : IPartStore, IDisposable
{
    readonly ManualResetEventSlim _works = new(true);
    int _blocked;

    /// <summary>How many threads wait for the disk.</summary>
    public int Blocked => Volatile.Read(ref _blocked);

    public static void Register(IServiceCollection services)
    {
        var real = services.Single(service => service.ServiceType == typeof(IPartStore));
        services.AddSingleton(provider => new SlowStore((IPartStore)real.ImplementationFactory!(provider)));
        services.Replace(ServiceDescriptor.Singleton<IPartStore>(
            provider => provider.GetRequiredService<SlowStore>()));
    }

    public void Hold() => _works.Reset();

    public void Release() => _works.Set();

    public long FreeBytes => store.FreeBytes;

    public PartLimits Limits => store.Limits;

    public Task<string> WriteChunkAsync(
        Id<Blob> blob, ChunkRange range, PipeReader body, Action<ReadOnlySequence<byte>> observe, CancellationToken ct) =>
        store.WriteChunkAsync(blob, range, body, bytes =>
        {
            Interlocked.Increment(ref _blocked);
            _works.Wait(CancellationToken.None);
            Interlocked.Decrement(ref _blocked);
            observe(bytes);
        }, ct);

    public Task<long> WriteAsync(
        Id<Blob> blob,
        PipeReader body,
        long maxLength,
        Action<ReadOnlySequence<byte>> observe,
        CancellationToken ct) => store.WriteAsync(blob, body, maxLength, observe, ct);

    public Task<bool> ChunkEqualsAsync(
        Id<Blob> blob,
        ChunkRange range,
        PipeReader body,
        Action<ReadOnlySequence<byte>> observe,
        CancellationToken ct) => store.ChunkEqualsAsync(blob, range, body, observe, ct);

    public Task ReadAsync(
        Id<Blob> blob, long offset, long length, Action<ReadOnlySequence<byte>> observe, CancellationToken ct) =>
        store.ReadAsync(blob, offset, length, observe, ct);

    public Task FlushAsync(Id<Blob> blob, CancellationToken ct) => store.FlushAsync(blob, ct);

    public Task CommitAsync(Id<Blob> blob, long size, CancellationToken ct) => store.CommitAsync(blob, size, ct);

    public bool Recognizes(Id<Blob> blob, string? part, long length, bool mayBeCommitted) =>
        store.Recognizes(blob, part, length, mayBeCommitted);

    public string? Adopt(Id<Blob> blob, bool mayBeCommitted) => store.Adopt(blob, mayBeCommitted);

    public Task<bool> TryUncommitAsync(Id<Blob> blob, CancellationToken ct) => store.TryUncommitAsync(blob, ct);

    public Task DeletePartAsync(Id<Blob> blob, CancellationToken ct) => store.DeletePartAsync(blob, ct);

    public void Dispose() => _works.Dispose();
}
