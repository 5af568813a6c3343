using Microsoft.Playwright;

namespace ChunkUploader.Tests.Browser.Pages;

/// <summary>Finds what visitors find: by what it is and by all of its name, never by a part of it.</summary>
static class ByName
{
    public static ILocator Named(this IPage page, AriaRole role, string name) =>
        page.GetByRole(role, new() { Name = name, Exact = true });

    public static ILocator Named(this ILocator root, AriaRole role, string name) =>
        root.GetByRole(role, new() { Name = name, Exact = true });

    public static ILocator Labelled(this IPage page, string label) => page.GetByLabel(label, new() { Exact = true });

    /// <summary>Where exactly this is to be read.</summary>
    public static ILocator Reading(this IPage page, string text) => page.GetByText(text, new() { Exact = true });

    public static ILocator Reading(this ILocator root, string text) => root.GetByText(text, new() { Exact = true });
}
