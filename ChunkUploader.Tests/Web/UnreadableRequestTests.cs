using System.Net.Http.Headers;
using System.Text;
using ChunkUploader.Tests.Support;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>What comes may say anything and be cut anywhere: the answer is the server's, and no fault of its own.</summary>
[TestFixture]
public class UnreadableRequestTests : ServedTests
{
    const string Form = "Content-Type: application/x-www-form-urlencoded";
    const string Multipart = "Content-Type: multipart/form-data; boundary=b";

    /// <summary>While it is developed, static files are looked for at any address, so that only GET is allowed.</summary>
    const string NothingHere = "^HTTP/1.1 (404 Not Found|405 Method Not Allowed)\r\n";

    CollectedLog Log => App.Services.GetRequiredService<CollectedLog>();

    protected override void Replace(IServiceCollection services) => CollectedLog.Register(services);

    [TearDown]
    public void NothingIsLogged() => Assert.That(Log.Lines, Is.Empty);

    [Test]
    public async Task No_form_picks_the_status_of_an_error_page(
        [Values("100", "200", "204", "302", "404", "500", "999", "x", "-1", "")] string status,
        [Values("*/*", "text/html")] string accept)
    {
        using var connection = new RawConnection(App.Address, Client.Owner!);
        var form = $"status={status}&Status={status}";
        await connection.SendHeadAsync("POST", $"nothing?status={status}", form.Length, Form, $"Accept: {accept}");
        await connection.SendAsync(Encoding.ASCII.GetBytes(form));
        Assert.That((await connection.ReadAnswerAsync()).Head, Does.Match(NothingHere));
    }

    [Test]
    public async Task A_token_of_another_server_is_nothing_to_write_down()
    {
        using var guest = UploadClient.Guest(App.Address);
        var page = await guest.GetAsync("admin/sign-in");
        var cookie = page.Headers.GetValues("Set-Cookie").Single(value => value.Contains("Antiforgery", StringComparison.OrdinalIgnoreCase));
        var request = new HttpRequestMessage(HttpMethod.Get, "admin/sign-in");
        request.Headers.Add("Cookie", $"{cookie.Split('=')[0]}=CfDJ8of-another-server");
        Assert.That((await guest.SendAsync(request)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Nor_does_an_address([Values("error", "error/500", "error/503", "error/418")] string path)
    {
        var answer = await Client.GetAsync(path);
        Assert.That(answer, Refused.With(404, "not-found"));
    }

    [Test]
    public async Task A_form_at_a_mistyped_address_is_not_read(
        [Values("*/*", "text/html")] string accept, [Values("many fields", "cut", "large", "no form")] string kind)
    {
        var text = kind switch
        {
            "many fields" => string.Join('&', Enumerable.Repeat("a=1", 2000)),
            "cut" => "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1",
            "large" => "a=",
            _ => "--x--",
        };
        using var connection = new RawConnection(App.Address, Client.Owner!);
        await connection.SendHeadAsync(
            "POST",
            "nothing",
            kind is "large" or "cut" ? 31_000_000 : text.Length,
            kind is "many fields" or "large" ? Form : Multipart,
            $"Accept: {accept}");
        await connection.SendAsync(Encoding.ASCII.GetBytes(text));
        Assert.That((await connection.ReadAnswerAsync()).Head, Does.Match(NothingHere));
    }

    [Test]
    public async Task A_form_that_the_pages_do_not_take_is_refused(
        [Values("preferences", "admin/sign-in")] string path, [Values(2000, 1_000_000)] int fields)
    {
        var form = Encoding.ASCII.GetBytes(string.Join('&', Enumerable.Repeat("a=", fields)));
        using var connection = new RawConnection(App.Address, Client.Owner!);
        await connection.SendHeadAsync("POST", path, form.Length, Form);
        await connection.SendAsync(form);
        Assert.That((await connection.ReadAnswerAsync()).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task A_body_whose_end_nobody_can_tell_is_refused(
        [Values("POST upload", "POST uploads", "POST check", "POST chunked/merge", "PUT uploads/{0}/chunks/0",
            "POST uploads/{0}/chunks", "POST uploads/{0}/complete", "DELETE upload")] string request,
        [Values("FFFFFFFFFFFFFFFFF", "zz", "-1")] string size)
    {
        var id = (await Client.BeginAsync("a.bin", 1000)).Id;
        foreach (var type in new[] { Form, Multipart })
        {
            using var connection = new RawConnection(App.Address, Client.Owner!);
            var line = string.Format(System.Globalization.CultureInfo.InvariantCulture, request, id).Split(' ');
            await connection.SendAsync(Encoding.ASCII.GetBytes(
                $"{line[0]} /{line[1]} HTTP/1.1\r\nHost: {App.Address.Authority}\r\nX-Upload-Owner: {Client.Owner}\r\n"
                + $"Transfer-Encoding: chunked\r\n{type}\r\n\r\n{size}\r\n"));
            var (status, head, body) = await connection.ReadAnswerAsync();
            Assert.That(status, Is.EqualTo(400), body);
            Assert.That(head, Does.Contain("Connection: close"));
            Assert.That(body, Does.Contain("\"code\":\"invalid-request\""));
        }
    }

    [Test]
    public async Task A_compressed_body_is_refused_wherever_one_is_taken(
        [Values("POST upload", "POST uploads", "PUT uploads/{0}/chunks/0", "POST check", "POST admin/sign-in")]
        string request,
        [Values("gzip", "identity, br", "GZIP")] string encoding)
    {
        var id = (await Client.BeginAsync("a.bin", 4)).Id;
        var line = string.Format(System.Globalization.CultureInfo.InvariantCulture, request, id).Split(' ');
        var message = new HttpRequestMessage(HttpMethod.Parse(line[0]), line[1])
        {
            Content = line[0] == "PUT" || line[1] != "upload"
                ? new ByteArrayContent([1, 2, 3, 4])
                : new MultipartFormDataContent { { new ByteArrayContent([1, 2, 3, 4]), "file", "a.bin" } },
        };
        message.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        var answer = await Client.SendAsync(message);
        Assert.That(answer, Refused.With(415, "unsupported-encoding"));
        Assert.That(answer.Headers.TryGetValues("Accept-Encoding", out var taken) ? taken : [], Is.EqualTo(["identity"]));
    }

    [Test]
    public async Task A_body_that_says_that_it_is_not_compressed_is_taken()
    {
        var id = (await Client.BeginAsync("a.bin", 4)).Id;
        var content = new ByteArrayContent([1, 2, 3, 4]);
        content.Headers.ContentEncoding.Add("identity");
        var request = new HttpRequestMessage(HttpMethod.Put, $"uploads/{id}/chunks/0") { Content = content };
        Assert.That((await Client.SendAsync(request)).Status, Is.EqualTo(200));
    }

    [TestCase("")]
    [TestCase("admin")]
    [TestCase("admin/sign-in")]
    [TestCase("upload")]
    [TestCase("uploads")]
    [TestCase("uploads/{0}")]
    [TestCase("uploads/none")]
    [TestCase("files/{1}")]
    [TestCase("files/{1}/download")]
    [TestCase("files?id={1}")]
    [TestCase("languages/en")]
    [TestCase("nothing")]
    public async Task HEAD_is_answered_as_GET_without_the_body(string path)
    {
        var begun = await Client.BeginAsync("a.bin", 4);
        var stored = (await Client.UploadAsync(TestFile.Random(10)))["file"].GetProperty("id").GetString();
        var address = string.Format(System.Globalization.CultureInfo.InvariantCulture, path, begun.Id, stored);
        var (get, head) = (
            await Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, address)),
            await Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, address)));
        Assert.That((head.Status, head.MediaType, head.Body.Length), Is.EqualTo((get.Status, get.MediaType, 0)));
    }

    [Test]
    public void Every_action_that_takes_GET_takes_HEAD()
    {
        var endpoints = App.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Where(endpoint => endpoint.Metadata.GetMetadata<ControllerActionDescriptor>() is not null)
            .Select(endpoint => (endpoint.DisplayName, endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods))
            .Where(endpoint => endpoint.HttpMethods?.Contains("GET") == true)
            .ToList();
        Assert.That(endpoints, Has.Count.GreaterThan(10));
        Assert.That(endpoints.Where(endpoint => !endpoint.HttpMethods!.Contains("HEAD")), Is.Empty);
    }
}
