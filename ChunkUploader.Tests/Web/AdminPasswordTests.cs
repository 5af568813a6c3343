using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

[TestFixture]
public class AdminPasswordTests
{
    [Test]
    public async Task It_is_printed_at_the_first_start_only_and_again_when_it_is_reset()
    {
        using var folder = new TempFolder();
        await using var first = await ServerProcess.StartAsync(folder.Path);
        await first.KillAsync();
        await using var second = await ServerProcess.StartAsync(folder.Path);
        await second.KillAsync();
        await using var reset = await ServerProcess.StartAsync(
            folder.Path, settings: ["--Admin:ResetPassword", "true"]);
        await reset.KillAsync();

        Assert.That(first.AdminPassword, Does.Match("^[a-z2-9]{24}$"), first.Output);
        Assert.That(second.AdminPassword, Is.Null, second.Output);
        Assert.That(
            reset.AdminPassword, Does.Match("^[a-z2-9]{24}$").And.Not.EqualTo(first.AdminPassword), reset.Output);
        foreach (var path in Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(path);
            Assert.That(
                bytes.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(reset.AdminPassword!)),
                Is.EqualTo(-1),
                "only its hash is kept");
        }
    }
}
