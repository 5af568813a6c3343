using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

[TestFixture("Owner", true)]
[TestFixture("Off", false)]
public class InstantScopeTests(string scope, bool ownIsOffered) : ServedTests
{
    protected override (string Key, string Value)[] Settings => [("InstantUpload:Scope", scope)];

    [Test]
    public async Task Files_outside_the_scope_do_not_show([Values] bool isOwn)
    {
        var file = TestFile.Random(5000);
        await Client.UploadAsync(file);
        using var other = new UploadClient(App.Address, isOwn ? Client.Owner : null);

        var candidate = await other.BeginAsync("candidate.bin", file.Size, ("firstBlock", file.FirstBlock));
        var offer = await other.BeginHashedAsync(file.Named("again.bin"));

        var isOffered = isOwn && ownIsOffered;
        Assert.That(candidate["candidate"].GetBoolean(), Is.EqualTo(isOffered));
        Assert.That(offer.State, Is.EqualTo(isOffered ? "proof" : "receiving"));
        Assert.That(offer.Status, Is.EqualTo(isOffered ? 200 : 201));
        var completed = await other.FinishAsync(offer, file);
        Assert.That((completed.Status, completed.State), Is.EqualTo((200, "completed")));
    }
}
