using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Downloads;

/// <summary>nginx sends the bytes, set up as OPERATIONS.md says.</summary>
[TestFixture]
[Platform("Linux")]
public sealed class ProxiedDownloadTests : DownloadContract
{
    Nginx? _nginx;

    protected override (string Key, string Value)[] Settings => [("Downloads:AccelPrefix", "/stored/")];

    protected override async Task<HttpClient> ConnectAsync()
    {
        _nginx = await Nginx.StartAsync(Documents.ExampleIn(Documents.Operations, "nginx")
            .Replace("http://localhost:5080", App.Address.ToString().TrimEnd('/'))
            .Replace("/srv/uploads", App.Data.Root));
        return _nginx.CreateClient();
    }

    [OneTimeTearDown]
    public void StopNginx() => _nginx?.Dispose();

    [Test]
    public async Task The_server_itself_sends_no_bytes()
    {
        var file = (await Client.UploadAsync(TestFile.Random(1000)))["file"];

        var answer = await Client.GetAsync(file.GetProperty("downloadUrl").GetString()!);

        var blob = App.Data.Query(
            $"SELECT lower(hex(BlobId)) FROM StoredFiles WHERE lower(hex(Id)) = '{file.GetProperty("id")}'").Single();
        Assert.That(
            answer.Headers.GetValues("X-Accel-Redirect"), Is.EqualTo([$"/stored/{blob[..2]}/{blob}"]));
        Assert.That((answer.Status, answer.Body.Length), Is.EqualTo((200, 0)));
    }

    [Test]
    public async Task What_the_server_says_of_a_download_goes_through()
    {
        var file = (await Client.UploadAsync(new TestFile("a.png", [1, 2, 3])))["file"];
        using var http = _nginx!.CreateClient();
        foreach (var url in new[] { "downloadUrl", "previewUrl" })
        {
            using var answer = await http.GetAsync(new Uri(file.GetProperty(url).GetString()!, UriKind.Relative));
            Assert.That(answer.Headers.GetValues("X-Robots-Tag"), Is.EqualTo(new[] { "noindex" }));
            Assert.That(answer.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
        }
    }

    [Test]
    public async Task What_is_stored_cannot_be_asked_for_past_the_server()
    {
        await Client.UploadAsync(TestFile.Random(1000));
        using var http = _nginx!.CreateClient();

        foreach (var blob in App.Data.Blobs)
        {
            using var answer = await http.GetAsync(new Uri($"stored/{blob[..2]}/{blob}", UriKind.Relative));
            Assert.That((int)answer.StatusCode, Is.EqualTo(404));
        }
    }
}
