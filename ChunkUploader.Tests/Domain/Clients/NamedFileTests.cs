using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Clients;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Clients;

/// <summary>Files of which nothing is said but a name and the number of chunks: two of them look the same.</summary>
public class NamedFileTests : ClientFixture
{
    static readonly byte[] Content = Sample.Of(250_000);
    static readonly byte[] Other = Sample.Of(250_000, seed: 2);
    static readonly ChunkedFile File = FileOf(ChunkPlan.Open(count: 3)) with { IsKnownByName = true };

    [Test]
    public async Task Chunks_are_taken_in_order_only([Values] bool isRestarted)
    {
        await IsOutOfOrderAsync(1);
        Assert.That(await Host.Repository.CountReceivingAsync(Alice.Key, None), Is.Zero, "nothing began with it");
        await SendAsync(File, 0, ChunkOf(Content, 0));
        await (isRestarted ? RestartAsync() : Task.CompletedTask);
        await IsOutOfOrderAsync(2);
        await SendAllAsync(File, Content, 1, 0, 1);
        Assert.That(Download((await SendAsync(File, 2, ChunkOf(Content, 2))).File!), Is.EqualTo(Content));
    }

    [Test]
    public async Task Another_first_chunk_begins_another_upload_and_what_may_belong_to_both_is_refused(
        [Values] bool isRestarted)
    {
        await SendAllAsync(File, Content, 0, 1);
        Assert.That((await SendAsync(File, 0, ChunkOf(Other, 0))).ReceivedCount, Is.EqualTo(1));
        Assert.That((await SendAsync(File, 0, ChunkOf(Content, 0))).ReceivedCount, Is.EqualTo(2), "the first one's");
        await (isRestarted ? RestartAsync() : Task.CompletedTask);
        await Refusal.OfAsync(UploadErrorCode.SessionConflict, () => SendAsync(File, 1, ChunkOf(Other, 1)));
        await Refusal.OfAsync(UploadErrorCode.SessionConflict, () => SendAsync(File, 2, ChunkOf(Content, 2)));
        await Refusal.OfAsync(UploadErrorCode.SessionConflict, () => SendAsync(File, 0, ChunkOf(Content, 0)));
        Assert.That(await StoredAsync(), Is.Empty);
    }

    [Test]
    public async Task Two_and_a_half_minutes_later_the_name_is_free_again()
    {
        await SendAllAsync(File, Content, 0, 1);
        await SendAsync(File, 0, ChunkOf(Other, 0));
        await Refusal.OfAsync(UploadErrorCode.SessionConflict, () => SendAsync(File, 1, ChunkOf(Other, 1)));
        Host.Time.Advance(TimeSpan.FromSeconds(151));
        Assert.That(Download((await SendAllAsync(File, Other, 0, 1, 2)).File!), Is.EqualTo(Other));
        Assert.That(Parts, Is.Empty);
    }

    [Test]
    public async Task Nobody_is_told_that_a_chunk_is_in_which_may_be_anothers()
    {
        await SendAsync(File, 0, ChunkOf(Content, 0));
        Assert.That(await IsInAsync(File, 0), Is.True);
        await SendAsync(File, 0, ChunkOf(Other, 0));
        Assert.That(await IsInAsync(File, 0), Is.False);
    }

    [Test]
    public async Task A_first_chunk_that_is_on_its_way_is_waited_for()
    {
        var both = await Task.WhenAll(
            Task.Run(() => TrySendAsync(Content)), Task.Run(() => TrySendAsync(Other)));
        Assert.That(both, Has.Some.Null, "one at least is taken");
        await Assert.CatchAsync<UploadException>(async () =>
        {
            await SendAllAsync(File, Content, 1, 2);
            await SendAllAsync(File, Other, 0, 1, 2);
        });

        async Task<UploadException?> TrySendAsync(byte[] content)
        {
            try
            {
                await SendAsync(File, 0, ChunkOf(content, 0));
                return null;
            }
            catch (UploadException refusal)
            {
                return refusal;
            }
        }
    }

    [Test]
    public async Task A_completed_file_and_a_new_one_that_shares_its_beginning_are_both_whole()
    {
        var other = Content.ToArray();
        other[^1] ^= 1;
        var stored = (await SendAllAsync(File, Content, 0, 1, 2)).File!;
        Assert.That((await SendAllAsync(File, Content, 0, 1, 2)).File!.Id, Is.EqualTo(stored.Id), "the same again");
        Assert.That(Download((await SendAllAsync(File, other, 0, 1, 2)).File!), Is.EqualTo(other));
    }

    [Test]
    public async Task A_third_ones_first_chunk_is_not_taken_for_that_which_a_new_one_shares()
    {
        var (other, third) = (Content.ToArray(), Other);
        other[ChunkSize] ^= 1;
        var stored = (await SendAllAsync(File, Content, 0, 1, 2)).File!;
        Assert.That((await SendAllAsync(File, other, 0, 1)).ReceivedCount, Is.EqualTo(2), "the first one as a repeat");
        Assert.That((await SendAsync(File, 0, ChunkOf(third, 0))).ReceivedCount, Is.EqualTo(1), "it begins another upload");
        await Refusal.OfAsync(UploadErrorCode.SessionConflict, () => SendAsync(File, 2, ChunkOf(other, 2)));
        Assert.That((await StoredAsync()).Select(file => file.Id), Is.EqualTo(new[] { stored.Id }));
    }

    [Test]
    public async Task A_new_one_must_have_sent_all_that_it_shares()
    {
        await SendAllAsync(File, Content, 0, 1, 2);
        await IsOutOfOrderAsync(2);
        Assert.That(Download((await SendAllAsync(File, Other, 0, 1, 2)).File!), Is.EqualTo(Other));
    }

    [Test]
    public async Task One_whose_fields_behind_the_bytes_tell_another_file_is_not_taken_for_it()
    {
        await SendAsync(File, 0, ChunkOf(Content, 0));
        var body = new ChunkBody(Sample.Body(ChunkOf(Other, 1)));
        await Refusal.OfAsync(UploadErrorCode.SessionConflict, () => Forms.ReceiveAsync(
            new ClientChunk(File, 1), Alice, null, body, () => FileOf(ChunkPlan.Open(count: 3), "late"), true, None));
        await Refusal.OfAsync(UploadErrorCode.SessionConflict, () => SendAsync(File, 1, ChunkOf(Content, 1)));
    }

    async Task IsOutOfOrderAsync(int index)
    {
        var refusal = await Refusal.OfAsync(
            UploadErrorCode.ChunkOutOfOrder, () => SendAsync(File, index, ChunkOf(Other, index)));
        Assert.That(refusal.RetryAfter, Is.Not.Null, "it may come again in its turn");
    }
}
