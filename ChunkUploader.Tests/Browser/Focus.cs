using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

/// <summary>Goes through a page as who has no mouse does.</summary>
static class Focus
{
    /// <summary>Presses the tabulator until the element has the focus, which must be seen there.</summary>
    public static async Task MoveToAsync(IPage page, ILocator target)
    {
        for (var i = 0; i < 60 && !await target.EvaluateAsync<bool>("it => it === document.activeElement"); i++)
        {
            await page.Keyboard.PressAsync("Tab");
        }

        await IsOnAsync(page, target);
    }

    /// <summary>The element has the focus, and it is seen there.</summary>
    public static async Task IsOnAsync(IPage page, ILocator target)
    {
        await Expect(target).ToBeFocusedAsync();
        var (element, isSeen) = await SeeAsync(page);
        Assert.That(isSeen, Is.True, element);
    }

    /// <summary>What has the focus, empty where nothing has, and whether its outline or its label's is seen.</summary>
    public static async Task<(string Element, bool IsSeen)> SeeAsync(IPage page)
    {
        var focus = await page.EvaluateAsync<string[]>(
            """
            () => {
              const element = document.activeElement;
              if (!element || element === document.body || element.tagName === 'IFRAME') return ['', ''];
              const marked = [element, element.closest('label')].some(one => {
                const style = one && getComputedStyle(one);
                return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
              });
              return [element.outerHTML, marked ? 'seen' : ''];
            }
            """);
        return (focus[0], focus[1].Length > 0);
    }
}
