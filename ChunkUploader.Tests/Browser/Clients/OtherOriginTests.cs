using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Browser.Clients;

/// <summary>A page of another site uploads here.</summary>
[TestFixture]
public sealed class OtherOriginTests : ClientPageTests
{
    readonly Uri _other = new($"http://{Chromium.PlainHost}:{Ports.Next()}/");

    protected override int Port => _other.Port;

    protected override (string, string)[] Settings => [("Cors:Origins", _other.GetLeftPart(UriPartial.Authority))];

    static IEnumerable<object> Clients => [ClientLibrary.Flow, ClientLibrary.Dropzone, ClientLibrary.JQueryFileUpload];

    [TestCaseSource(nameof(Clients))]
    public async Task Uploads_from_a_configured_origin(object client)
    {
        var file = MakeFile("film.bin", 5 * ClientChunk);
        var page = await ClientPage.OpenAsync(
            Page,
            _other,
            (ClientLibrary)client,
            ClientChunk,
            snippet => snippet.Replace("'/upload'", $"'{Server.BaseAddress}upload'"));
        await page.PickAsync(file);
        await IsStoredAsync((await page.EndAsync())[0], file);
    }

    [Test]
    public async Task An_image_is_uploaded_in_a_second_and_shown_there()
    {
        const string Script = """
            async ([base, md5, png]) => {
              const post = async (path, fields) => {
                const form = new FormData();
                Object.entries(fields).forEach(field => form.append(...field));
                return (await fetch(base + path, { method: 'POST', body: form })).text();
              };
              const answers = [await post('check', { md5 })];
              const image = await (await fetch('data:image/png;base64,' + png)).blob();
              answers.push(await post('upload', { md5, image }), await post('check', { md5 }));
              const shown = new Image();
              shown.src = base + answers[1];
              await shown.decode();
              return [...answers, String(shown.naturalWidth)];
            }
            """;
        await ClientPage.OpenAsync(Page, _other, ClientLibrary.Md5, ClientChunk);
        var answers = await Page.EvaluateAsync<string[]>(Script, new[]
        {
            $"{Server.BaseAddress}",
            $"{Sample.Md5Of(Pictures.Png)}",
            Convert.ToBase64String(Pictures.Png),
        });

        Assert.That(answers[0], Is.EqualTo("no"));
        Assert.That(answers[1], Does.Not.StartWith("/"));
        Assert.That(answers[2], Is.EqualTo(answers[1]));
        Assert.That(answers[3], Is.EqualTo("2"));
    }
}
