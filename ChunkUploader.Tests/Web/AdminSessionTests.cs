using System.Net;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support;
using ChunkUploader.Web.Security;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>Who is signed in as the admin, for how long, and what a browser and caches are told of it.</summary>
[TestFixture]
public class AdminSessionTests : ServedTests
{
    [Test]
    public async Task A_copied_cookie_is_worth_nothing_after_signing_out()
    {
        var cookies = new CookieContainer();
        using var admin = new AdminVisit(App.Address, cookies);
        Assert.That((await admin.SignInAsync(await App.AdminPasswordAsync())).Status, Is.EqualTo(302));
        var copied = new CookieContainer();
        copied.Add(cookies.GetAllCookies());
        using var thief = new AdminVisit(App.Address, copied);
        var page = await thief.GetAsync("admin");
        Assert.That(page.Status, Is.EqualTo(200));

        await admin.PostAsync("admin/sign-out", await admin.GetAsync("admin"));

        Assert.That((await thief.GetAsync("admin")).Status, Is.EqualTo(302));
        await thief.PostAsync("admin/sign-out", page);
        Assert.That((await admin.SignInAsync(await App.AdminPasswordAsync())).Status, Is.EqualTo(302));
        Assert.That((await admin.GetAsync("admin")).Status, Is.EqualTo(200));
        await thief.PostAsync("admin/sign-out", page);
        Assert.That((await admin.GetAsync("admin")).Status, Is.EqualTo(200), "who is not signed in signs nobody out");
    }

    [Test]
    public async Task Over_https_every_cookie_is_for_https_alone([Values("http", "https")] string scheme)
    {
        using var admin = new AdminVisit(App.Address, new CookieContainer(), scheme);
        var given = new List<string>();
        var ask = await admin.GetAsync("admin/sign-in");
        given.AddRange(CookiesIn(ask));
        given.AddRange(CookiesIn(await admin.GetAsync("")));
        given.AddRange(CookiesIn(await admin.PostAsync("preferences", ask, ("theme", "dark"), ("language", "en"))));
        Assert.That(given, Has.Count.GreaterThanOrEqualTo(4));
        Assert.That(
            given.Select(cookie => cookie.Contains("; secure", StringComparison.OrdinalIgnoreCase)),
            Is.All.EqualTo(scheme == "https"), string.Join('\n', given));
    }

    [Test]
    public async Task What_sets_a_cookie_or_carries_a_secret_is_kept_by_no_cache()
    {
        foreach (var path in new[] { "", "admin/sign-in" })
        {
            using var visitor = new AdminVisit(App.Address);
            var page = await visitor.GetAsync(path);
            Assert.That(CookiesIn(page), Is.Not.Empty, path);
            Assert.That(page.Headers.CacheControl!.NoStore, Is.True, path);
        }

        var session = await Client.BeginAsync("a.bin", 10);
        Assert.That(session["resumeUrl"].GetString(), Does.Contain("#resume="));
        Assert.That(session.Headers.CacheControl!.NoStore, Is.True);
        Assert.That((await Client.GetAsync("uploads")).Headers.CacheControl!.NoStore, Is.True);
    }

    [Test]
    public async Task No_host_that_a_request_invents_is_in_a_redirection()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "admin") { Headers = { Host = "evil.example" } };
        var answer = await Client.SendAsync(request);
        Assert.That(answer.Status, Is.EqualTo(302));
        Assert.That(answer.Headers.Location!.OriginalString, Is.EqualTo("/admin/sign-in?returnUrl=%2Fadmin"));
    }

    [TestCase("HTTP/1.0\r\n")]
    [TestCase("HTTP/1.1\r\nHost:\r\nConnection: close\r\n")]
    public async Task Nor_is_one_needed(string rest)
    {
        using var connection = new RawConnection(App.Address, Client.Owner!);
        await connection.SendAsync(System.Text.Encoding.ASCII.GetBytes($"GET /admin {rest}\r\n"));
        var (status, head, _) = await connection.ReadAnswerAsync();
        Assert.That(status, Is.EqualTo(302));
        Assert.That(head, Does.Contain("Location: /admin/sign-in?returnUrl=%2Fadmin\r\n"));
    }

    [Test]
    public async Task Of_many_guesses_at_once_no_more_are_judged_than_one_after_the_other()
    {
        using var limits = new RequestLimits(new LimitSettings { WrongGuesses = 10 });
        var (passwords, proofs) = (0, 0);
        var owner = new Owner("visitor:1", IsStable: true, "127.0.0.1");
        await Task.WhenAll(Enumerable.Range(0, 60).SelectMany(_ => new[]
        {
            GuessAsync(() => limits.JudgePasswordAsync(
                "127.0.0.1",
                async () =>
                {
                    Interlocked.Increment(ref passwords);
                    await Task.Delay(1);
                    return false;
                },
                default)),
            GuessAsync(() => limits.JudgeProofAsync(
                owner,
                async () =>
                {
                    Interlocked.Increment(ref proofs);
                    await Task.Delay(1);
                    return new UploadStatus(null!, false, null, null) { IsWrongProof = true };
                },
                default)),
        }));
        Assert.That((passwords, proofs), Is.EqualTo((10, 10)));

        static Task GuessAsync(Func<Task> guess) => Task.Run(async () =>
        {
            try
            {
                await guess();
            }
            catch (UploadException refusal) when (refusal.Code == UploadErrorCode.RateLimited)
            {
                // Not judged.
            }
        });
    }

    static string[] CookiesIn(ApiAnswer answer) =>
        answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? [.. cookies] : [];
}
