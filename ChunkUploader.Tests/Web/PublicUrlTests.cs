using System.Text;
using System.Text.RegularExpressions;
using ChunkUploader.Tests.Support;
using ChunkUploader.Web.Configuration;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>Behind a proxy every address is one that people can use, whatever the proxy makes of the request.</summary>
[TestFixture("PublicUrl", "/share/app")]
[TestFixture("PublicUrl", "/files/app")] // which begins like a path of the application's own
[TestFixture("X-Forwarded-Prefix", "/share/app")]
[TestFixture("X-Forwarded-Prefix", "/share/app/")]
public partial class PublicUrlTests(string saidBy, string said) : ServedTests
{
    string Prefix => said.TrimEnd('/');

    bool IsSaidBySetting => saidBy == "PublicUrl";

    protected override (string Key, string Value)[] Settings =>
        IsSaidBySetting ? [("PublicUrl", $"https://example.com{Prefix}/")] : [];

    [TestCase("")]
    [TestCase("admin/sign-in")]
    [TestCase("no/such/page")]
    public async Task Every_address_in_a_page_is_below_the_path_of_the_application(string path)
    {
        foreach (var asked in IsSaidBySetting ? new[] { path, $"{Prefix[1..]}/{path}" } : [path])
        {
            var page = Encoding.UTF8.GetString((await SendAsync(HttpMethod.Get, asked)).Body);
            var addresses = Address().Matches(page).Select(match => match.Groups[1].Value).ToList();
            Assert.That(addresses, Is.Not.Empty);
            Assert.That(addresses, Has.All.StartsWith($"{Prefix}/"), asked);
        }
    }

    [Test]
    public async Task So_are_redirections_links_and_the_cookies()
    {
        var admin = await SendAsync(HttpMethod.Get, "admin");
        Assert.That(
            admin.Headers.Location!.OriginalString,
            Is.EqualTo($"{Prefix}/admin/sign-in?returnUrl={Uri.EscapeDataString($"{Prefix}/admin")}"));

        var page = await SendAsync(HttpMethod.Get, "");
        Assert.That(
            page.Headers.GetValues("Set-Cookie"),
            Has.All.Contain($"path={Prefix}").IgnoreCase.And.All.Contain("secure").IgnoreCase);

        var form = new MultipartFormDataContent { { new ByteArrayContent([1, 2, 3]), "file", "a.txt" } };
        var stored = (await SendAsync(HttpMethod.Post, "upload", form))["file"];
        foreach (var name in new[] { "url", "downloadUrl", "previewUrl" })
        {
            Assert.That(stored.GetProperty(name).GetString(), Does.StartWith($"{Prefix}/files/"), name);
        }

        Assert.That(
            (await SendAsync(HttpMethod.Get, $"files/{stored.GetProperty("id").GetString()}/download")).Body,
            Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task A_page_of_the_public_address_may_post_whatever_host_the_proxy_passes_on()
    {
        foreach (var (origin, status) in new[] { ("https://example.com", 200), ("https://evil.example", 403) })
        {
            var form = new MultipartFormDataContent { { new ByteArrayContent([1]), "file", "a.txt" } };
            var answer = await SendAsync(HttpMethod.Post, "upload", form, origin);
            Assert.That(answer.Status, Is.EqualTo(IsSaidBySetting ? status : 403), answer.ToString());
            if (answer.Status == 403)
            {
                Assert.That(answer["detail"].GetString(), Does.Contain(origin).And.Contain("PublicUrl"));
            }
        }
    }

    [Test]
    public void No_path_of_the_applications_own_is_taken_for_that_of_the_application()
    {
        var own = App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.PathSegments is [var first, ..] ? first.Parts[0] : null)
            .OfType<RoutePatternLiteralPart>()
            .Select(part => part.Content)
            .Where(name => !name.Contains('.')) // files that stand beside
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .ToList();
        Assert.That(own, Does.Contain("uploads").And.Contain("dist"));
        foreach (var name in own)
        {
            foreach (var path in name == "files" ? new[] { name } : [name, $"{name}/app"])
            {
                var settings = new UploaderSettings { PublicUrl = $"https://example.com/{path}" };
                Assert.That(new UploaderSettingsValidator().Validate(settings).IsValid, Is.False, path);
            }
        }
    }

    [TestCase("//evil.example")]
    [TestCase("/a//evil.example")]
    [TestCase("/\\evil.example")]
    [TestCase("evil")]
    public async Task A_prefix_that_is_no_plain_path_is_ignored(string prefix)
    {
        using var guest = UploadClient.Guest(App.Address);
        var request = new HttpRequestMessage(HttpMethod.Get, "admin");
        request.Headers.TryAddWithoutValidation("X-Forwarded-Prefix", prefix);
        var location = (await guest.SendAsync(request)).Headers.Location!.OriginalString;
        Assert.That(location, Does.StartWith(IsSaidBySetting ? $"{Prefix}/admin/sign-in" : "/admin/sign-in"));
    }

    [Test]
    public async Task Browsers_are_told_to_stay_with_https_where_the_operator_has_said_so() =>
        Assert.That(
            (await SendAsync(HttpMethod.Get, "")).Headers.TryGetValues("Strict-Transport-Security", out var said) ? said : [],
            IsSaidBySetting ? Is.EqualTo(new[] { "max-age=31536000" }) : Is.Empty);

    async Task<ApiAnswer> SendAsync(HttpMethod method, string path, HttpContent? content = null, string? origin = null)
    {
        using var guest = UploadClient.Guest(App.Address);
        var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("Accept", content is null ? "text/html" : "application/json");
        if (!IsSaidBySetting)
        {
            request.Headers.Add("X-Forwarded-Prefix", said);
            request.Headers.Add("X-Forwarded-Proto", "https");
        }

        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        return await guest.SendAsync(request);
    }

    [GeneratedRegex("(?:href|src|action|data-base|data-worker)=\"(/[^\"]*)\"")]
    private static partial Regex Address();
}
