using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Clients;

/// <summary>What single clients look for in their answers, so that they go on, and show success.</summary>
[TestFixture]
public sealed class OwnAnswerTests : DialectTests
{
    [Test]
    public async Task Bootstrap_fileinput_hears_its_chunk_index_and_what_is_in()
    {
        const string Client = "bootstrap-fileinput";
        var file = TestFile.Random(35_000, "ein Ünï.bin");
        Assert.That((await AskByFormAsync(file))["chunksUploaded"].ToString(), Is.EqualTo("[]"));
        foreach (var index in new[] { 2, 0 })
        {
            var answer = await SendAsync(Client, file, [index]);
            Assert.That(answer["chunkIndex"].ToString(), Is.EqualTo($"{index}"));
        }

        var asked = await AskByFormAsync(file);
        Assert.That((asked.Status, asked["chunksUploaded"].ToString()), Is.EqualTo((200, "[0,2]")), asked.ToString());
        var last = await SendAsync(Client, file, [1, 3]);
        Assert.That(last["chunkIndex"].ToString(), Is.EqualTo("3"));
        await IsStoredAsync(last, file);
        Assert.That((await SendAsync(Client, file, [3]))["chunkIndex"].ToString(), Is.EqualTo("3"), "again");
    }

    [Test]
    public async Task Kendo_hears_its_uid_and_when_to_stop()
    {
        var file = TestFile.Random(25_000);
        foreach (var index in new[] { 0, 1, 2, 2 })
        {
            var answer = await SendAsync("Kendo", file, [index]);
            Assert.That(answer["fileUid"].GetString(), Is.EqualTo($"uid of {file.Name}"));
            Assert.That(answer["uploaded"].GetBoolean(), Is.EqualTo(index == 2));
        }
    }

    [Test]
    public async Task Others_hear_nothing_of_that()
    {
        var answer = await SendAsync("flow.js", TestFile.Random(25_000), [0]);
        Assert.That(answer.ToString(), Does.Not.Contain("received\":").And.Not.Contain("chunkIndex"));
    }

    /// <summary>As the client does before it sends, the name that it has forgotten included.</summary>
    Task<ApiAnswer> AskByFormAsync(TestFile file) => Client.PostAsync(
        "upload",
        [
            ("fileId", $"{file.Size}_bin"), ("fileName", "undefined"), ("fileSize", file.Size),
            ("fileRelativePath", file.Name), ("chunkSize", ChunkSize), ("chunkCount", 4),
        ]);
}
