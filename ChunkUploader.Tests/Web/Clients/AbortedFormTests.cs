using System.Globalization;
using System.Net.Sockets;
using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Web.Multipart;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Clients;

/// <summary>
/// Requests whose bodies are not read to their end, for whatever reason: nobody but their senders hears of it, and
/// nothing is logged.
/// </summary>
[TestFixture]
public class AbortedFormTests : ServedTests
{
    const int ChunkSize = 256 * 1024;
    const int Aborts = 400;
    const int MaxBlocked = 16;

    IReadOnlyCollection<string> Log => App.Services.GetRequiredService<CollectedLog>().Lines;

    protected override void Replace(IServiceCollection services)
    {
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new QuickTime()));
        SlowStore.Register(services);
        CollectedLog.Register(services);
    }

    [Test]
    public async Task A_writer_that_is_replaced_can_send_its_rest_and_go_on([Values("PUT", "POST")] string method)
    {
        var session = await Client.BeginAsync($"replaced {method}.bin", ChunkSize);
        using var silent = new RawConnection(App.Address, Client.Owner!);
        var body = new byte[ChunkSize];
        var request = method == "PUT" ? Put(session.Id, body) : Post(session.Id, body);
        var parts = App.Data.Parts.Length;
        await SendAsync(silent, request, ChunkSize / 2);
        await Eventually.Is(() => App.Data.Parts.Length > parts, "the chunk is being written");

        Assert.That((await Client.PutChunkAsync(session.Id, 0, body)).Status, Is.EqualTo(200));
        Assert.That((await silent.ReadAnswerAsync()).Status, Is.EqualTo(409), "it was silent for too long");
        await silent.SendAsync(request.Body.AsMemory(ChunkSize / 2));
        await silent.SendHeadAsync("GET", $"uploads/{session.Id}", 0);

        Assert.That((await silent.ReadAnswerAsync()).Status, Is.EqualTo(200), "the connection is good for more");
        Assert.That(Log, Is.Empty);
    }

    [Test]
    public async Task A_sender_may_hang_up_while_its_bytes_wait_for_the_disk()
    {
        var disk = App.Services.GetRequiredService<SlowStore>();
        disk.Hold();
        var body = new byte[ChunkSize];
        var session = await Client.BeginAsync("waits.bin", 40L * ChunkSize, ("chunkSize", ChunkSize));
        var connections = new List<RawConnection>();
        for (var index = 0; index < 2 * MaxBlocked; index++)
        {
            connections.Add(new RawConnection(App.Address, Client.Owner!));
            await SendAsync(connections[^1], Post(session.Id, body, index), ChunkSize / 2);
        }

        await Eventually.Is(() => disk.Blocked == MaxBlocked, "as many wait for the disk as may");
        connections.ForEach(connection => connection.Break());
        await Client.GetSessionAsync(session.Id);
        disk.Release();

        await Eventually.Is(
            async () => (await Client.PutChunkAsync(session.Id, 0, body)).Status == 200, "the chunk is free again");
        Assert.That((await Client.DeleteAsync(session.Id)).Status, Is.EqualTo(204), "its writers have left");
        Assert.That(Log, Is.Empty);
    }

    [Test]
    public async Task Nothing_is_logged_whenever_a_sender_hangs_up()
    {
        var seed = TestContext.CurrentContext.Random.Next();
        var session = await Client.BeginAsync("aborted.bin", (long)Aborts * ChunkSize, ("chunkSize", ChunkSize));
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Aborts),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            (index, _) => new ValueTask(HangUpAsync(session.Id, index, new Random(seed + index))));

        await Eventually.Is(
            async () => (await Client.DeleteAsync(session.Id)).Status is 204 or 404, "the writers have left");
        Assert.That((await Client.UploadAsync(TestFile.Random(100))).State, Is.EqualTo("completed"));
        Assert.That(Log, Is.Empty, $"seed {seed}");
    }

    async Task HangUpAsync(string session, int index, Random random)
    {
        using var connection = new RawConnection(App.Address, Client.Owner!);
        var (request, body) = (RandomRequest(session, index, random), new byte[1]);
        try
        {
            var isWhole = random.Next(4) == 0;
            await SendAsync(connection, request, isWhole ? request.Body.Length : random.Next(request.Body.Length));
            switch (random.Next(3))
            {
                case 0:
                    connection.Stream.Socket.Shutdown(SocketShutdown.Send);
                    await connection.Stream.ReadAtLeastAsync(body, 1, throwOnEndOfStream: false);
                    break;
                case 1:
                    await Task.Delay(random.Next(20));
                    break;
                default:
                    break;
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            // It was refused, and the connection closed, before all of it was sent.
        }

        connection.Break();
    }

    static SentRequest RandomRequest(string session, int index, Random random)
    {
        var body = new byte[ChunkSize];
        var name = $"{index}.bin";
        (string Name, string Value)[] chunk = [("name", name), ("chunk", "0"), ("chunks", "2")];
        var fields = chunk.Aggregate(new SentForm(), (form, field) => form.Field(field.Name, field.Value));
        return random.Next(6) switch
        {
            0 => Put(session, body, index),
            1 => Post(session, body, index),
            2 => Form("upload", new SentForm().File("file", name, body).File("more", name, body)),
            3 => Form("upload", fields.File("file", "blob", body)),
            4 => Form("upload", chunk.Aggregate(
                new SentForm().File("file", "blob", body), (form, field) => form.Field(field.Name, field.Value))),
            _ => Form("uploads", new SentForm().Field("fileName", name).Field("size", $"{body.Length}")
                .File("file", "blob", body)),
        };
    }

    static SentRequest Put(string id, byte[] body, int index = 0) =>
        new("PUT", string.Create(CultureInfo.InvariantCulture, $"uploads/{id}/chunks/{index}"), [], body);

    static SentRequest Post(string id, byte[] body, int index = 0) =>
        Form($"uploads/{id}/chunks", new SentForm().Field("index", $"{index}").File("file", "blob", body));

    static SentRequest Form(string path, SentForm form) =>
        new("POST", path, [$"Content-Type: {form.ContentType}"], form.Close());

    static async Task SendAsync(RawConnection connection, SentRequest request, int length)
    {
        await connection.SendHeadAsync(request.Method, request.Path, request.Body.Length, request.Headers);
        await connection.SendAsync(request.Body.AsMemory(0, length));
    }

    sealed record SentRequest(string Method, string Path, string[] Headers, byte[] Body);
}
