using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

[TestFixture]
public class InstantUploadApiTests : ServedTests
{
    /// <summary>In bytes; of smaller files nothing is told to others.</summary>
    const int Size = 5_000_000;

    [TestCase(1, true)]
    [TestCase(70_000, true)]
    [TestCase(9_000_000, false)]
    public async Task The_right_answer_gives_the_file_without_a_byte(int size, bool isOwn)
    {
        var (file, original) = await StoreAsync(size);
        using var other = new UploadClient(App.Address, isOwn ? Client.Owner : null);

        var offer = await other.BeginHashedAsync(file.Named("mine.bin"));
        var proven = await other.ProveAsync(offer.Id, file.Answer(offer["challenge"]));

        Assert.That((offer.Status, offer.State), Is.EqualTo((200, "proof")), offer.ToString());
        Assert.That(offer["challenge"].EnumerateObject().Select(f => f.Name), Is.EqualTo(["nonce", "ranges"]));
        Assert.That(offer["challenge"].GetProperty("nonce").GetString(), Does.Match("^[0-9a-f]{64}$"));
        Assert.That(offer["challenge"].GetProperty("ranges").GetArrayLength(), Is.InRange(1, 16));
        Assert.That(
            offer["challenge"].GetProperty("ranges").EnumerateArray().Select(range => range[1].GetInt32()),
            Has.All.InRange(1, 4096));
        Assert.That((proven.Status, proven.State), Is.EqualTo((200, "completed")), proven.ToString());
        var stored = proven["file"];
        Assert.That(stored.GetProperty("name").GetString(), Is.EqualTo("mine.bin"));
        Assert.That(stored.GetProperty("instant").GetBoolean());
        Assert.That(stored.GetProperty("id").GetString(), Is.Not.EqualTo(original));
        Assert.That((await other.CompleteAsync(offer.Id))["file"].GetRawText(), Is.EqualTo(stored.GetRawText()));
        var download = await other.GetAsync(stored.GetProperty("downloadUrl").GetString()!);
        Assert.That(download.Body.AsSpan().SequenceEqual(file.Bytes));
    }

    [Test]
    public async Task A_wrong_answer_gives_nothing_and_the_upload_goes_on()
    {
        var (file, _) = await StoreAsync(Size);
        using var other = new UploadClient(App.Address);
        var offer = await other.BeginHashedAsync(file);

        var wrong = await other.ProveAsync(offer.Id, new string('0', 64));
        var second = await other.ProveAsync(offer.Id, file.Answer(offer["challenge"]));
        var uploaded = await other.FinishAsync(second, file);

        Assert.That((wrong.Status, wrong.State), Is.EqualTo((200, "receiving")));
        Assert.That(wrong["file"].ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
        Assert.That(wrong["challenge"].ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
        Assert.That((second.Status, second.State), Is.EqualTo((200, "receiving")), "there is one answer only");
        Assert.That((uploaded.Status, uploaded.State), Is.EqualTo((200, "completed")));
        Assert.That(uploaded["file"].GetProperty("instant").GetBoolean(), Is.False);
    }

    [Test]
    public async Task Asking_again_brings_the_same_offer_and_not_easier_ranges()
    {
        var (file, _) = await StoreAsync(Size);
        using var other = new UploadClient(App.Address);
        var first = await other.BeginHashedAsync(file);
        var second = await other.BeginHashedAsync(file);
        var third = await other.PostAsync(
            $"uploads/{first.Id}/digests", [("md5", file.Md5), ("contentHash", file.ContentHash)]);
        Assert.That(second["challenge"].GetRawText(), Is.EqualTo(first["challenge"].GetRawText()));
        Assert.That(third["challenge"].GetRawText(), Is.EqualTo(first["challenge"].GetRawText()));

        using var someone = new UploadClient(App.Address);
        var another = await someone.BeginHashedAsync(file);
        Assert.That(
            another["challenge"].GetProperty("ranges").GetRawText(),
            Is.EqualTo(first["challenge"].GetProperty("ranges").GetRawText()));
        Assert.That((await other.ProveAsync(first.Id, file.Answer(another["challenge"]))).State,
            Is.EqualTo("receiving"));
        Assert.That(
            (await someone.ProveAsync(another.Id, file.Answer(another["challenge"]))).State, Is.EqualTo("completed"));
    }

    [TestCase("md5", 32)]
    [TestCase("contentHash", 64)]
    [TestCase("size", 0)]
    public async Task Nothing_is_offered_unless_all_digests_and_the_size_are_right(string field, int digits)
    {
        var (file, _) = await StoreAsync(Size);
        using var other = new UploadClient(App.Address);
        object wrong = digits == 0 ? file.Size + 1 : new string('f', digits);
        (string, object?)[] fields =
        [
            ("fileName", file.Name),
            ("size", file.Size),
            ("md5", file.Md5),
            ("contentHash", file.ContentHash),
            (field, wrong),
        ];

        Assert.That((await other.PostAsync("uploads", fields)).State, Is.EqualTo("receiving"));
    }

    [Test]
    public async Task The_md5_alone_gives_nothing_away()
    {
        var (file, _) = await StoreAsync(Size);
        using var other = new UploadClient(App.Address);

        Assert.That(
            (await other.BeginAsync("md5 only.bin", file.Size, ("md5", file.Md5))).State, Is.EqualTo("receiving"));
    }

    [Test]
    public async Task Digests_told_later_bring_the_offer_and_chunks_are_taken_meanwhile()
    {
        var (file, _) = await StoreAsync(Size);
        using var other = new UploadClient(App.Address);
        var begun = await other.BeginAsync("told later.bin", file.Size, ("chunkSize", 256 * 1024));

        var offer = await other.PostAsync(
            $"uploads/{begun.Id}/digests", [("md5", file.Md5), ("contentHash", file.ContentHash)]);
        var chunk = await other.PostChunkAsync(begun.Id, 0, file.Chunk(0, 256 * 1024));
        var session = await other.GetSessionAsync(begun.Id);
        var proven = await other.ProveAsync(begun.Id, file.Answer(session["challenge"]));

        Assert.That((offer.Status, offer.State), Is.EqualTo((200, "proof")));
        Assert.That(chunk.Status, Is.EqualTo(200));
        Assert.That((session.State, session["receivedCount"].GetInt32()), Is.EqualTo(("proof", 1)));
        Assert.That(proven.State, Is.EqualTo("completed"));
        Assert.That(App.Data.Parts, Is.Empty);
        var late = await other.PostChunkAsync(begun.Id, 1, file.Chunk(1, 256 * 1024));
        Assert.That(late.Status, Is.EqualTo(200), late.ToString());
        Assert.That(App.Data.Parts, Is.Empty, "a chunk that comes late is compared with the published bytes");
    }

    [Test]
    public async Task Digests_of_which_one_is_missing_are_refused()
    {
        var begun = await Client.BeginAsync("half told.bin", 10);

        Assert.That(
            await Client.PostAsync($"uploads/{begun.Id}/digests", [("md5", new string('0', 32))]),
            Refused.With(400, "invalid-request"));
    }

    [Test]
    public async Task Other_bytes_under_announced_digests_are_not_published()
    {
        var (file, _) = await StoreAsync(Size);
        using var other = new UploadClient(App.Address);
        var offer = await other.BeginHashedAsync(file);

        var answer = await other.FinishAsync(offer, TestFile.Random(Size));

        Assert.That(answer, Refused.With(422, "digest-mismatch"));
    }

    [Test]
    public async Task A_first_block_tells_whether_hashing_is_worth_it()
    {
        var (file, _) = await StoreAsync(Size);
        using var other = new UploadClient(App.Address);

        var known = await other.BeginAsync("known.bin", file.Size, ("firstBlock", file.FirstBlock));
        var unknown = await other.BeginAsync("unknown.bin", file.Size, ("firstBlock", new string('0', 64)));
        var otherSize = await other.BeginAsync("other size.bin", file.Size + 1, ("firstBlock", file.FirstBlock));
        var silent = await other.BeginAsync("silent.bin", file.Size);
        var hashed = await other.BeginHashedAsync(file.Named("hashed.bin"));

        Assert.That(known["candidate"].GetRawText(), Is.EqualTo("true"));
        Assert.That(known.State, Is.EqualTo("receiving"));
        Assert.That(unknown["candidate"].GetRawText(), Is.EqualTo("false"));
        Assert.That(otherSize["candidate"].GetRawText(), Is.EqualTo("false"));
        Assert.That(silent["candidate"].GetRawText(), Is.EqualTo("null"));
        Assert.That(hashed["candidate"].GetRawText(), Is.EqualTo("null"));
    }

    async Task<(TestFile File, string Id)> StoreAsync(int size)
    {
        var file = TestFile.Random(size);
        var completed = await Client.UploadAsync(file);
        return (file, completed["file"].GetProperty("id").GetString()!);
    }
}
