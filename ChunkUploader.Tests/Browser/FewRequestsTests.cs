using ChunkUploader.Tests.Support;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ChunkUploader.Tests.Browser;

/// <summary>What is sent, and what is not.</summary>
[TestFixture]
public sealed class FewRequestsTests : BrowserTests
{
    const int Chunk = 1024 * 1024;

    /// <summary>Of eight chunks, and of two blocks: one alone does not tell that it is the same file.</summary>
    const int Size = 15 * Chunk / 2;

    protected override (string, string)[] Settings => [("Uploads:ChunkSize", $"{Chunk}")];

    [Test]
    public async Task A_small_file_takes_one_request()
    {
        List<string> requests = [];
        Page.Request += (_, request) =>
        {
            if (request.Method != "GET")
            {
                requests.Add($"{request.Method} {Server.BaseAddress.MakeRelativeUri(new Uri(request.Url))}");
            }
        };
        var file = MakeFile("note.txt", 100_000);
        await PickAsync(file);
        await IsStoredAsync(Row, file);
        Assert.That(requests, Is.EqualTo(["POST uploads"]));
    }

    [Test]
    public async Task A_file_that_may_be_there_is_hashed_first_and_its_row_says_so()
    {
        var file = MakeFile("film.bin", Size);
        var other = await File.ReadAllBytesAsync(file);
        other[^1] ^= 1;
        await StoreAsync(other);

        var chunks = await ChunkPosts.WatchAsync(Page);
        var digests = await ChunkPosts.WatchAsync(Page, passing: 0, path: "/digests");
        await PickAsync(file);
        await digests.HeldAsync();
        await BecomesAsync(Row, "hashing");
        Assert.That(chunks.Accepted, Is.Zero);
        digests.Release();
        await IsStoredAsync(Row, file);
        Assert.That(chunks.Accepted, Is.EqualTo(8));
    }

    [Test]
    public async Task A_file_that_another_brings_up_meanwhile_is_there_before_its_last_chunks_are_sent()
    {
        var file = MakeFile("film.bin", Size);
        var chunks = await ChunkPosts.WatchAsync(Page, passing: 3);
        var digests = await ChunkPosts.WatchAsync(Page, passing: 0, path: "/digests");
        await PickAsync(file);
        await Task.WhenAll(chunks.HeldAsync(), digests.HeldAsync());
        await StoreAsync(await File.ReadAllBytesAsync(file));
        digests.Release();
        await IsStoredAsync(Row, file);
        await Expect(Row.Instant).ToBeVisibleAsync();
        Assert.That(chunks.Accepted, Is.EqualTo(3));
        chunks.Release();
    }

    /// <summary>As somebody else.</summary>
    async Task StoreAsync(byte[] content)
    {
        using var client = Server.NewUploadClient();
        Assert.That((await client.UploadAsync(new TestFile("other.bin", content))).State, Is.EqualTo("completed"));
    }
}
