using System.Text;
using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>Whoever uploads is told what the server takes, in units that people read.</summary>
[TestFixture]
public sealed class LimitsTests : ServedTests
{
    const int MiB = 1024 * 1024;

    protected override (string Key, string Value)[] Settings =>
        [("Uploads:MaxFileSize", $"{20 * MiB}"), ("Uploads:ChunkSize", $"{MiB}")];

    [Test]
    public async Task Clients_can_ask_for_them()
    {
        var limits = await Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "uploads/limits"));
        Assert.That(limits["maxFileSize"].GetInt64(), Is.EqualTo(20 * MiB));
        Assert.That(limits["chunkSize"].GetInt64(), Is.EqualTo(MiB));
    }

    [TestCase("en", "Of up to 20.0 MiB each.")]
    [TestCase("zh-CN", "每个文件不超过 20.0 MiB。")]
    public async Task The_page_says_them(string language, string text)
    {
        var page = Encoding.UTF8.GetString((await PageAsync(HttpMethod.Get, "", language)).Body);
        Assert.That(page, Does.Contain(text).And.Contain($"data-max-file-size=\"{20 * MiB}\" data-chunk-size=\"{MiB}\""));
    }

    [TestCase((20 * MiB) + 1)]
    [TestCase(1L << 45)] // more than any server takes
    public async Task A_refusal_says_the_limit(long size)
    {
        var refused = await Client.BeginAsync("film.mp4", size);
        Assert.That(refused, Refused.With(413, "file-too-large"));
        Assert.That(refused["detail"].GetString(), Is.EqualTo("This server takes files of up to 20.0 MiB."));
        Assert.That(refused["maxFileSize"].GetInt64(), Is.EqualTo(20 * MiB));
    }

    [TestCase("en", "This server takes files of up to 20.0 MiB.")]
    [TestCase("zh-CN", "本服务器接受的文件不超过 20.0 MiB。")]
    public async Task So_does_the_page_that_answers_a_form(string language, string text)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[(20 * MiB) + 1]), "file", "film.mp4" } };
        var answer = await PageAsync(HttpMethod.Post, "upload", language, form);
        Assert.That(answer.Status, Is.EqualTo(413));
        Assert.That(Encoding.UTF8.GetString(answer.Body), Does.Contain(text));
    }

    async Task<ApiAnswer> PageAsync(HttpMethod method, string path, string language, HttpContent? content = null)
    {
        using var guest = UploadClient.Guest(App.Address);
        var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Accept.ParseAdd("text/html");
        request.Headers.AcceptLanguage.ParseAdd(language);
        return await guest.SendAsync(request);
    }
}
