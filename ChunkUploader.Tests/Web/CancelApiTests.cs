using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

[TestFixture]
public class CancelApiTests : ServedTests
{
    [Test]
    public async Task A_cancelled_session_is_gone_with_its_part()
    {
        var file = TestFile.Random(300_000);
        var session = await Client.BeginAsync(file.Name, file.Size, ("chunkSize", 256 * 1024));
        await Client.PutChunkAsync(session.Id, 0, file.Chunk(0, 256 * 1024));
        var parts = App.Data.Parts;

        var answer = await Client.DeleteAsync(session.Id);

        Assert.That((answer.Status, answer.Body), Is.EqualTo((204, Array.Empty<byte>())));
        Assert.That(parts, Has.Length.EqualTo(1));
        Assert.That(App.Data.Parts, Is.Empty);
        Assert.That(App.Data.Query("SELECT SessionId FROM ReceivedChunks"), Is.Empty);
        Assert.That(await Client.GetSessionAsync(session.Id), Refused.With(404, "upload-not-found"));
        Assert.That(await Client.DeleteAsync(session.Id), Refused.With(404, "upload-not-found"));
        Assert.That(
            await Client.PutChunkAsync(
                session.Id, 1, file.Chunk(1, 256 * 1024)), Refused.With(404, "upload-not-found"));
        Assert.That(App.Data.Parts, Is.Empty);
    }

    [Test]
    public async Task Cancelling_while_a_chunk_is_on_its_way_leaves_nothing_behind()
    {
        var session = await Client.BeginAsync("cancelled midway.bin", 300_000);
        using var connection = new RawConnection(App.Address, Client.Owner!);
        await connection.SendHeadAsync("PUT", $"uploads/{session.Id}/chunks/0", 300_000);
        await connection.SendAsync(new byte[100_000]);
        await Eventually.Is(() => App.Data.Parts.Length == 1, "the part is there");

        var answer = await Client.DeleteAsync(session.Id);

        Assert.That(answer.Status, Is.EqualTo(204));
        Assert.That(App.Data.Parts, Is.Empty);
        Assert.That((await connection.ReadAnswerAsync()).Status, Is.EqualTo(409));
        Assert.That(App.Data.Parts, Is.Empty);
    }

    [Test]
    public async Task A_completed_session_goes_but_its_file_stays()
    {
        var file = TestFile.Random(1000);
        var completed = await Client.UploadAsync(file);

        var answer = await Client.DeleteAsync(completed.Id);

        Assert.That(answer.Status, Is.EqualTo(204));
        Assert.That(await Client.GetSessionAsync(completed.Id), Refused.With(404, "upload-not-found"));
        var download = await Client.GetAsync(completed["file"].GetProperty("downloadUrl").GetString()!);
        Assert.That(download.Body.AsSpan().SequenceEqual(file.Bytes));
    }
}
