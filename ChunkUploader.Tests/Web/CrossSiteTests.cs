using System.Text;
using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Support.Core;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>Pages of other sites may not make a visitor's browser change anything here.</summary>
[TestFixture]
public class CrossSiteTests : ServedTests
{
    const string Own = "own";

    [TestCase(null, null, true)]
    [TestCase("same-origin", null, true)]
    [TestCase("none", null, true)]
    [TestCase("same-origin", Own, true)]
    [TestCase("cross-site", null, false)]
    [TestCase("same-site", null, false)]
    [TestCase("cross-site", Own, false)]
    [TestCase("cross-site", "http://evil.example", false)]
    [TestCase("Same-Origin-Not", null, false)]
    [TestCase(null, Own, true)]
    [TestCase(null, "http://evil.example", false)]
    [TestCase(null, "https://127.0.0.1.evil.example", false)]
    [TestCase(null, "http://127.0.0.1:1", false)]
    [TestCase(null, "null", false)]
    [TestCase(null, "not an origin", false)]
    public async Task A_request_that_changes_something_must_be_of_this_site(string? site, string? origin, bool isTaken)
    {
        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch })
        {
            var session = await Client.BeginAsync("guarded.bin", 3);
            var path = method == HttpMethod.Post ? $"uploads/{session.Id}/complete"
                : method == HttpMethod.Put ? $"uploads/{session.Id}/chunks/0"
                : $"uploads/{session.Id}";

            var answer = await SendAsync(method, path, site, origin);

            Assert.That(answer.Status == 403, Is.Not.EqualTo(isTaken), $"{method} {answer}");
            if (!isTaken)
            {
                Assert.That(answer, Refused.With(403, "cross-site"));
                var after = await Client.GetSessionAsync(session.Id);
                Assert.That(after.Json.GetRawText(), Is.EqualTo(session.Json.GetRawText()));
            }

            await Client.DeleteAsync(session.Id);
        }
    }

    [Test]
    public async Task The_operator_is_told_what_to_set_once_a_minute([Values("text/html", "*/*")] string accept)
    {
        var time = new ManualTime();
        await using var app = new UploaderApp(replace: services =>
        {
            CollectedLog.Register(services);
            services.AddSingleton<TimeProvider>(time);
        });
        using var client = new UploadClient(app.Address);
        foreach (var seconds in new[] { 0, 59, 1 })
        {
            time.Advance(TimeSpan.FromSeconds(seconds));
            var request = new HttpRequestMessage(HttpMethod.Post, "upload");
            request.Headers.Add("Origin", "http://evil.example");
            request.Headers.Accept.ParseAdd(accept);
            var answer = await client.SendAsync(request);
            Assert.That(answer.Status, Is.EqualTo(403));
            Assert.That(
                Encoding.UTF8.GetString(answer.Body),
                Does.Contain("http://evil.example").And.Contain(app.Address.Authority).And.Contain("PublicUrl"));
        }

        Assert.That(
            app.Services.GetRequiredService<CollectedLog>().Lines, Has.Count.EqualTo(2).And.All.Contains("PublicUrl has to be set"));
    }

    [TestCase("cross-site", null)]
    [TestCase(null, "http://evil.example")]
    public async Task Looking_is_free(string? site, string? origin)
    {
        var answer = await SendAsync(HttpMethod.Get, "uploads", site, origin);

        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(
            answer.Headers.Contains("Access-Control-Allow-Origin"), Is.False, "but not for the other site's eyes");
    }

    [Test]
    public async Task The_sign_in_is_guarded_too() =>
        Assert.That(
            (await SendAsync(HttpMethod.Post, "admin/sign-in", "cross-site", null)).Status, Is.EqualTo(403));

    Task<ApiAnswer> SendAsync(HttpMethod method, string path, string? site, string? origin)
    {
        var request = new HttpRequestMessage(method, path);
        request.Content = method == HttpMethod.Put ? new ByteArrayContent(new byte[3]) : null;
        if (site is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", site);
        }

        if (origin is not null)
        {
            request.Headers.TryAddWithoutValidation(
                "Origin", origin == Own ? App.Address.GetLeftPart(UriPartial.Authority) : origin);
        }

        return Client.SendAsync(request);
    }
}
