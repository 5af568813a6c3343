using System.Text;
using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>Names are for people: what is dangerous in them is taken out, and they are never paths here.</summary>
[TestFixture]
public class UploadedNameTests : ServedTests
{
    [TestCase("../../etc/passwd", "passwd")]
    [TestCase("..\\..\\windows\\system.ini", "system.ini")]
    [TestCase("/etc/cron.d/evil", "evil")]
    [TestCase("bell\u0007 and\u001b[31m red.txt", "bell and[31m red.txt")]
    [TestCase("two\r\nlines: x\r\n.txt", "twolines: x.txt")]
    [TestCase("invoice\u202Efdp.exe", "invoicefdp.exe")]
    [TestCase("\u200Fmark\u2066.txt", "mark.txt")]
    [TestCase("quote\"d;name='x'.txt", "quote\"d;name='x'.txt")]
    [TestCase("<script>alert(1)</script>", "script>")]
    [TestCase("..", "file")]
    [TestCase("....", "file")]
    [TestCase("", "file")]
    [TestCase("   ", "file")]
    [TestCase("../..", "file")]
    [TestCase("dot at the end.", "dot at the end")]
    [TestCase("日本語 😀.txt", "日本語 😀.txt")]
    public async Task A_name_is_made_safe(string sent, string kept)
    {
        var before = FilesAround();

        var answer = await Client.PostUrlEncodedAsync(
            "uploads", ("fileName", sent), ("size", 3), ("relativePath", $"../../{sent}"));
        var completed = await Client.FinishAsync(answer, TestFile.Random(3));

        var stored = completed["file"];
        Assert.That(answer["fileName"].GetString(), Is.EqualTo(kept));
        Assert.That(stored.GetProperty("name").GetString(), Is.EqualTo(kept));
        Assert.That(answer["relativePath"].GetString() ?? "", Does.Not.Match(@"\.\.|\p{Cc}|\p{Cf}"));
        var download = await Client.GetAsync(stored.GetProperty("downloadUrl").GetString()!);
        Assert.That(download.Status, Is.EqualTo(200));
        Assert.That(FilesAround(), Is.EqualTo(before), "nothing is created outside the data folder");
        Assert.That(
            App.Data.Blobs.Concat(App.Data.Parts),
            Has.All.Match("^[0-9a-f]{32}$"),
            "no file is called by what was sent");
    }

    [Test]
    public async Task A_NUL_is_taken_out_or_refused()
    {
        var form = new MultipartFormDataContent
        {
            { new StringContent("nul\0byte.txt"), "fileName" }, { new StringContent("3"), "size" },
        };
        var answer = await Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "uploads") { Content = form });
        Assert.That(answer["fileName"].GetString(), Is.EqualTo("nulbyte.txt"));
        Assert.That(
            await Client.PostUrlEncodedAsync("uploads", ("fileName", "nul\0byte.txt"), ("size", 3)),
            Refused.With(400, "invalid-request"));
    }

    [Test]
    public async Task A_long_name_is_cut_and_keeps_its_extension([Values("a", "é", "😀")] string letter)
    {
        var name = string.Concat(Enumerable.Repeat(letter, 10_000)) + ".tar";

        var answer = await Client.BeginAsync(name, 3);

        var kept = answer["fileName"].GetString()!;
        Assert.That(kept, Has.Length.InRange(254, 255).And.EndsWith($"{letter}.tar"));
        Assert.That(new UTF8Encoding(false, true).GetByteCount(kept), Is.Positive, "no character is cut in half");
        Assert.That(
            (await Client.FinishAsync(answer, TestFile.Random(3)))["file"].GetProperty("name").GetString(),
            Is.EqualTo(kept));
    }

    [Test]
    public async Task A_name_longer_than_any_field_is_refused()
    {
        var answer = await Client.BeginAsync(new string('a', 1_000_000), 3);

        Assert.That(answer, Refused.With(400, "invalid-request"));
    }

    string[] FilesAround() => [.. Directory.GetFileSystemEntries(Path.GetDirectoryName(App.Data.Root)!)];
}
