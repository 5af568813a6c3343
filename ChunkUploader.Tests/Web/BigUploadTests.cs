using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

[TestFixture]
public class BigUploadTests : ServedTests
{
    const int MiB = 1024 * 1024;

    [Test]
    [CancelAfter(60_000)]
    public async Task Chunk_0_last_over_one_connection_neither_deadlocks_nor_stalls(CancellationToken ct)
    {
        var file = TestFile.Random(256 * MiB);
        using var client = new UploadClient(App.Address, connections: 1);
        var session = await client.BeginAsync(file.Name, file.Size);
        foreach (var index in Enumerable.Range(1, 31).Append(0))
        {
            var answer = await client.PutChunkAsync(session.Id, index, file.Chunk(index, 8 * MiB), ct: ct);
            Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
        }

        var completed = await client.CompleteAsync(session.Id, file.Md5, file.ContentHash);
        while (completed.Status == 202)
        {
            ct.ThrowIfCancellationRequested();
            Assert.That(completed.State, Is.EqualTo("completing"));
            Assert.That(completed.Headers.RetryAfter, Is.Not.Null);
            completed = await client.CompleteAsync(session.Id);
        }

        Assert.That((completed.Status, completed.State), Is.EqualTo((200, "completed")), completed.ToString());
    }
}
