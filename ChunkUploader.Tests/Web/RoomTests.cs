using System.Text;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Support.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Moq;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

[TestFixture]
public class RoomTests
{
    const string Boundary = "b0undary";

    [Test]
    public async Task A_file_over_the_limit_is_refused_before_any_of_its_bytes()
    {
        await using var app = new UploaderApp([("Uploads:MaxFileSize", "1000")]);
        using var client = new UploadClient(app.Address);
        var fields = Encoding.ASCII.GetBytes(
            $"--{Boundary}\r\nContent-Disposition: form-data; name=\"fileName\"\r\n\r\nlarge.bin\r\n"
            + $"--{Boundary}\r\nContent-Disposition: form-data; name=\"size\"\r\n\r\n1001\r\n"
            + $"--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"large.bin\"\r\n\r\n");
        using var connection = new RawConnection(app.Address, client.Owner!);
        await connection.SendHeadAsync(
            "POST", "uploads", fields.Length + 1100, $"Content-Type: multipart/form-data; boundary={Boundary}");
        await connection.SendAsync(fields);

        var (status, _, body) = await connection.ReadAnswerAsync();

        Assert.That(status, Is.EqualTo(413), body);
        Assert.That(body, Does.Contain("file-too-large"));
        Assert.That((await client.BeginAsync("largest.bin", 1000)).Status, Is.EqualTo(201));
        Assert.That(await client.BeginAsync("too large.bin", 1001), Refused.With(413, "file-too-large"));
        Assert.That(await client.BeginAsync("16 TiB.bin", (1L << 44) + 1), Refused.With(413, "file-too-large"));
        Assert.That(app.Data.Query("SELECT FileName FROM UploadSessions"), Is.EqualTo(["largest.bin"]));
        Assert.That(app.Data.Parts, Is.Empty);
    }

    [Test]
    public async Task A_file_that_there_is_no_room_for_is_refused_before_any_of_its_bytes()
    {
        await using var app = new UploaderApp([("Storage:FreeSpaceReserve", $"{long.MaxValue}")]);
        using var client = new UploadClient(app.Address);

        var answer = await client.BeginAsync("no room.bin", 1);
        var whole = await client.PostAsync("uploads", [("fileName", "no room.bin"), ("size", 1)], new byte[1]);

        Assert.That(answer, Refused.With(507, "storage-full"));
        Assert.That(whole, Refused.With(507, "storage-full"));
        Assert.That(await client.PostAsync("upload", [], new byte[1]), Refused.With(507, "storage-full"));
        (string, object?)[] aside = [("name", "a.bin"), ("chunk", 0), ("chunks", 2)];
        Assert.That(await client.PostAsync("upload", aside, new byte[1]), Refused.With(507, "storage-full"));
        Assert.That(app.Data.Staged, Is.Empty);
        Assert.That((await client.BeginAsync("empty.bin", 0)).State, Is.EqualTo("completed"));
        Assert.That(app.Data.Query("SELECT FileName FROM UploadSessions"), Is.EqualTo(["empty.bin"]));
        Assert.That(app.Data.Parts, Is.Empty);
    }

    [Test]
    public async Task A_chunk_that_there_is_no_room_for_any_more_is_refused_and_the_upload_stays()
    {
        using var folder = new TempFolder();
        var file = TestFile.Random(400_000);
        await using var first = await ServerProcess.StartAsync(folder.Path, Ports.Next());
        using var client = new UploadClient(first.BaseAddress);
        var session = await client.BeginAsync(file.Name, file.Size, ("chunkSize", 256 * 1024));
        await client.PutChunkAsync(session.Id, 0, file.Chunk(0, 256 * 1024));
        await first.KillAsync();
        await using (var full = await ServerProcess.StartAsync(
            folder.Path, first.Port, "--Storage:FreeSpaceReserve", $"{long.MaxValue}"))
        {
            Assert.That(
                await client.PutChunkAsync(
                    session.Id, 1, file.Chunk(1, 256 * 1024)), Refused.With(507, "storage-full"));
            Assert.That((await client.GetSessionAsync(session.Id))["received"].GetRawText(), Is.EqualTo("[[0,0]]"));
            await full.KillAsync();
        }

        await using var roomy = await ServerProcess.StartAsync(folder.Path, first.Port);
        var completed = await client.FinishAsync(await client.GetSessionAsync(session.Id), file);
        Assert.That(completed["file"].GetProperty("md5").GetString(), Is.EqualTo(file.Md5));
    }

    [Test]
    public async Task No_way_in_takes_the_room_that_is_promised_to_another_upload()
    {
        const int ChunkSize = 256 * 1024;
        await using var app = new UploaderApp(replace: services => SmallDisk.Register(services, 4 * ChunkSize));
        using var client = new UploadClient(app.Address);
        using var other = new UploadClient(app.Address);
        var disk = app.Services.GetRequiredService<SmallDisk>();
        var file = TestFile.Random(2 * ChunkSize);
        var promised = await client.BeginAsync(file.Name, file.Size, ("chunkSize", ChunkSize));
        var unpromised = await other.BeginAsync("b.bin", ChunkSize);
        disk.FreeBytes = file.Size;

        (string, object?)[] aside = [("name", "a.bin"), ("chunk", 1), ("chunks", 2)];
        Assert.That(unpromised.Status, Is.EqualTo(201), "it may begin");
        Assert.That(
            await other.PutChunkAsync(unpromised.Id, 0, new byte[ChunkSize]), Refused.With(507, "storage-full"));
        Assert.That(
            await other.PostAsync("uploads", [("fileName", "whole.bin"), ("size", 9)], new byte[9]),
            Refused.With(507, "storage-full"));
        Assert.That(await other.PostAsync("upload", [], new byte[9]), Refused.With(507, "storage-full"));
        Assert.That(await other.PostAsync("upload", aside, new byte[9]), Refused.With(507, "storage-full"));
        Assert.That((await client.FinishAsync(promised, file)).State, Is.EqualTo("completed"));
        Assert.That((await other.PutChunkAsync(unpromised.Id, 0, new byte[ChunkSize])).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_disk_that_is_full_where_nobody_has_looked_is_no_fault_of_the_server()
    {
        var full = new Mock<IStoredFileRepository>();
        full.Setup(files => files.FindAsync(It.IsAny<Id<StoredFile>>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new IOException("No space left on device", 28));
        await using var app = new UploaderApp(
            replace: services => services.Replace(ServiceDescriptor.Singleton(full.Object)));
        using var client = new UploadClient(app.Address);

        Assert.That(await client.GetAsync($"files/{Id<StoredFile>.New()}"), Refused.With(507, "storage-full"));
    }

    [Test]
    public async Task A_download_on_a_full_disk_is_sent_and_only_not_counted()
    {
        var asked = 0;
        await using var app = new UploaderApp(replace: services =>
        {
            CollectedLog.Register(services);
            Interception<IStoredFileRepository>.Register(services, method =>
            {
                if (method == nameof(IStoredFileRepository.CountDownloadAsync))
                {
                    Interlocked.Increment(ref asked);
                    throw UploadException.StorageFull();
                }
            });
        });
        using var client = new UploadClient(app.Address);
        var file = TestFile.Random(1000);
        var stored = await client.UploadAsync(file, chunkSize: 1000);
        using var http = new HttpClient { BaseAddress = app.Address };
        var url = stored["file"].GetProperty("downloadUrl").GetString()!;
        for (var download = 1; download < 3; download++)
        {
            Assert.That(await http.GetByteArrayAsync(url), Is.EqualTo(file.Bytes));
            await Until.IsAsync(() => Volatile.Read(ref asked) == download);
        }

        var log = app.Services.GetRequiredService<CollectedLog>();
        await app.Services.GetRequiredService<IHost>().StopAsync(); // after which nothing more is logged
        Assert.That(log.Lines, Is.Empty);
    }
}
