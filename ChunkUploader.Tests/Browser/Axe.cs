using ChunkUploader.Tests.Support;
using Microsoft.Playwright;
using NUnit.Framework;

namespace ChunkUploader.Tests.Browser;

/// <summary>Looks for barriers with axe-core, all of its rules, best practices too.</summary>
static class Axe
{
    // Evaluated by the browser's debugger: pages allow no script but their own.
    static readonly string Source = File.ReadAllText(
        Path.Combine(ProjectFolders.Client, "node_modules", "axe-core", "axe.min.js"));

    public static async Task CheckAsync(IPage page, string what)
    {
        await page.EvaluateAsync($"() => {{ {Source} }}");
        // axe cannot tell the contrast on a gradient: the contrast on both of its ends is as good or worse. It is all that
        // the second one can change.
        foreach (var (background, only) in new[] { ("var(--page)", Array.Empty<string>()), ("var(--page-glow)", ["color-contrast"]) })
        {
            var found = await page.EvaluateAsync<string[]>(
                """
                async ([background, only]) => {
                  document.body.style.background = background;
                  const { violations, incomplete } = await axe.run(document, only.length > 0 ? { runOnly: { type: 'rule', values: only } } : {});
                  document.body.style.background = '';
                  // What lies under an open popover or dialog is looked at while it is closed.
                  const isCovered = node => node.any.some(check => check.data?.messageKey === 'bgOverlap')
                    && document.querySelector(':popover-open, :modal') !== null;
                  const unclear = incomplete.filter(rule => rule.id === 'color-contrast')
                    .map(rule => ({ ...rule, nodes: rule.nodes.filter(node => !isCovered(node)) }));
                  return [...violations, ...unclear].flatMap(rule =>
                    rule.nodes.map(node => `${rule.id}: ${node.html}\n${node.failureSummary}`));
                }
                """,
                new object[] { background, only });
            Assert.That(found, Is.Empty, $"{what}, on {background}");
        }
    }
}
