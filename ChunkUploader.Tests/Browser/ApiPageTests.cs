using ChunkUploader.Tests.Support;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

/// <summary>The page on which people read the description of the API and try its calls, also below a path. What breaks the
/// page's policy is a complaint that fails the test.</summary>
[TestFixture(ProxyKind.None)]
[TestFixture(ProxyKind.Nginx)]
[Platform("Linux")]
public sealed class ApiPageTests(ProxyKind proxy) : BrowserTests
{
    protected override ProxyKind Proxy => proxy;

    protected override bool SharesServer => true;

    [Test]
    public async Task A_call_can_be_read_and_tried_and_no_other_host_is_asked()
    {
        var asked = new List<string>();
        Page.Request += (_, request) => asked.Add(request.Url);
        await Page.GotoAsync($"{Server.BaseAddress}scalar");
        await Page.GetByRole(AriaRole.Link, new() { Name = "What the server takes" }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Test Request (get /uploads/limits)" }).ClickAsync();
        var answer = await Page.RunAndWaitForResponseAsync(
            () => Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).First.ClickAsync(),
            response => response.Url == $"{Server.BaseAddress}uploads/limits");
        Assert.That(answer.Status, Is.EqualTo(200));
        await Expect(Page.GetByText("200 OK").First).ToBeVisibleAsync();

        var others = asked.Where(url => !url.StartsWith("data:", StringComparison.Ordinal));
        Assert.That(others, Has.All.StartsWith(Server.BaseAddress.ToString()));
    }
}
