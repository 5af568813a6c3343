using ChunkUploader.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>An upload goes on elsewhere by its link.</summary>
[TestFixture]
public class OwnershipTransferApiTests : ServedTests
{
    const int ChunkSize = 256 * 1024;

    protected override (string Key, string Value)[] Settings => [("Limits:OpenUploads", "20")];

    protected override void Replace(IServiceCollection services) => HeldHasher.Register(services);

    [Test]
    public async Task Every_answer_to_the_owner_has_the_link_until_nothing_is_left_to_send()
    {
        var file = TestFile.Random(700_000);
        var begun = await Client.BeginAsync(file.Name, file.Size, ("chunkSize", ChunkSize));
        var url = begun["resumeUrl"].GetString();
        var told = await Client.PostAsync(
            $"uploads/{begun.Id}/digests", [("md5", file.Md5), ("contentHash", file.ContentHash)]);
        var listed = (await Client.GetAsync("uploads")).Json.EnumerateArray()
            .Single(session => session.GetProperty("id").GetString() == begun.Id);

        Assert.That(url, Does.Match($"^/#resume={begun.Id}\\.[A-Za-z0-9_-]{{22}}$"));
        Assert.That((await Client.GetSessionAsync(begun.Id))["resumeUrl"].GetString(), Is.EqualTo(url));
        Assert.That(told["resumeUrl"].GetString(), Is.EqualTo(url));
        Assert.That(listed.GetProperty("resumeUrl").GetString(), Is.EqualTo(url));
        var completed = await Client.FinishAsync(begun, file);
        Assert.That(completed["resumeUrl"].ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
    }

    [Test]
    public async Task The_other_device_sends_what_is_missing_and_the_first_one_is_told()
    {
        var file = TestFile.Random(700_000);
        using var other = new UploadClient(App.Address);
        var begun = await Client.BeginAsync(file.Name, file.Size, ("chunkSize", ChunkSize));
        await Client.PostChunkAsync(begun.Id, 1, file.Chunk(1, ChunkSize));

        var taken = await other.TakeOverAsync(begun);

        Assert.That((taken.Status, taken.Id, taken["received"].GetRawText()), Is.EqualTo((200, begun.Id, "[[1,1]]")));
        Assert.That(taken["resumeUrl"].GetString(), Is.Not.EqualTo(begun["resumeUrl"].GetString()));
        Assert.That(
            await Client.PostChunkAsync(begun.Id, 0, file.Chunk(0, ChunkSize)), Refused.With(404, "upload-not-found"));
        Assert.That(await Client.TakeOverAsync(begun), Refused.With(410, "upload-taken-over"));
        using var third = new UploadClient(App.Address);
        Assert.That(await third.TakeOverAsync(begun), Refused.With(404, "upload-not-found"));
        var completed = await other.FinishAsync(await other.TakeOverAsync(begun), file);
        Assert.That(completed["file"].GetProperty("contentHash").GetString(), Is.EqualTo(file.ContentHash));
    }

    [Test]
    public async Task A_visitor_with_a_cookie_takes_it_but_a_guest_does_not()
    {
        using var guest = UploadClient.Guest(App.Address);
        var begun = await guest.BeginAsync("by a script.bin", 10);
        using var otherGuest = UploadClient.Guest(App.Address, "other/1.0");
        var page = await guest.GetAsync("");
        var cookie = page.Headers.GetValues("Set-Cookie")
            .Single(value => value.StartsWith("uploader-visitor=", StringComparison.Ordinal)).Split(';')[0];
        var secret = begun["resumeUrl"].GetString()!.Split('.')[1];

        Assert.That(await otherGuest.TakeOverAsync(begun), Refused.With(400, "invalid-request"));
        var taken = await guest.SendAsync(new HttpRequestMessage(HttpMethod.Post, $"uploads/{begun.Id}/take-over")
        {
            Headers = { { "Cookie", cookie } },
            Content = new FormUrlEncodedContent([new("secret", secret)]),
        });

        Assert.That((taken.Status, taken.Id), Is.EqualTo((200, begun.Id)));
        Assert.That(await guest.GetSessionAsync(begun.Id), Refused.With(404, "upload-not-found"));
    }

    [Test]
    public async Task Without_a_secret_the_request_makes_no_sense()
    {
        var begun = await Client.BeginAsync("no secret.bin", 10);
        var answer = await Client.PostAsync($"uploads/{begun.Id}/take-over", [("other", "x")]);
        Assert.That(answer, Refused.With(400, "invalid-request"));
        Assert.That(answer["errors"].TryGetProperty("secret", out _), Is.True, answer.ToString());
    }

    [Test]
    public async Task Who_has_as_many_as_may_be_gets_no_more()
    {
        using var other = new UploadClient(App.Address);
        for (var i = 0; i < 20; i++)
        {
            await other.BeginAsync($"{i}.bin", 10);
        }

        var begun = await Client.BeginAsync("one more.bin", 10);
        Assert.That(await other.TakeOverAsync(begun), Refused.With(429, "too-many-uploads"));
        Assert.That((await Client.GetSessionAsync(begun.Id)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task What_is_being_completed_is_answered_as_it_is()
    {
        var file = TestFile.Random(ChunkSize);
        using var other = new UploadClient(App.Address);
        var begun = await Client.BeginAsync(file.Name, file.Size);
        var hasher = App.Services.GetRequiredService<HeldHasher>();
        hasher.Hold();
        await Client.SendMissingAsync(begun, file);
        var completing = Client.CompleteAsync(begun.Id);
        await Eventually.Is(
            async () => (await Client.GetSessionAsync(begun.Id)).State == "completing", "it is being completed");

        var early = await other.TakeOverAsync(begun);
        hasher.Release();
        var completed = await completing;
        var late = await other.TakeOverAsync(begun);

        Assert.That((early.State, late.State), Is.EqualTo(("completing", "completed")));
        Assert.That(
            late["file"].GetProperty("id").GetString(), Is.EqualTo(completed["file"].GetProperty("id").GetString()));
        Assert.That(await other.GetSessionAsync(begun.Id), Refused.With(404, "upload-not-found"));
    }

    [Test]
    public async Task A_link_outlives_a_restart()
    {
        using var folder = new TempFolder();
        ApiAnswer begun;
        await using (var server = await ServerProcess.StartAsync(folder.Path))
        {
            using var client = new UploadClient(server.BaseAddress);
            begun = await client.BeginAsync("carried.bin", 10);
        }

        await using var again = await ServerProcess.StartAsync(folder.Path);
        using var other = new UploadClient(again.BaseAddress);
        Assert.That((await other.TakeOverAsync(begun)).Id, Is.EqualTo(begun.Id));
    }
}
