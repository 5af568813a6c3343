using System.Text.RegularExpressions;
using ChunkUploader.Tests.Browser.Pages;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

[TestFixture]
public sealed partial class AccessibilityTests : PageTour
{
    /// <summary>Colours do not depend on the language.</summary>
    [TestCase("light", "en")]
    [TestCase("dark", "zh-Hans")]
    public async Task No_page_has_a_barrier(string theme, string language)
    {
        await PrepareAsync();
        await KeepAsync("uploader-theme", theme);
        await KeepLanguageAsync(language);
        await Page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        await WalkAsync(async page =>
        {
            await Expect(Page.Locator("html")).ToHaveAttributeAsync("lang", language);
            await Axe.CheckAsync(Page, page);
        });
    }

    /// <summary>What looks for barriers is a script: it sees the page as a browser without scripts shows it.</summary>
    [Test]
    public async Task The_page_without_scripts_has_no_barrier([Values("light", "dark")] string theme)
    {
        await KeepAsync("uploader-theme", theme);
        await Page.RouteAsync(Server.BaseAddress.ToString(), async route =>
        {
            var answer = await route.FetchAsync();
            var page = Script().Replace(await answer.TextAsync(), "");
            await route.FulfillAsync(new()
            {
                Response = answer,
                Body = page.Replace("<noscript>", "").Replace("</noscript>", ""),
            });
        });
        await Page.ReloadAsync();
        await Expect(Uploads.PlainInput).ToBeVisibleAsync();
        await Expect(Uploads.FileInput).ToBeHiddenAsync();
        await Axe.CheckAsync(Page, "no script");
    }

    [Test]
    public async Task No_page_has_a_barrier_on_a_phone()
    {
        await PrepareAsync();
        await Page.SetViewportSizeAsync(390, 844);
        await Page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        await WalkAsync(page => Axe.CheckAsync(Page, page));
    }

    [Test]
    public async Task The_keyboard_skips_to_the_content()
    {
        await Page.Keyboard.PressAsync("Tab");
        await Expect(Page.Named(AriaRole.Link, "Skip to content")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.GetByRole(AriaRole.Main)).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Tab");
        await Expect(Uploads.FileInput).ToBeFocusedAsync();
    }

    [Test]
    public async Task The_keyboard_deletes_a_file()
    {
        await PrepareAsync();
        await Page.ReloadAsync();
        var (rows, delete) = (Admin.FileRows, Admin.Delete(Newest));
        await Expect(rows).ToHaveCountAsync(5);
        await Focus.MoveToAsync(Page, delete);
        await Page.Keyboard.PressAsync("Enter");
        await Focus.IsOnAsync(Page, Admin.DeletingQuestion.KeepIt);
        await Page.Keyboard.PressAsync("Escape");
        await Focus.IsOnAsync(Page, delete);
        await Page.Keyboard.PressAsync("Enter");
        await Page.Keyboard.PressAsync("Tab");
        await Focus.IsOnAsync(Page, Admin.DeletingQuestion.Confirm);
        await Page.Keyboard.PressAsync("Enter");
        await Expect(rows).ToHaveCountAsync(4);
        await Expect(Page.GetByRole(AriaRole.Status)).ToContainTextAsync("is in the trash");
    }

    [Test]
    public async Task The_focus_is_seen_wherever_it_is()
    {
        await PrepareAsync();
        await WalkAsync(async page =>
        {
            var first = "";
            for (var i = 0; i < 60; i++)
            {
                await Page.Keyboard.PressAsync("Tab");
                var (element, isSeen) = await Focus.SeeAsync(Page);
                if (element == first || element.Length == 0)
                {
                    break;
                }

                first = i == 0 ? element : first;
                Assert.That(isSeen, Is.True, $"{page}: {element}");
            }
        });
    }

    [Test]
    public async Task Nothing_moves_for_who_wants_no_motion()
    {
        await Page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        Assert.That(await MovingAsync(), Is.Zero);
        await Page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.NoPreference });
        Assert.That(await MovingAsync(), Is.Positive, "Without that wish something does.");

        // What the browser draws of a progress bar has no computed style that could be asked for.
        var unasked = await Page.EvaluateAsync<string[]>(
            """
            () => [...document.styleSheets].flatMap(sheet => [...sheet.cssRules])
              .filter(rule => rule.selectorText?.includes('::-') && (rule.style.transition || rule.style.animation))
              .map(rule => rule.cssText)
            """);
        Assert.That(unasked, Is.Empty, "It moves only where a media query allows it.");

        Task<int> MovingAsync() => Page.EvaluateAsync<int>(
            """
            () => [...document.querySelectorAll('*')].map(element => getComputedStyle(element)).filter(style =>
              style.animationName !== 'none' || !/^0s(, 0s)*$/.test(style.transitionDuration)).length
            """);
    }

    [GeneratedRegex("<script[^>]*></script>")]
    private static partial Regex Script();
}
