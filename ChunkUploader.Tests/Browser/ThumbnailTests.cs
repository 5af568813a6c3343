using System.Text.RegularExpressions;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

/// <summary>Rows show what is in their files, without asking the server.</summary>
[TestFixture]
public sealed class ThumbnailTests : BrowserTests
{
    [Test]
    public async Task A_video_shows_a_frame_and_lets_go_of_its_decoder_and_its_address()
    {
        await Page.EvaluateAsync(
            """
            () => {
              window.open = new Set();
              const { createObjectURL, revokeObjectURL } = URL;
              URL.createObjectURL = file => {
                const url = createObjectURL(file);
                open.add(url);
                return url;
              };
              URL.revokeObjectURL = url => { open.delete(url); revokeObjectURL(url); };
            }
            """);
        var clip = MakeFile("clip.webm", await RecordAsync());
        await PickAsync(clip);
        var frame = Row.Picture("clip.webm");
        await Expect(frame).ToBeVisibleAsync();
        await Expect(Row.Tile("WEBM")).ToBeHiddenAsync();
        var colour = await frame.EvaluateAsync<int[]>(
            "canvas => [...canvas.getContext('2d').getImageData(56, 56, 1, 1).data]");
        Assert.That(colour[0], Is.GreaterThan(180), string.Join(' ', colour));
        Assert.That(colour[1..3], Is.All.LessThan(80), string.Join(' ', colour));
        Assert.That(await Page.EvaluateAsync<int>("() => window.open.size"), Is.Zero);
        await IsStoredAsync(Row, clip);
    }

    [Test]
    public async Task A_video_that_cannot_be_played_keeps_its_tile()
    {
        await PickAsync(MakeFile("broken.mp4", 1000), MakeFile("clip.webm", await RecordAsync()));
        await Expect(RowOf("clip.webm").Picture("clip.webm")).ToBeVisibleAsync();
        var broken = RowOf("broken.mp4");
        await BecomesAsync(broken, "done");
        await Expect(broken.Picture("broken.mp4")).ToBeHiddenAsync();
        await Expect(broken.Tile("MP4")).ToBeVisibleAsync();
    }

    [Test]
    public async Task An_image_is_shown_while_it_goes_up_and_never_fetched()
    {
        var fetched = new List<string>();
        Page.Request += (_, request) =>
        {
            if (Regex.IsMatch(new Uri(request.Url).AbsolutePath, "^/files/"))
            {
                fetched.Add(request.Url);
            }
        };
        var posts = await ChunkPosts.WatchAsync(Page, passing: 0);
        var photo = MakeFile("photo.png", [.. Pictures.Png, .. new byte[FilmSize]]);
        await PickAsync(photo);
        await BecomesAsync(Row, "uploading");
        await Expect(Row.Picture("photo.png")).ToBeVisibleAsync();
        await Expect(Row.Tile("PNG")).ToBeHiddenAsync();
        posts.Release();
        await IsStoredAsync(Row, photo);
        Assert.That(fetched, Is.Empty);
    }

    /// <summary>Half a second of red, recorded by the browser.</summary>
    async Task<byte[]> RecordAsync() => Convert.FromBase64String(await Page.EvaluateAsync<string>(
        """
        async () => {
          const canvas = Object.assign(document.createElement('canvas'), { width: 160, height: 90 });
          const context = canvas.getContext('2d');
          const paint = () => {
            context.fillStyle = '#f00';
            context.fillRect(0, 0, 160, 90);
          };
          paint(); // before the first frame: on a busy machine the next one comes late
          const painting = setInterval(paint, 20);
          const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/webm;codecs=vp8' });
          const parts = [];
          recorder.ondataavailable = ({ data }) => parts.push(data);
          const stopped = new Promise(resolve => { recorder.onstop = resolve; });
          recorder.start();
          await new Promise(resolve => setTimeout(resolve, 500));
          recorder.stop();
          await stopped;
          clearInterval(painting);
          const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
          return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
        }
        """));
}
