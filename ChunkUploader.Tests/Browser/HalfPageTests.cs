using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

/// <summary>A page of which only the first half has come, as over a slow network.</summary>
[TestFixture]
public sealed class HalfPageTests : BrowserTests
{
    const string Link = """<link rel="expect" href="#page-end" blocking="render">""";
    const string Painted = "() => performance.getEntriesByType('paint').length > 0";

    [Test]
    public async Task Nothing_is_drawn_until_the_other_half_is_there()
    {
        using var client = Server.NewHttpClient();
        var html = await client.GetStringAsync(Server.BaseAddress);
        Assert.That(html, Does.Contain(Link));
        var rest = new TaskCompletionSource();
        await using var slow = await ServeHalvesAsync(
            new() { ["/page"] = html, ["/without"] = html.Replace(Link, "", StringComparison.Ordinal) }, rest.Task);
        var without = await Page.Context.NewPageAsync();
        await OpenHalfAsync(Page, "page");
        await OpenHalfAsync(without, "without");
        await without.WaitForFunctionAsync(Painted, options: new() { PollingInterval = 50 }); // a frame may not come
        var isPainted = await Page.EvaluateAsync<bool>(Painted);
        rest.SetResult();
        await Page.WaitForFunctionAsync(Painted);
        Assert.That(isPainted, Is.False);

        async Task OpenHalfAsync(IPage page, string path)
        {
            await page.GotoAsync($"{slow.Urls.Single()}/{path}", new() { WaitUntil = WaitUntilState.Commit });
            await Expect(page.Locator("main")).ToHaveCountAsync(1);
        }
    }

    static async Task<WebApplication> ServeHalvesAsync(Dictionary<string, string> pages, Task rest)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async context =>
        {
            if (!pages.TryGetValue(context.Request.Path, out var html))
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            var half = html.IndexOf("</h1>", StringComparison.Ordinal);
            context.Response.ContentType = "text/html; charset=utf-8";
            await context.Response.WriteAsync(html[..half]);
            await context.Response.Body.FlushAsync();
            await rest.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync(html[half..]);
        });
        await app.StartAsync();
        return app;
    }
}
