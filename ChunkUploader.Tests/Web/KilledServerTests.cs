using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>
/// The process is killed with SIGKILL while it works. What was acknowledged is there when it is back.
/// </summary>
[TestFixture]
public class KilledServerTests
{
    const int ChunkSize = 1024 * 1024;

    [Test]
    public async Task An_upload_goes_on_after_the_server_was_killed_in_its_middle()
    {
        using var folder = new TempFolder();
        var file = TestFile.Random((48 * ChunkSize) + 12_345);
        await using var killed = await ServerProcess.StartAsync(folder.Path, Ports.Next());
        using var client = new UploadClient(killed.BaseAddress);
        var session = await client.BeginAsync(file.Name, file.Size, ("chunkSize", ChunkSize));
        var acknowledged = await SendUntilKilledAsync(killed, client, session.Id, file);

        await using var restarted = await ServerProcess.StartAsync(folder.Path, killed.Port);
        var after = await client.GetSessionAsync(session.Id);

        Assert.That(after.State, Is.EqualTo("receiving"), after.ToString());
        Assert.That(Received(after), Is.SupersetOf(acknowledged));
        var resumed = await client.BeginAsync(file.Name, file.Size);
        Assert.That(resumed.Id, Is.EqualTo(session.Id));
        var completed = await client.FinishAsync(resumed, file);
        Assert.That(completed["file"].GetProperty("md5").GetString(), Is.EqualTo(file.Md5), completed.ToString());
        Assert.That(completed["file"].GetProperty("contentHash").GetString(), Is.EqualTo(file.ContentHash));
        var download = await client.GetAsync(completed["file"].GetProperty("downloadUrl").GetString()!);
        Assert.That(download.Body.AsSpan().SequenceEqual(file.Bytes));
        var data = new DataFolder(folder.Path);
        Assert.That((data.Parts.Length, data.Blobs.Length, data.Staged.Length), Is.EqualTo((0, 1, 0)));
    }

    [Test]
    public async Task Completing_gives_one_file_wherever_the_server_was_killed([Values(6)] int kills)
    {
        var seed = Environment.TickCount;
        await TestContext.Out.WriteLineAsync($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TempFolder();
        var data = new DataFolder(folder.Path);
        var server = await ServerProcess.StartAsync(folder.Path, Ports.Next());
        try
        {
            using var client = new UploadClient(server.BaseAddress);
            for (var kill = 1; kill <= kills; kill++)
            {
                var file = TestFile.Random(random.Next(1, 24 * ChunkSize), $"killed {kill}.bin");
                var session = await client.BeginAsync(file.Name, file.Size, ("chunkSize", ChunkSize));
                await client.SendMissingAsync(session, file);
                var completing = client.CompleteAsync(session.Id);
                await Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble() * 50));
                await server.KillAsync();
                var before = await AnswerOfAsync(completing);

                server = await ServerProcess.StartAsync(folder.Path, server.Port);
                var completed = await client.CompleteAsync(session.Id);

                Assert.That(
                    (completed.Status, completed.State), Is.EqualTo((200, "completed")), $"{kill}: {completed}");
                Assert.That(completed["file"].GetProperty("md5").GetString(), Is.EqualTo(file.Md5));
                Assert.That(
                    before?["file"].GetRawText(),
                    Is.Null.Or.EqualTo(completed["file"].GetRawText()),
                    "what was answered still holds");
                var blob = data.Query($"SELECT lower(hex(BlobId)) FROM StoredFiles WHERE Name = '{file.Name}'");
                Assert.That(blob, Has.Length.EqualTo(1), "exactly one stored file");
                Assert.That(data.ReadBlob(blob[0]).AsSpan().SequenceEqual(file.Bytes));
                Assert.That(data.Parts, Is.Empty);
                Assert.That(
                    data.Blobs, Is.EquivalentTo(data.Query("SELECT lower(hex(Id)) FROM Blobs")), "no stray bytes");
                Assert.That(data.Blobs, Has.Length.EqualTo(kill));
            }
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>
    /// Sends chunks out of order, in parallel, and kills the server when some are in and others on their way.
    /// </summary>
    static async Task<int[]> SendUntilKilledAsync(ServerProcess server, UploadClient client, string id, TestFile file)
    {
        var acknowledged = new System.Collections.Concurrent.ConcurrentBag<int>();
        var order = Enumerable.Range(0, 49).ToArray();
        new Random(7).Shuffle(order);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 4 };
        var sending = Parallel.ForEachAsync(order, parallel, async (index, _) =>
        {
            if (await AnswerOfAsync(client.PostChunkAsync(id, index, file.Chunk(index, ChunkSize))) is { Status: 200 })
            {
                acknowledged.Add(index);
            }
        });
        await Eventually.Is(() => acknowledged.Count >= 15, "15 chunks are in");
        await server.KillAsync();
        await sending;
        Assert.That(acknowledged, Has.Count.InRange(15, 48), "it was killed in the middle");
        return [.. acknowledged];
    }

    static IEnumerable<int> Received(ApiAnswer session) =>
        session["received"].EnumerateArray()
            .SelectMany(range => Enumerable.Range(range[0].GetInt32(), range[1].GetInt32() - range[0].GetInt32() + 1));

    /// <summary>Null if the server was killed before it answered.</summary>
    static async Task<ApiAnswer?> AnswerOfAsync(Task<ApiAnswer> call)
    {
        try
        {
            return await call;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
