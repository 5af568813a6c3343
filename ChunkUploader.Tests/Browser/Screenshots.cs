using ChunkUploader.Tests.Support;
using Microsoft.Playwright;
using NUnit.Framework;

namespace ChunkUploader.Tests.Browser;

/// <summary>
/// Pictures of pages, light and dark, narrow and wide, in a folder that is not kept under version control.
/// </summary>
static class Screenshots
{
    static readonly (int Width, int Height)[] Sizes = [(390, 844), (1440, 900)];

    /// <param name="fullPage">False where the page is too long for a picture.</param>
    public static async Task TakeAsync(IPage page, string name, bool fullPage = true)
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            foreach (var (width, height) in Sizes)
            {
                await page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
                await page.SetViewportSizeAsync(width, height);
                var file = $"{name}-{scheme.ToString().ToLowerInvariant()}-{width}.png";
                await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, file), FullPage = fullPage });
                Assert.That(await IsWiderThanItsWindowAsync(page), Is.False, $"{file} scrolls sideways.");
            }
        }
    }

    /// <summary>
    /// One picture for the README, at its size. <c>UPDATE_DOCS=true</c> puts it where the README shows it.
    /// </summary>
    /// <param name="top">What is to be seen at its top.</param>
    public static async Task TakeForReadmeAsync(
        IPage page, string name, ColorScheme scheme, (int Width, int Height) size, ILocator top)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = scheme });
        await page.SetViewportSizeAsync(size.Width, size.Height);
        await top.EvaluateAsync("it => scrollTo(0, Math.max(0, it.getBoundingClientRect().top + scrollY - 20))");
        var folder = Environment.GetEnvironmentVariable("UPDATE_DOCS") == "true"
            ? Path.Combine(ProjectFolders.Web, "Docs")
            : Folder;
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png") });
    }

    /// <summary>Keeps a picture that was taken elsewhere.</summary>
    public static void Keep(string path)
    {
        if (File.Exists(path))
        {
            File.Copy(path, PathOf(Path.GetFileName(path)), overwrite: true);
        }
    }

    public static string PathOf(string file) => Path.Combine(Folder, file);

    static string Folder { get; } = Path.Combine(ProjectFolders.Tests, "Screenshots");

    static Task<bool> IsWiderThanItsWindowAsync(IPage page) =>
        page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > innerWidth");
}
