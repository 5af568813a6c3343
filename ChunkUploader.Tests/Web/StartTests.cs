using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>A start that cannot succeed ends with a sentence for the operator and the exit code 1.</summary>
[TestFixture]
public class StartTests
{
    [Test]
    public async Task Blobs_without_their_database_come_back_when_the_operator_says_so()
    {
        using var folder = new TempFolder();
        var file = TestFile.Random(100_000);
        await using (var first = await ServerProcess.StartAsync(folder.Path))
        {
            using var client = new UploadClient(first.BaseAddress);
            await client.UploadAsync(file);
            await first.StopAsync();
        }

        File.Delete(folder.Combine("uploader.db"));
        await AssertRefusedAsync(folder.Path, "holds 1 stored files");
        Assert.That(File.Exists(folder.Combine("uploader.db")), Is.False);

        await using var adopting = await ServerProcess.StartAsync(folder.Path, settings: ["--recover", "adopt"]);
        Assert.That(adopting.Output, Does.Contain("1 stored files came back."));
        Assert.That(new DataFolder(folder.Path).Query("SELECT Name FROM StoredFiles"), Is.EqualTo([file.ContentHash]));
    }

    [Test]
    public async Task A_damaged_database_is_said()
    {
        using var folder = new TempFolder();
        var noise = TestFile.Random(100_000).Bytes;
        await File.WriteAllBytesAsync(folder.Combine("uploader.db"), noise);
        await AssertRefusedAsync(folder.Path, $"The database '{folder.Combine("uploader.db")}' is damaged");
        Assert.That(await File.ReadAllBytesAsync(folder.Combine("uploader.db")), Is.EqualTo(noise));
    }

    [Test]
    public async Task A_data_folder_that_is_a_file_is_said()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.Combine("data"), "mine");
        await AssertRefusedAsync(folder.Combine("data"), $"The data folder '{folder.Combine("data")}' cannot be used: it is a file");
    }

    [TestCase("guest.key", "is damaged")]
    [TestCase("key-00000000-0000-0000-0000-000000000000.xml", "holds damaged keys")]
    public async Task A_damaged_key_is_said(string name, string said)
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.Combine("keys"));
        await File.WriteAllTextAsync(folder.Combine("keys", name), "");
        await AssertRefusedAsync(folder.Path, said);
    }

    [TestCase("uploader.db")]
    [TestCase("uploader.lock")]
    [TestCase("uploader.boot")]
    [TestCase("keys/guest.key")]
    [TestCase("blobs")]
    public async Task What_may_not_be_opened_is_named(string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("Permissions are Linux's here.");
            return;
        }

        using var folder = new TempFolder();
        await using (var first = await ServerProcess.StartAsync(folder.Path))
        {
            await first.StopAsync();
        }

        File.SetUnixFileMode(folder.Combine(name), UnixFileMode.None);
        await AssertRefusedAsync(folder.Path, $"cannot be used: Access to the path '{folder.Combine(name)}");
        File.SetUnixFileMode(folder.Combine(name), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    [TestCase("http://127.0.0.1:99999")]
    [TestCase("http://192.0.2.1:5979")]
    [TestCase("https://127.0.0.1:0")]
    [TestCase("ftp://localhost:5931")]
    [TestCase("http://unix:/nonexistent/folder/socket")]
    [TestCase("banana")]
    public async Task An_address_that_cannot_be_listened_on_is_said(string url)
    {
        using var folder = new TempFolder();
        var (exitCode, output) = await ServerProcess.RunAsync("--urls", url, "--Storage:Root", folder.Path);
        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain("The server cannot start: ").And.Not.Contain("Unhandled"));
    }

    [TestCase("http://localhost:5931/app")]
    [TestCase("http://*:5931;http://127.0.0.1:5932/share/")]
    public async Task An_address_with_a_path_is_refused_before_anything_is_made(string urls)
    {
        using var folder = new TempFolder();
        var root = folder.Combine("data");
        var (exitCode, output) = await ServerProcess.RunAsync("--urls", urls, "--Storage:Root", root);
        Assert.That((exitCode, Directory.Exists(root)), Is.EqualTo(((int?)1, false)), output);
        Assert.That(output, Does.Contain("set PublicUrl").And.Not.Contain("   at "));
    }

    static async Task AssertRefusedAsync(string root, string said)
    {
        var start = ServerProcess.Application(
            "--urls", "http://127.0.0.1:0", "--Storage:Root", root, "--Storage:FreeSpaceReserve", "0");
        if (Environment.IsPrivilegedProcess)
        {
            // Root may open everything, but for what it has to give up.
            start.ArgumentList.Insert(0, start.FileName);
            start.ArgumentList.Insert(0, "--bounding-set=-dac_override,-dac_read_search");
            start.FileName = "setpriv";
        }

        var (exitCode, output) = await ServerProcess.RunAsync(start);
        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain(said));
        Assert.That(output, Does.Not.Contain("   at ").And.Not.Contain("Unhandled"), "a sentence, not a stack");
    }
}
