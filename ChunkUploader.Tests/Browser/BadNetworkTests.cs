using ChunkUploader.Tests.Support;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

[TestFixture]
public sealed class BadNetworkTests : BrowserTests
{
    const int MiB = 1024 * 1024;

    /// <summary>Larger than chunks can become.</summary>
    protected override (string, string)[] Settings => [("Uploads:ChunkSize", $"{MiB}")];

    [Test]
    public async Task Says_that_it_is_offline_and_goes_on_by_itself()
    {
        var file = MakeFile("film.bin", 8 * MiB);
        var posts = await ChunkPosts.WatchAsync(Page, passing: 3);
        await PickAsync(file);
        await posts.HeldAsync();
        await Expect(Uploads.Offline).ToBeHiddenAsync();
        await Page.Context.SetOfflineAsync(true);
        posts.Release();
        await Expect(Uploads.Offline).ToBeVisibleAsync();
        await BecomesAsync(Row, "reconnecting");
        await Screenshots.CheckFitAsync(Page, "offline");
        await Page.Context.SetOfflineAsync(false);
        await Expect(Uploads.Offline).ToBeHiddenAsync();
        await IsStoredAsync(Row, file);
    }

    [TestCase(9 * MiB)]
    [TestCase(3 * MiB)]
    public async Task Sends_smaller_chunks_where_a_proxy_refuses_large_ones(int size)
    {
        LeaveOutIfProxied();
        var address = Server.DirectAddress;
        using var nginx = await Nginx.StartAsync(
            $"location / {{ proxy_pass {address}; proxy_set_header Host $http_host; client_max_body_size 300k; }}",
            isPort: true);
        await Page.GotoAsync(nginx.Address!.ToString());
        var file = MakeFile("film.bin", size);
        await PickAsync(file);
        await IsStoredAsync(Row, file);

        // After a reload it is known.
        var refused = 0;
        Page.Response += (_, response) => refused += response.Status == 413 ? 1 : 0;
        await Page.ReloadAsync();
        var next = MakeFile("next.bin", size);
        await PickAsync(next);
        await IsStoredAsync(Row, next);
        Assert.That(refused, Is.Zero);
    }

    [Test]
    public async Task Says_that_a_file_changed_while_it_was_on_its_way()
    {
        var file = MakeFile("film.bin", 8 * MiB);
        var posts = await ChunkPosts.WatchAsync(Page, passing: 3);
        await PickAsync(file);
        await posts.HeldAsync();
        await File.WriteAllTextAsync(file, "something else");
        posts.Release();
        await BecomesAsync(Row, "failed");
        await Expect(Rows).ToContainTextAsync("changed");
        Assert.That(Directory.GetFiles(Path.Combine(DataFolder, "blobs"), "*", SearchOption.AllDirectories), Is.Empty);
    }
}
