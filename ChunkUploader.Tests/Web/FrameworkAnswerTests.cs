using System.Text;
using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>What the framework refuses by itself is told as everything else is.</summary>
[TestFixture]
public class FrameworkAnswerTests : ServedTests
{
    [TestCase("GET", "no/such/page", 404, "not-found")]
    [TestCase("GET", "css/none.css", 404, "not-found")]
    [TestCase("GET", "files/x/y", 404, "not-found")]
    [TestCase("PATCH", "uploads", 405, "method-not-allowed")]
    [TestCase("DELETE", "", 405, "method-not-allowed")]
    [TestCase("POST", "admin/sign-in", 400, "invalid-request")]
    public async Task Programs_get_problem_details_with_a_code(string method, string path, int status, string code)
    {
        var answer = await SendAsync(method, path, "*/*");

        Assert.That(answer, Refused.With(status, code));
        Assert.That(answer["title"].GetString(), Is.Not.Empty);
    }

    [TestCase("GET", "no/such/page", 404, "There is nothing here")]
    [TestCase("PUT", "admin/sign-in", 405, "This is not a page")]
    [TestCase("POST", "admin/sign-in", 400, "The request is not valid")]
    [TestCase("GET", "files/none", 404, "There is no such file")]
    public async Task Browsers_get_a_page(string method, string path, int status, string title)
    {
        var answer = await SendAsync(method, path, "text/html,application/xhtml+xml");

        Assert.That(answer.Status, Is.EqualTo(status));
        Assert.That(answer.MediaType, Is.EqualTo("text/html"));
        var page = Encoding.UTF8.GetString(answer.Body);
        Assert.That(page, Does.Contain($"<h1>{title}</h1>"));
        Assert.That(page, Does.Contain($"name=\"returnUrl\" value=\"/{path}\""), "The language can be changed here.");
    }

    [Test]
    public async Task A_page_of_an_error_speaks_the_visitors_language()
    {
        var answer = await SendAsync("GET", "no/such/page", "text/html", "zh-CN");

        Assert.That(Encoding.UTF8.GetString(answer.Body), Does.Contain("<h1>此处没有内容</h1>"));
    }

    [Test]
    public async Task An_address_of_the_methods_says_which_ones_it_takes()
    {
        using var http = new HttpClient { BaseAddress = App.Address };
        using var answer = await http.SendAsync(new HttpRequestMessage(HttpMethod.Patch, "uploads"));

        Assert.That(answer.Content.Headers.Allow, Is.EquivalentTo(["GET", "HEAD", "POST"]));
    }

    [Test]
    public async Task A_range_that_a_file_does_not_have_gets_no_page()
    {
        var file = TestFile.Random(10);
        var stored = await Client.UploadAsync(file);
        var request = new HttpRequestMessage(
            HttpMethod.Get, stored["file"].GetProperty("downloadUrl").GetString()!.TrimStart('/'))
        {
            Headers = { { "Range", "bytes=70-" }, { "Accept", "text/html" } },
        };

        var answer = await Client.SendAsync(request);

        Assert.That(answer.Status, Is.EqualTo(416));
        Assert.That(answer.Body, Is.Empty);
    }

    Task<ApiAnswer> SendAsync(string method, string path, string accept, string? language = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Parse(method), path) { Headers = { { "Accept", accept } } };
        if (language is not null)
        {
            request.Headers.Add("Accept-Language", language);
        }

        return Client.SendAsync(request);
    }
}
