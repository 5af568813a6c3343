using ChunkUploader.Tests.Support;
using Microsoft.Playwright;
using NUnit.Framework;

namespace ChunkUploader.Tests.Browser;

/// <summary>
/// Pictures of pages, light and dark, narrow and wide, in a folder that is not kept under version control. They are for who
/// wants to look at the pages, and take their time: <c>SCREENSHOTS=true</c> takes those that nothing else asks for.
/// </summary>
static class Screenshots
{
    static readonly (int Width, int Height)[] Sizes = [(390, 844), (768, 1024), (1440, 900)];

    static readonly ColorScheme[] Schemes = [ColorScheme.Light, ColorScheme.Dark];

    static bool AreWanted { get; } = Environment.GetEnvironmentVariable("SCREENSHOTS") == "true";

    /// <summary>Sees that a page fits every window, and takes its pictures where they are wanted.</summary>
    /// <param name="fullPage">False where the page is too long for a picture.</param>
    public static async Task CheckFitAsync(IPage page, string name, bool fullPage = true)
    {
        foreach (var (width, height) in Sizes)
        {
            await page.SetViewportSizeAsync(width, height);
            foreach (var scheme in AreWanted ? Schemes : [])
            {
                await page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
                var file = $"{name}-{scheme.ToString().ToLowerInvariant()}-{width}.png";
                await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, file), FullPage = fullPage });
            }

            Assert.That(await IsWiderThanItsWindowAsync(page), Is.False, $"{name} scrolls sideways at {width} px.");
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
            Directory.CreateDirectory(Folder);
            File.Copy(path, PathOf(Path.GetFileName(path)), overwrite: true);
        }
    }

    public static string PathOf(string file) => Path.Combine(Folder, file);

    static string Folder { get; } = Path.Combine(ProjectFolders.Tests, "Screenshots");

    static Task<bool> IsWiderThanItsWindowAsync(IPage page) =>
        page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > innerWidth");
}
