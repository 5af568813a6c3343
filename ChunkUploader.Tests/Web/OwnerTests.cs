using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

[TestFixture]
public class OwnerTests : ServedTests
{
    [Test]
    public async Task To_another_owner_a_session_does_not_exist()
    {
        var session = await Client.BeginAsync("mine.bin", 10, ("md5", new string('a', 32)));
        using var other = new UploadClient(App.Address);
        var unknown = new string('0', 32);
        Func<string, Task<ApiAnswer>>[] calls =
        [
            other.GetSessionAsync,
            id => other.PostChunkAsync(id, 0, new byte[10]),
            id => other.PutChunkAsync(id, 0, new byte[10]),
            id => other.PutChunkAsync(id, 99, new byte[10]),
            id => other.GetAsync($"uploads/{id}/chunks/0"),
            id => other.GetAsync($"uploads/{id}/blocks"),
            id => other.PostAsync(
                $"uploads/{id}/digests", [("md5", new string('a', 32)), ("contentHash", new string('a', 64))]),
            id => other.ProveAsync(id, new string('a', 64)),
            id => other.CompleteAsync(id),
            id => other.PostAsync($"uploads/{id}/take-over", [("secret", new string('a', 22))]),
            other.DeleteAsync,
        ];
        foreach (var call in calls)
        {
            var (foreign, missing) = (await call(session.Id), await call(unknown));

            Assert.That(foreign, Refused.With(404, "upload-not-found"));
            Assert.That(foreign.Json.GetRawText(), Is.EqualTo(missing.Json.GetRawText()), "they cannot be told apart");
        }

        Assert.That(
            (await Client.GetSessionAsync(session.Id)).Json.GetRawText(), Is.EqualTo(session.Json.GetRawText()));
    }

    [TestCase("x")]
    [TestCase("ABCDEF00000000000000000000000000")]
    [TestCase("..%2f..%2fuploader.db")]
    public async Task An_id_that_is_none_is_unknown_too(string id) =>
        Assert.That(await Client.GetSessionAsync(id), Refused.With(404, "upload-not-found"));

    [Test]
    public async Task Two_owners_never_mix()
    {
        using var other = new UploadClient(App.Address);
        var mine = await Client.BeginAsync("shared name.bin", 10);
        var theirs = await other.BeginAsync("shared name.bin", 10);

        Assert.That(theirs.Status, Is.EqualTo(201));
        Assert.That(theirs.Id, Is.Not.EqualTo(mine.Id));
        Assert.That(await IdsAsync(Client), Does.Contain(mine.Id).And.Not.Contain(theirs.Id));
        Assert.That(await IdsAsync(other), Is.EqualTo([theirs.Id]));
    }

    [Test]
    public async Task A_guest_goes_on_with_a_session_by_its_id_alone()
    {
        var file = TestFile.Random(10);
        using var guest = UploadClient.Guest(App.Address, "script/1.0");
        using var sameGuest = UploadClient.Guest(App.Address, "script/1.0");
        using var otherProgram = UploadClient.Guest(App.Address, "other/1.0");

        var first = await guest.BeginAsync(file.Name, file.Size);
        var second = await guest.BeginAsync(file.Name, file.Size);

        Assert.That((first.Status, second.Status), Is.EqualTo((201, 201)));
        Assert.That(second.Id, Is.Not.EqualTo(first.Id), "never resumed by name");
        Assert.That(await IdsAsync(guest), Is.Empty, "never listed");
        Assert.That(await otherProgram.GetSessionAsync(first.Id), Refused.With(404, "upload-not-found"));
        Assert.That((await sameGuest.FinishAsync(first, file)).State, Is.EqualTo("completed"));
    }

    [TestCase("short")]
    [TestCase("not+base64url+characters+at+all")]
    [TestCase("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_header_that_is_not_random_enough_is_refused(string owner)
    {
        using var client = new UploadClient(App.Address, owner);

        Assert.That(await client.BeginAsync("bad owner.bin", 10), Refused.With(400, "invalid-request"));
        Assert.That(await client.GetAsync("uploads"), Refused.With(400, "invalid-request"));
        Assert.That(
            await client.ProveAsync(new string('0', 32), new string('0', 64)), Refused.With(400, "invalid-request"));
    }

    [Test]
    public async Task A_page_gives_a_visitor_a_cookie()
    {
        var cookie = await WelcomeAsync();
        var begun = await SendAsync(HttpMethod.Post, "uploads", cookie, "fileName=visitor.bin&size=10");

        var asVisitor = await SendAsync(HttpMethod.Get, $"uploads/{begun.Id}", cookie);
        var asScript = await Client.GetSessionAsync(begun.Id);
        var otherVisitor = await SendAsync(HttpMethod.Get, $"uploads/{begun.Id}", await WelcomeAsync());
        var forged = await SendAsync(HttpMethod.Get, $"uploads/{begun.Id}", cookie[..^2] + "AA");
        var list = await SendAsync(HttpMethod.Get, "uploads", cookie);

        Assert.That(asVisitor.Status, Is.EqualTo(200));
        Assert.That(asScript.Status, Is.EqualTo(404));
        Assert.That(otherVisitor.Status, Is.EqualTo(404));
        Assert.That(forged.Status, Is.EqualTo(404));
        Assert.That(list.Json.GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_cookie_that_comes_in_the_middle_does_not_take_a_scripts_uploads_from_it()
    {
        var begun = await Client.BeginAsync("mine.bin", 10);
        var request = new HttpRequestMessage(HttpMethod.Get, $"uploads/{begun.Id}");
        request.Headers.Add("Cookie", await WelcomeAsync());

        Assert.That((await Client.SendAsync(request)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task The_native_api_never_sets_a_cookie()
    {
        using var guest = UploadClient.Guest(App.Address);
        var begun = await guest.BeginAsync("no cookie.bin", 10);
        ApiAnswer[] answers =
        [
            begun,
            await guest.GetAsync("uploads"),
            await guest.GetSessionAsync(begun.Id),
            await guest.PostChunkAsync(begun.Id, 0, new byte[10]),
            await guest.CompleteAsync(begun.Id),
            await guest.GetSessionAsync("none"),
            await guest.DeleteAsync(begun.Id),
        ];

        Assert.That(answers.Where(answer => answer.Headers.Contains("Set-Cookie")), Is.Empty);
    }

    static async Task<string[]> IdsAsync(UploadClient client) =>
        [.. (await client.GetAsync("uploads")).Json.EnumerateArray()
            .Select(session => session.GetProperty("id").GetString()!)];

    async Task<string> WelcomeAsync()
    {
        using var guest = UploadClient.Guest(App.Address);
        var page = await guest.GetAsync("");
        var cookie = page.Headers.GetValues(
            "Set-Cookie").Single(value => value.StartsWith("uploader-visitor=", StringComparison.Ordinal));
        Assert.That(cookie, Does.Contain("httponly").IgnoreCase.And.Contain("samesite=lax").IgnoreCase);
        return cookie.Split(';')[0];
    }

    async Task<ApiAnswer> SendAsync(HttpMethod method, string path, string cookie, string? form = null)
    {
        using var browser = UploadClient.Guest(App.Address);
        var request = new HttpRequestMessage(method, path) { Headers = { { "Cookie", cookie } } };
        request.Content = form is null ? null : new StringContent(form, null, "application/x-www-form-urlencoded");
        return await browser.SendAsync(request);
    }
}
