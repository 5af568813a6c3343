using ChunkUploader.Tests.Browser.Pages;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

/// <summary>How the pages look, and that they hold still.</summary>
[TestFixture]
public sealed class LooksTests : PageTour
{
    [Test]
    public async Task Every_page_fits_narrow_and_wide_windows([Values("en", "zh-Hans")] string language)
    {
        await PrepareAsync();
        await KeepLanguageAsync(language);
        await WalkAsync(page => Screenshots.CheckFitAsync(Page, $"{page}-{language}"));
    }

    [Test]
    public async Task A_page_asks_nobody_else_and_does_not_shift_while_it_loads()
    {
        await PrepareAsync();
        List<string> elsewhere = [];
        Page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(Server.BaseAddress.ToString(), StringComparison.Ordinal)
                && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
            {
                elsewhere.Add(request.Url);
            }
        };
        await Page.AddInitScriptAsync(
            """
            window.shift = 0;
            new PerformanceObserver(list => {
              for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
            }).observe({ type: 'layout-shift', buffered: true });
            """);
        await WalkAsync(async page =>
        {
            // Two frames later everything that the page has asked for is drawn.
            var shift = await Page.EvaluateAsync<double>(
                """
                () => new Promise(done =>
                  requestAnimationFrame(() => requestAnimationFrame(() => done(window.shift))))
                """);
            if (page is not ("uploads" or "unfinished" or "hand-over" or "question" or "cancelled"))
            {
                Assert.That(shift, Is.Zero, page);
            }
        });
        Assert.That(elsewhere, Is.Empty);
    }

    /// <summary>Of a list that comes row by row, as over a slow network.</summary>
    [Test]
    public async Task The_columns_of_a_list_stay_where_the_first_row_has_put_them()
    {
        await PrepareAsync();
        await Page.GotoAsync(new Uri(Server.BaseAddress, "admin").ToString());
        var (first, all) = (await ColumnsAsync(rows: 1), await ColumnsAsync(rows: 9));
        Assert.That(all, Is.EqualTo(first));

        Task<double[]> ColumnsAsync(int rows) => Page.EvaluateAsync<double[]>(
            """
            rows => {
              const table = document.querySelector('table');
              window.kept ??= [...table.tBodies[0].rows];
              table.tBodies[0].replaceChildren(...kept.slice(0, rows));
              return [...table.querySelectorAll('th')].map(column => column.getBoundingClientRect().left);
            }
            """,
            rows);
    }

    [Test]
    public async Task A_theme_that_is_chosen_wins_over_the_devices_and_stays()
    {
        await Page.EmulateMediaAsync(new() { ColorScheme = Microsoft.Playwright.ColorScheme.Light });
        var light = await BackgroundAsync();
        await ChooseAsync("Dark");
        var dark = await BackgroundAsync();
        Assert.That(dark, Is.Not.EqualTo(light));
        await Page.GotoAsync($"{Server.BaseAddress}admin");
        Assert.That(await BackgroundAsync(), Is.EqualTo(dark), "On other pages too.");

        await Page.EmulateMediaAsync(new() { ColorScheme = Microsoft.Playwright.ColorScheme.Dark });
        await ChooseAsync("Light");
        Assert.That(await BackgroundAsync(), Is.EqualTo(light));
        await ChooseAsync("System");
        Assert.That(await BackgroundAsync(), Is.EqualTo(dark));
    }

    [Test]
    public async Task A_theme_that_is_chosen_is_there_at_once_and_stays_over_a_reload()
    {
        await Page.EmulateMediaAsync(new() { ColorScheme = Microsoft.Playwright.ColorScheme.Light });
        var light = await BackgroundAsync();
        await Page.EvaluateAsync("() => { window.same = true; }");
        await ChooseAsync("Dark");
        Assert.That(await BackgroundAsync(), Is.Not.EqualTo(light));
        Assert.That(await Page.EvaluateAsync<bool>("() => window.same === true"), Is.True, "It is the same page.");
        await Page.ReloadAsync();
        Assert.That(await BackgroundAsync(), Is.Not.EqualTo(light));
    }

    [Test]
    public async Task A_language_that_is_chosen_stays_and_the_page_is_the_same()
    {
        await Page.GotoAsync($"{Server.BaseAddress}admin?search=x");
        await ChooseAsync("简体中文");
        Texts = PageTexts.In("zh-Hans");
        await Expect(Page).ToHaveTitleAsync("登录 · ChunkUploader");
        await Expect(Page).ToHaveURLAsync($"{Server.BaseAddress}admin/sign-in?returnUrl={Uri.EscapeDataString($"{Server.BaseAddress.AbsolutePath}admin?search=x")}");
        await ChooseAsync("English");
        await Expect(Page).ToHaveTitleAsync("Sign in · ChunkUploader");
    }

    /// <summary>By keyboard.</summary>
    async Task ChooseAsync(string choice)
    {
        var button = Preferences.Choice(choice);
        if (!await button.IsVisibleAsync()) // still open after the choice of a theme
        {
            await Preferences.Button.PressAsync("Enter");
        }

        await Page.RunAndWaitForResponseAsync(
            () => button.PressAsync("Enter"),
            answer => answer.Url.EndsWith("/preferences", StringComparison.Ordinal));
        await Expect(button).ToHaveAttributeAsync("aria-pressed", "true");
        await Page.WaitForLoadStateAsync(); // the stylesheets too
    }

    Task<string> BackgroundAsync() =>
        Page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor");
}
