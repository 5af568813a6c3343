using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Clients;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Clients;

/// <summary>Uploads of clients that know chunks only.</summary>
public class ClientUploadTests : ClientFixture
{
    static readonly byte[] Content = Sample.Of(450_000);

    [Test]
    public async Task The_last_chunk_in_time_completes_the_file([Values(0, 2, 4)] int last)
    {
        var file = FileOf(Content);
        var others = Enumerable.Range(0, 5).Where(index => index != last);
        var before = await SendAllAsync(file, Content, others);
        Assert.That((before.File, before.ReceivedCount, before.Missing), Is.EqualTo((default(object), 4, new[] { last })));
        var receipt = await SendAsync(file, last, ChunkOf(Content, last));
        Assert.That(Download(receipt.File!), Is.EqualTo(Content));
        Assert.That(Parts, Is.Empty);
    }

    [Test]
    public async Task Chunks_at_once_make_one_session_and_one_file()
    {
        var file = FileOf(Content);
        var receipts = await Task.WhenAll(
            Enumerable.Range(0, 5).Select(index => Task.Run(() => SendAsync(file, index, ChunkOf(Content, index)))));
        Assert.That(receipts.Count(receipt => receipt.File is not null), Is.AtLeast(1));
        Assert.That(await StoredAsync(), Has.Count.EqualTo(1));
        Assert.That(Download((await StoredAsync())[0]), Is.EqualTo(Content));
    }

    [Test]
    public async Task Such_an_upload_has_no_link_that_it_could_be_taken_over_by()
    {
        var file = FileOf(Content);
        await SendAsync(file, 0, ChunkOf(Content, 0));
        var session = (await Host.Repository.ListOfClientAsync(Alice.Key, file.Key, None)).Single();
        var secret = Host.Get<ResumeLinkSecrets>().Of(session.Id, Alice.Key);
        await Refusal.OfAsync(
            UploadErrorCode.UploadNotFound,
            () => Host.Get<OwnershipTransfer>().TakeAsync(session.Id, secret, Bob, None));
    }

    [Test]
    public async Task Says_which_chunks_need_not_be_sent()
    {
        var file = FileOf(Content);
        Assert.That(await IsInAsync(file, 0), Is.False);
        await SendAllAsync(file, Content, 0, 3);
        Assert.That(await IsInAsync(file, 3), Is.True);
        Assert.That(await IsInAsync(file, 1), Is.False);
        var receipt = await Forms.FindAsync(new ClientChunk(file, 0), Alice, tellsAll: false, None);
        Assert.That(receipt!.Received, Is.EqualTo(new[] { 0, 3 }));
        Assert.That(receipt.Missing, Is.EqualTo(new[] { 1, 2, 4 }));
    }

    [Test]
    public async Task Goes_on_after_a_restart()
    {
        var file = FileOf(Content);
        await SendAllAsync(file, Content, 0, 1, 4);
        await RestartAsync();
        Assert.That(Download((await SendAllAsync(file, Content, 2, 3)).File!), Is.EqualTo(Content));
    }

    [Test]
    public async Task Owners_files_and_ways_of_cutting_do_not_mix()
    {
        var file = FileOf(Content);
        await SendAllAsync(file, Content, 0, 1);
        Assert.That(await IsInAsync(file, 0, Bob), Is.False);
        Assert.That(await IsInAsync(FileOf(Content, "other"), 0), Is.False);
        Assert.That(await IsInAsync(FileOf(ChunkPlan.For(Content.Length, 150_000)), 0), Is.False);
        Assert.That(await IsInAsync(Hashed(file, Sample.Of(1)), 0), Is.True, "nothing is known that differs");
        await SendAsync(Hashed(file, Content), 2, ChunkOf(Content, 2));
        Assert.That(await IsInAsync(Hashed(file, Sample.Of(1)), 0), Is.False, "now it is");
    }

    [Test]
    public async Task A_guest_goes_on_too()
    {
        var file = FileOf(Content);
        await SendAsync(file, 0, ChunkOf(Content, 0), owner: Guessed);
        Assert.That(await IsInAsync(file, 0, Guessed), Is.True);
        Assert.That(await Host.Service.ListAsync(Guessed, None), Is.Empty);
    }

    [Test]
    public async Task The_native_API_neither_lists_nor_resumes_it()
    {
        await SendAsync(FileOf(Content), 0, ChunkOf(Content, 0));
        Assert.That(await Host.Service.ListAsync(Alice, None), Is.Empty);
        Assert.That((await BeginAsync(Describe(Content))).IsNew, Is.True);
    }

    [Test]
    public async Task A_digest_that_is_not_met_drops_the_session()
    {
        var file = Hashed(FileOf(Content), Sample.Of(1));
        await SendAllAsync(file, Content, 0, 1, 2, 3);
        await Refusal.OfAsync(UploadErrorCode.DigestMismatch, () => SendAsync(file, 4, ChunkOf(Content, 4)));
        Assert.That(Parts, Is.Empty);
        Assert.That(await IsInAsync(file, 0), Is.False);
        Assert.That(await StoredAsync(), Is.Empty);
        Assert.That((await SendAllAsync(Hashed(FileOf(Content), Content), Content, 0, 1, 2, 3, 4)).File, Is.Not.Null);
    }

    [Test]
    public async Task A_digest_may_come_with_any_chunk()
    {
        var (file, wrong) = (FileOf(Content), Hashed(FileOf(Content), Sample.Of(1)));
        await SendAllAsync(file, Content, 0, 1);
        await SendAsync(wrong, 2, ChunkOf(Content, 2));
        await SendAsync(file, 3, ChunkOf(Content, 3));
        await Refusal.OfAsync(UploadErrorCode.DigestMismatch, () => SendAsync(file, 4, ChunkOf(Content, 4)));
        Assert.That(await StoredAsync(), Is.Empty);
    }

    [Test]
    public async Task It_is_completed_although_the_client_hangs_up()
    {
        var file = FileOf(Content);
        await SendAllAsync(file, Content, 0, 1, 2, 3);
        using var hangUp = new CancellationTokenSource();
        var body = new ChunkBody(Sample.Body(ChunkOf(Content, 4)))
        {
            ReadLateDigestsAsync = _ =>
            {
                hangUp.Cancel();
                return Task.FromResult<DeclaredDigests?>(null);
            },
        };
        await Assert.CatchAsync<OperationCanceledException>(() => Forms.ReceiveAsync(
            new ClientChunk(file, 4), Alice, null, body, () => file, true, hangUp.Token).WaitAsync(Until.Limit));
        await Until.IsAsync(async () => (await StoredAsync()).Count == 1);
    }

    [Test]
    public async Task An_empty_file_is_one_empty_chunk()
    {
        var receipt = await SendAsync(FileOf(ChunkPlan.For(0, ChunkSize)), 0, []);
        Assert.That(receipt.File!.Blob!.Size, Is.Zero);
        Assert.That((await StoredAsync())[0].Id, Is.EqualTo(receipt.File.Id));
    }

    [Test]
    public async Task Bytes_of_an_empty_file_are_refused_and_block_nothing()
    {
        var file = FileOf(ChunkPlan.For(0, ChunkSize));
        await Refusal.OfAsync(UploadErrorCode.ChunkLengthMismatch, () => SendAsync(file, 0, [1]));
        Assert.That((await SendAsync(file, 0, [])).File, Is.Not.Null);
    }

    [Test]
    public async Task Refuses_a_chunk_that_cannot_be_and_begins_nothing_for_it()
    {
        await Refusal.OfAsync(UploadErrorCode.ChunkOutOfRange, () => SendAsync(FileOf(Content), 5, [1]));
        await Refusal.OfAsync(
            UploadErrorCode.ChunkOutOfRange, () => SendAtAsync(ChunkPlan.For(Content.Length, ChunkSize), 150, [1]));
        await Refusal.OfAsync(UploadErrorCode.ChunkOutOfOrder, () => SendAtAsync(ChunkPlan.Open(450_000), 400_000, [1]));
        Assert.That(await Host.Repository.CountReceivingAsync(Alice.Key, None), Is.Zero);
    }

    [Test]
    public async Task A_chunk_may_be_named_by_where_it_begins()
    {
        var plan = ChunkPlan.For(Content.Length, ChunkSize);
        for (var index = 0; index < 4; index++)
        {
            await SendAtAsync(plan, index * ChunkSize, ChunkOf(Content, index));
        }

        var last = await SendAtAsync(ChunkPlan.Open(Content.Length), 4 * ChunkSize, ChunkOf(Content, 4));
        Assert.That(Download(last.File!), Is.EqualTo(Content));
    }

    async Task<ClientReceipt> SendAtAsync(ChunkPlan plan, long offset, byte[] chunk) =>
        await ReceiveAsync(new ClientChunk(FileOf(plan), null, offset), new ChunkBody(Sample.Body(chunk)));

    static ChunkedFile Hashed(ChunkedFile file, byte[] content) =>
        file with { Description = file.Description with { Md5 = Sample.Md5Of(content) } };
}
