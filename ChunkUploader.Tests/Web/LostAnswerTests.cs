using System.Security.Cryptography;
using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>A file that is sent along with an id for its session can be sent again until an answer arrives.</summary>
[TestFixture]
public class LostAnswerTests : ServedTests
{
    [Test]
    public async Task A_file_that_comes_again_under_its_id_is_stored_once()
    {
        var (file, id) = (TestFile.Random(5000).Named("once.txt"), NewId());

        var first = await SendAsync(Client, file, id);
        var second = await SendAsync(Client, file, id);
        var asked = await Client.GetAsync($"uploads/{id}");

        Assert.That((first.Status, first.Id), Is.EqualTo((200, id)), first.ToString());
        Assert.That((second.Status, second.State), Is.EqualTo((200, "completed")), second.ToString());
        Assert.That(FileOf(second), Is.EqualTo(FileOf(first)));
        Assert.That(FileOf(asked), Is.EqualTo(FileOf(first)));
        Assert.That(Stored(file.Name), Has.Length.EqualTo(1));
        Assert.That(App.Data.Blobs, Has.Length.EqualTo(App.Data.Query("SELECT Id FROM Blobs").Length));
    }

    [Test]
    public async Task Of_several_at_once_one_is_stored_and_all_are_told_of_it()
    {
        var (file, id) = (TestFile.Random(5000).Named("raced.txt"), NewId());

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync(Client, file, id)));

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(200));
        Assert.That(answers.Select(FileOf).Distinct().Count(), Is.EqualTo(1));
        Assert.That(Stored(file.Name), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Another_file_under_a_used_id_is_refused_and_nothing_of_it_is_kept()
    {
        var (file, id) = (TestFile.Random(5000).Named("first.txt"), NewId());
        await SendAsync(Client, file, id);
        foreach (var length in new[] { 5000, 6000 })
        {
            Assert.That(
                await SendAsync(Client, TestFile.Random(length).Named("first.txt"), id), Refused.With(409, "session-conflict"));
        }

        Assert.That(FileOf(await SendAsync(Client, file, id)), Is.EqualTo(FileOf(await Client.GetAsync($"uploads/{id}"))));
        Assert.That(Stored(file.Name), Has.Length.EqualTo(1));
        Assert.That(App.Data.Blobs, Has.Length.EqualTo(App.Data.Query("SELECT Id FROM Blobs").Length));
    }

    [Test]
    public async Task Files_without_an_id_are_files_of_their_own()
    {
        var file = TestFile.Random(5000).Named("twice.txt");

        var first = await SendAsync(Client, file);
        var second = await SendAsync(Client, file);

        Assert.That(FileOf(second), Is.Not.EqualTo(FileOf(first)));
        Assert.That(Stored(file.Name), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task An_id_of_somebody_else_gives_nothing_away()
    {
        var (file, id) = (TestFile.Random(5000).Named("whose.txt"), NewId());
        using var other = new UploadClient(App.Address);
        await SendAsync(Client, file, id);

        var answer = await SendAsync(other, file, id);

        Assert.That(answer, Refused.With(404, "upload-not-found"));
        Assert.That(Stored(file.Name), Has.Length.EqualTo(1));
    }

    [TestCase("not hex")]
    [TestCase("0123")]
    [TestCase("ABCDEFABCDEFABCDEFABCDEFABCDEFAB")]
    public async Task Other_ids_are_refused(string id) =>
        Assert.That(await SendAsync(Client, TestFile.Random(10), id), Refused.With(400, "invalid-request"));

    [Test]
    public async Task Only_a_file_that_is_sent_along_gives_an_id() =>
        Assert.That(
            await Client.PostAsync("uploads", [("fileName", "begun.bin"), ("size", 10), ("id", NewId())]),
            Refused.With(400, "invalid-request"));

    [Test]
    public async Task Tells_that_the_content_was_there([Values] bool wasThere)
    {
        var file = TestFile.Random(5000);
        if (wasThere)
        {
            await SendAsync(Client, file.Named("first.txt"));
        }

        var answer = await SendAsync(Client, file.Named("second.txt"));

        Assert.That(answer["candidate"].ToString(), Is.EqualTo(wasThere ? "True" : ""));
    }

    static Task<ApiAnswer> SendAsync(UploadClient client, TestFile file, string? id = null) =>
        client.PostAsync(
            "uploads",
            [.. id is null ? Array.Empty<(string, object?)>() : [("id", id)], ("fileName", file.Name), ("size", file.Size)],
            file.Bytes);

    static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    static string? FileOf(ApiAnswer answer) => answer["file"].GetProperty("id").GetString();

    string[] Stored(string name) => App.Data.Query($"SELECT Name FROM StoredFiles WHERE Name = '{name}'");
}
