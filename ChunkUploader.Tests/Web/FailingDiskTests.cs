using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>A disk that fails to flush, under the real server: what was acknowledged is not taken for stored.</summary>
[TestFixture, Platform("Linux")]
public class FailingDiskTests
{
    const int ChunkSize = 256 * 1024;

    readonly TestFile _file = TestFile.Random((5 * ChunkSize) + 321);

    [Test]
    public async Task A_part_that_was_not_flushed_is_sent_anew_although_it_can_be_read()
    {
        using var folder = new TempFolder();
        var (id, owner) = await BeginAsync(folder);
        var part = new DataFolder(folder.Path).Parts.Single();
        await using (var failing = await ServerProcess.StartWithFailingFlushAsync(
            folder.Path, folder.Combine("parts", part)))
        {
            using var client = new UploadClient(failing.BaseAddress, owner);
            await client.SendMissingAsync(await client.GetSessionAsync(id), _file);
            var answer = await client.CompleteAsync(id, _file.Md5, _file.ContentHash);
            Assert.That(answer, Refused.With(409, "chunks-missing"), failing.Output);
            Assert.That(answer["missing"].GetRawText(), Is.EqualTo("[[0,5]]"));
        }

        await FinishAsync(folder, id, owner);
    }

    [Test]
    public async Task What_a_failed_flush_has_lost_is_lost_for_the_next_process_too()
    {
        using var folder = new TempFolder();
        var (id, owner) = await BeginAsync(folder);
        var part = new DataFolder(folder.Path).Parts.Single();
        await using (var failing = await ServerProcess.StartWithFailingFlushAsync(
            folder.Path, folder.Combine("parts", part)))
        {
            // Nobody waits for the answer: the server is killed as soon as the flush has failed.
            using var client = new UploadClient(failing.BaseAddress, owner);
            await client.SendMissingAsync(await client.GetSessionAsync(id), _file);
            await Task.WhenAny(client.CompleteAsync(id), WhenGoneAsync(folder.Combine("parts", part)));
            await failing.KillAsync();
        }

        await FinishAsync(folder, id, owner);
    }

    [Test]
    public async Task A_name_that_was_not_flushed_is_not_published(
        [Values("parts", "blobs", "blobs/ab")] string unflushed)
    {
        using var folder = new TempFolder();
        var (id, owner) = await BeginAsync(folder);
        var part = new DataFolder(folder.Path).Parts.Single();
        await using (var failing = await ServerProcess.StartWithFailingFlushAsync(
            folder.Path, folder.Combine(unflushed.Replace("ab", part[..2], StringComparison.Ordinal))))
        {
            using var client = new UploadClient(failing.BaseAddress, owner);
            await client.SendMissingAsync(await client.GetSessionAsync(id), _file);
            var answer = await client.CompleteAsync(id, _file.Md5, _file.ContentHash);
            Assert.That(answer.Status, Is.EqualTo(500), failing.Output);
            var named = Directory.EnumerateFiles(folder.Combine("blobs"), "*", SearchOption.AllDirectories);
            Assert.That(named, Is.Empty, "the next try has to write the name once more");
            Assert.That(unflushed == "blobs" && Directory.Exists(folder.Combine("blobs", part[..2])), Is.False);
        }

        await FinishAsync(folder, id, owner, received: 6, isCompletedByStart: unflushed != "parts");
    }

    [Test]
    public async Task What_the_database_has_acknowledged_is_there_although_some_of_its_flushes_fail()
    {
        using var folder = new TempFolder();
        var (id, owner) = await BeginAsync(folder);
        var failures = 0;
        await using (var failing = await ServerProcess.StartWithFailingFlushAsync(
            folder.Path, folder.Combine("uploader.db-wal"), "1+2"))
        {
            using var client = new UploadClient(failing.BaseAddress, owner);
            for (var index = 1; index <= 5; index++)
            {
                var answer = await client.PutChunkAsync(id, index, _file.Chunk(index, ChunkSize));
                for (var tries = 0; answer.Status >= 500 && tries < 20; tries++)
                {
                    failures++;
                    answer = await client.PutChunkAsync(id, index, _file.Chunk(index, ChunkSize));
                }

                Assert.That(answer.Status, Is.EqualTo(200), failing.Output);
            }

            await failing.KillAsync();
        }

        Assert.That(failures, Is.Positive, "some have failed");
        await FinishAsync(folder, id, owner, received: 6);
    }

    [Test]
    public async Task What_cannot_be_moved_from_the_log_to_the_database_stays_in_the_log()
    {
        const int Pages = 1000 * 4096; // at which SQLite moves them, and begins the log anew
        using var folder = new TempFolder();
        var log = folder.Combine("uploader.db-wal");
        var (first, owner) = await BeginAsync(folder);
        var ids = new List<string> { first };
        await using (var failing = await ServerProcess.StartWithFailingFlushAsync(
            folder.Path, folder.Combine("uploader.db")))
        {
            using var client = new UploadClient(failing.BaseAddress, owner);
            while (new FileInfo(log) is not { Exists: true, Length: > Pages * 5L / 4 })
            {
                Assert.That(ids, Has.Count.LessThan(1000), "the log is moved all the same");
                var session = await client.BeginAsync($"{ids.Count}.bin", 1);
                Assert.That(session.Status, Is.EqualTo(201), failing.Output);
                ids.Add(session.Id);
            }

            await failing.KillAsync();
        }

        await using var server = await ServerProcess.StartAsync(folder.Path);
        using var again = new UploadClient(server.BaseAddress, owner);
        foreach (var id in ids)
        {
            Assert.That((await again.GetSessionAsync(id)).State, Is.EqualTo("receiving"));
        }
    }

    /// <summary>Begins on a disk that works.</summary>
    async Task<(string Id, string Owner)> BeginAsync(TempFolder folder)
    {
        await using var server = await ServerProcess.StartAsync(folder.Path);
        using var client = new UploadClient(server.BaseAddress);
        var session = await client.BeginAsync(_file.Name, _file.Size, ("chunkSize", ChunkSize));
        Assert.That((await client.PutChunkAsync(session.Id, 0, _file.Chunk(0, ChunkSize))).Status, Is.EqualTo(200));
        return (session.Id, client.Owner!);
    }

    /// <summary>Goes on with it on a disk that works again.</summary>
    async Task FinishAsync(
        TempFolder folder, string id, string owner, int received = 0, bool isCompletedByStart = false)
    {
        await using var server = await ServerProcess.StartAsync(folder.Path);
        using var client = new UploadClient(server.BaseAddress, owner);
        var session = await client.GetSessionAsync(id);
        Assert.That(session.State, Is.EqualTo(isCompletedByStart ? "completed" : "receiving"), session.ToString());
        Assert.That(session["receivedCount"].GetInt32(), Is.EqualTo(received));
        var completed = isCompletedByStart
            ? await client.CompleteAsync(id)
            : await client.FinishAsync(session, _file);
        Assert.That(completed.State, Is.EqualTo("completed"), completed.ToString());
        var download = await client.GetAsync(completed["file"].GetProperty("downloadUrl").GetString()!);
        Assert.That(download.Body.AsSpan().SequenceEqual(_file.Bytes));
        Assert.That(new DataFolder(folder.Path).Parts, Is.Empty);
    }

    static Task WhenGoneAsync(string path) => Eventually.Is(() => !File.Exists(path), "the part is gone");
}
