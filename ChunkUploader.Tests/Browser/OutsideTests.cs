using System.Text.RegularExpressions;
using ChunkUploader.Tests.Support;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

/// <summary>What is noticed outside of the page while files go up.</summary>
[TestFixture]
public sealed class OutsideTests : BrowserTests
{
    /// <summary>For its wake locks and notifications.</summary>
    protected override bool NeedsWholeBrowser => true;

    [Test]
    public async Task The_machine_is_kept_awake_while_files_go_up_and_not_longer()
    {
        await SpyAsync(
            """
            window.locks = [];
            const { request } = WakeLock.prototype;
            WakeLock.prototype.request = async function (type) {
              const lock = await request.call(this, type);
              locks.push(lock);
              return lock;
            };
            """);
        Assert.That(await HeldAsync(), Is.Empty);
        var posts = await HoldAsync("film.bin");
        await Eventually.Is(async () => await HeldAsync() is [true], "one lock is held");
        posts.Release();
        await BecomesAsync(Row, "done");
        await Eventually.Is(async () => await HeldAsync() is [false], "it is released");

        Task<bool[]> HeldAsync() => Page.EvaluateAsync<bool[]>("() => locks.map(lock => !lock.released)");
    }

    [Test]
    public async Task The_title_tells_how_far_it_is_and_to_who_is_elsewhere_how_it_ended()
    {
        await SpyAsync(Hiding);
        var posts = await HoldAsync("film.bin");
        await Expect(Page).ToHaveTitleAsync(new Regex("^[1-9][0-9]?% · Upload · ChunkUploader$"));
        await HideAsync(true);
        posts.Release();
        await Expect(Page).ToHaveTitleAsync("1 file done · Upload · ChunkUploader");
        await HideAsync(false);
        await Expect(Page).ToHaveTitleAsync("Upload · ChunkUploader");
    }

    [Test]
    public async Task Who_is_elsewhere_is_notified_at_the_end_where_that_is_allowed()
    {
        await Page.Context.GrantPermissionsAsync(["notifications"]);
        await SpyAsync(
            Hiding
            + """
            window.told = [];
            window.Notification = class extends Notification {
              constructor(title, options) {
                super(title, options);
                told.push(title);
              }
            };
            """);
        await Expect(Uploads.NotifyMe).ToBeHiddenAsync();
        await PickAsync(MakeFile("seen.txt", "1"u8.ToArray()));
        await BecomesAsync(Row, "done");
        await Expect(Page).ToHaveTitleAsync("Upload · ChunkUploader");
        Assert.That(await ToldAsync(), Is.Empty, "Who looks at the page sees it.");

        var posts = await HoldAsync("film.bin");
        await HideAsync(true);
        posts.Release();
        await Eventually.Is(async () => await ToldAsync() is ["2 files done"], "both files are told");

        Task<string[]> ToldAsync() => Page.EvaluateAsync<string[]>("() => told");
    }

    [Test]
    public async Task Leaving_asks_back_while_files_go_up_and_only_then()
    {
        List<string> asked = [];
        Page.Dialog += async (_, dialog) =>
        {
            asked.Add(dialog.Type);
            await dialog.DismissAsync();
        };
        await Page.GetByRole(AriaRole.Heading).First.ClickAsync(); // browsers ask only for pages that were used
        var posts = await HoldAsync("film.bin");
        await LeaveAsync();
        await Eventually.Is(() => asked is ["beforeunload"], "it was asked whether to leave");
        posts.Release();
        await BecomesAsync(Row, "done");

        await LeaveAsync();
        await Expect(Rows).ToHaveCountAsync(0); // it is another page
        Assert.That(asked, Has.Count.EqualTo(1));

        async Task LeaveAsync() => await Page.EvaluateAsync("() => { setTimeout(() => location.reload()); }");
    }

    /// <summary>A page that believes to be in the background, when it is told so.</summary>
    const string Hiding =
        """
        window.isAway = false;
        Object.defineProperty(document, 'hidden', { get: () => isAway });
        """;

    async Task HideAsync(bool away) => await Page.EvaluateAsync(
        """
        away => {
          window.isAway = away;
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """,
        away);

    async Task SpyAsync(string script)
    {
        await Page.AddInitScriptAsync(script);
        await Page.ReloadAsync();
    }

    async Task<ChunkPosts> HoldAsync(string name)
    {
        var posts = await ChunkPosts.WatchAsync(Page, passing: 3);
        await PickAsync(MakeFile(name, FilmSize));
        await posts.HeldAsync();
        return posts;
    }
}
