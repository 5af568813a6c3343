using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Clients;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Tests.Support.Core;

/// <summary>Sends chunks as a form client's requests do: what has no place yet is staged first.</summary>
public abstract class ClientFixture : CoreFixture
{
    protected const int ChunkSize = 100_000;

    private protected ClientUploads Forms => Host.Get<ClientUploads>();

    /// <summary>A file that is cut into chunks of <see cref="ChunkSize"/>.</summary>
    protected static ChunkedFile FileOf(byte[] content, string key = "key") =>
        FileOf(ChunkPlan.For(content.Length, ChunkSize), key);

    protected static ChunkedFile FileOf(ChunkPlan plan, string key = "key") =>
        new(
            new FileDescription
            {
                FileName = "a.bin",
                Size = plan.Size,
                ContentType = "application/octet-stream",
                ClientKey = key,
            },
            plan);

    protected static byte[] ChunkOf(byte[] content, int index) =>
        content[(index * ChunkSize)..Math.Min(content.Length, (index + 1) * ChunkSize)];

    protected async Task<ClientReceipt> SendAsync(
        ChunkedFile file,
        int index,
        byte[] bytes,
        bool completes = true,
        Owner? owner = null,
        DeclaredDigests? expected = null)
    {
        var chunk = new ClientChunk(file, index);
        using var place = await Forms.FindPlaceAsync(chunk, owner ?? Alice, None);
        var body = new ChunkBody(Sample.Body(bytes), expected);
        return await ReceiveAsync(chunk, place.IsKnown ? body : Stage(bytes, expected), completes, owner, place);
    }

    protected static ChunkBody Stage(byte[] bytes, DeclaredDigests? expected = null) =>
        new(Sample.Body([]), expected) { Length = bytes.Length, Reopen = () => Sample.Body(bytes) };

    protected Task<ClientReceipt> ReceiveAsync(
        ClientChunk chunk, ChunkBody body, bool completes = true, Owner? owner = null, ChunkPlace? place = null) =>
        Forms.ReceiveAsync(chunk, owner ?? Alice, place, body, () => chunk.File, completes, None).WaitAsync(Until.Limit);

    /// <summary>Sends the chunks in this order.</summary>
    /// <returns>The last answer.</returns>
    protected async Task<ClientReceipt> SendAllAsync(ChunkedFile file, byte[] content, params IEnumerable<int> order)
    {
        ClientReceipt? last = null;
        foreach (var index in order)
        {
            last = await SendAsync(file, index, ChunkOf(content, index));
        }

        return last!;
    }

    /// <summary>Whether the client is told that it need not send a chunk.</summary>
    protected async Task<bool> IsInAsync(ChunkedFile file, int index, Owner? owner = null) =>
        await Forms.FindAsync(new ClientChunk(file, index), owner ?? Alice, tellsAll: false, None) is not null;

    protected async Task<IReadOnlyList<StoredFile>> StoredAsync() =>
        (await Host.Catalog.ListAsync(null, 1, None)).Files;
}
