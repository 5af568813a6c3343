using System.IO.Pipelines;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Clients;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Clients;

/// <summary>Chunks of a completed file come again, as their answers were lost; or those of another file come.</summary>
public class RepeatedChunkTests : ClientFixture
{
    static readonly byte[] Content = Sample.Of(250_000);
    static readonly ChunkedFile File = FileOf(Content);

    [Test]
    public async Task Any_is_answered_with_the_file([Values(0, 1, 2)] int index, [Values] bool isRestarted)
    {
        var stored = (await SendAllAsync(File, Content, 0, 2, 1)).File!;
        Host.Time.Advance(TimeSpan.FromDays(6));
        await (isRestarted ? RestartAsync() : Task.CompletedTask);
        var again = await SendAsync(File, index, ChunkOf(Content, index));
        Assert.That((again.File!.Id, again.Index, again.ReceivedCount), Is.EqualTo((stored.Id, (int?)index, 3)));
        Assert.That(again.Received, Is.EqualTo(new[] { index }), "the others may be another file's");
        await OnlyAsync(stored);
    }

    [Test]
    public async Task So_are_all_of_them_when_all_answers_were_lost()
    {
        var stored = (await SendAllAsync(File, Content, 0, 1, 2)).File!;
        Assert.That((await SendAllAsync(File, Content, 1, 0, 2)).File!.Id, Is.EqualTo(stored.Id));
        await OnlyAsync(stored);
    }

    [Test]
    public async Task A_test_of_a_completed_file_says_that_nothing_is_in()
    {
        await SendAllAsync(File, Content, 0, 1, 2);
        Assert.That(await IsInAsync(File, 0), Is.False);
        Assert.That(await IsInAsync(File, 2), Is.False);
    }

    [Test]
    public async Task Another_file_is_not_taken_for_a_repeat()
    {
        var other = Sample.Of(250_000, seed: 2);
        await SendAllAsync(File, Content, 0, 1, 2);
        Assert.That((await SendAsync(File, 2, ChunkOf(other, 2))).File, Is.Null);
        Assert.That(Download((await SendAllAsync(File, other, 0, 1)).File!), Is.EqualTo(other));
    }

    [Test]
    public async Task The_last_one_of_a_file_that_begins_like_another_one_is_answered_with_its_own(
        [Values] bool isSharedToo, [Values(0, 11)] int seconds)
    {
        var first = (await SendAllAsync(File, Content, 0, 1, 2)).File!;
        Host.Time.Advance(TimeSpan.FromMinutes(3));
        var other = Sample.Of(250_000, seed: 2);
        ChunkOf(Content, 0).CopyTo(other, 0);
        if (isSharedToo)
        {
            ChunkOf(Content, 2).CopyTo(other, 2 * ChunkSize);
        }

        var stored = (await SendAllAsync(File, other, 0, 1, 2)).File!;
        Assert.That(Download(stored), Is.EqualTo(other));
        Host.Time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.That((await SendAsync(File, 2, ChunkOf(other, 2))).File!.Id, Is.EqualTo(stored.Id));
        Assert.That(await StoredAsync(), Has.Count.EqualTo(2));
        Assert.That(first.Id, Is.Not.EqualTo(stored.Id));
    }

    [Test]
    public async Task Another_file_with_the_same_last_chunk_is_never_mixed_when_all_come_at_once()
    {
        for (var round = 0; round < 20; round++)
        {
            var (file, other) = (FileOf(Content, $"{round}"), Sample.Of(250_000, seed: round + 2));
            ChunkOf(Content, 2).CopyTo(other, 2 * ChunkSize);
            await SendAllAsync(file, Content, 0, 1, 2);
            var taken = await Task.WhenAll(
                Enumerable.Range(0, 3).Select(index => Task.Run(() => IsTakenAsync(file, index, other))));
            Host.Time.Advance(TimeSpan.FromMinutes(2));
            for (var index = 0; index < 3 && taken.Contains(false); index++)
            {
                await IsTakenAsync(file, index, other);
            }

            var stored = (await StoredAsync()).Select(Download);
            Assert.That(stored.Any(bytes => bytes.AsSpan().SequenceEqual(other)), Is.True, $"round {round}");
        }
    }

    /// <summary>Sends a chunk that may be refused for now.</summary>
    async Task<bool> IsTakenAsync(ChunkedFile file, int index, byte[] content)
    {
        try
        {
            await SendAsync(file, index, ChunkOf(content, index));
            return true;
        }
        catch (UploadException refusal) when (
            refusal.Code is UploadErrorCode.ChunksMissing or UploadErrorCode.ChunkBusy)
        {
            return false;
        }
    }

    [Test]
    public async Task One_that_was_on_its_way_when_the_file_was_completed_is_compared_as_it_comes()
    {
        var stored = (await SendAllAsync(File, Content, 0, 1, 2)).File!;
        var again = await ReceiveAsync(new ClientChunk(File, 2), new ChunkBody(Sample.Body(ChunkOf(Content, 2))));
        Assert.That(again.File!.Id, Is.EqualTo(stored.Id));
        var other = new ChunkBody(Sample.Body(Sample.Of(50_000, seed: 2)));
        await Refusal.OfAsync(UploadErrorCode.ChunkBusy, () => ReceiveAsync(new ClientChunk(File, 2), other));
        await OnlyAsync(stored);
    }

    [Test]
    public async Task Where_the_stored_file_is_damaged_its_chunks_are_taken_anew_and_repair_it()
    {
        var stored = (await SendAllAsync(File, Content, 0, 1, 2)).File!;
        using (var blob = System.IO.File.OpenWrite(Host.Paths.BlobOf(stored.BlobId)))
        {
            blob.SetLength(ChunkSize + 1);
        }

        Assert.That((await SendAsync(File, 0, ChunkOf(Content, 0))).File, Is.Null, "it is not said to be stored");
        await SendAsync(File, 1, ChunkOf(Content, 1));
        Host.Time.Advance(TimeSpan.FromMinutes(2)); // until then the last one may be the old file's
        await SendAsync(File, 2, ChunkOf(Content, 2));
        Assert.That(Download(await Host.Catalog.GetAsync(stored.Id, None)), Is.EqualTo(Content));
    }

    [Test]
    public async Task A_damaged_one_begins_nothing()
    {
        var stored = (await SendAllAsync(File, Content, 0, 1, 2)).File!;
        var right = new DeclaredDigests([Sample.Sha256Of(ChunkOf(Content, 1))]);
        await Refusal.OfAsync(
            UploadErrorCode.ChunkDigestMismatch, () => SendAsync(File, 1, new byte[ChunkSize], expected: right));
        await OnlyAsync(stored);
    }

    [Test]
    public async Task Another_file_that_shares_its_beginning_is_whole_too([Values] bool isRestarted)
    {
        var other = Changed(2);
        var stored = (await SendAllAsync(File, Content, 0, 1, 2)).File!;
        Host.Time.Advance(TimeSpan.FromDays(1));
        Assert.That((await SendAllAsync(File, other, 0, 1)).File!.Id, Is.EqualTo(stored.Id), "they may be repeats");
        await (isRestarted ? RestartAsync() : Task.CompletedTask);
        Assert.That(Download((await SendAsync(File, 2, ChunkOf(other, 2))).File!), Is.EqualTo(other));
        Assert.That(await StoredAsync(), Has.Count.EqualTo(2));
        Assert.That(Parts, Is.Empty);
    }

    [Test]
    public async Task So_are_two_that_are_sent_at_the_same_time()
    {
        var other = Changed(2);
        await SendAllAsync(File, Content, 0, 0, 1, 1);
        Assert.That(Download((await SendAsync(File, 2, ChunkOf(Content, 2))).File!), Is.EqualTo(Content));
        Assert.That(Download((await SendAsync(File, 2, ChunkOf(other, 2))).File!), Is.EqualTo(other));
    }

    [Test]
    public async Task So_is_one_that_shares_something_with_each_of_two()
    {
        var (second, third) = (Changed(1), Changed(2));
        await SendAllAsync(File, Content, 0, 1, 2);
        Host.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.That(Download((await SendAllAsync(File, second, 0, 1, 2)).File!), Is.EqualTo(second));
        Assert.That(Download((await SendAllAsync(File, third, 0, 1, 2)).File!), Is.EqualTo(third));
    }

    /// <summary>Its beginning is the second one's, its end the first one's, and between them is what both have.</summary>
    [TestCase("amx", "bmy", "bmx")]
    [TestCase("aamxx", "bbmyy", "bbmxx")]
    [TestCase("aaxx", "bbyy", "bbxx")]
    [TestCase("ax", "by", "bx")]
    public async Task Nor_is_one_that_is_made_of_two_taken_for_one_of_them(string first, string second, string third)
    {
        foreach (var letters in new[] { first, second, third })
        {
            Assert.That(await SendLettersAsync(letters, Enumerable.Range(0, letters.Length)), Is.EqualTo(letters));
            Host.Time.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.That(await StoredAsync(), Has.Count.EqualTo(3));
    }

    /// <summary>As jQuery File Upload sends it.</summary>
    [Test]
    public async Task Nor_where_its_last_chunk_does_not_say_how_it_is_cut([Values] bool isRepeated)
    {
        await SendLettersAsync("amx", [0, 1, 2]);
        Host.Time.Advance(TimeSpan.FromMinutes(2));
        await SendLettersAsync("bmy", [0, 1, 2]);
        Host.Time.Advance(TimeSpan.FromMinutes(2));
        await (isRepeated ? SendLettersAsync("bmx", [0, 1]) : Task.CompletedTask);
        var last = new ClientChunk(FileOf(ChunkPlan.Open(size: 3 * ChunkSize), "3"), null, 2 * ChunkSize);
        if (isRepeated)
        {
            Assert.That(Lettered(Download((await ReceiveAsync(last, Stage(Letters("x")))).File!)), Is.EqualTo("bmx"));
        }
        else
        {
            await Refusal.OfAsync(UploadErrorCode.ChunkOutOfOrder, () => ReceiveAsync(last, Stage(Letters("z"))));
        }
    }

    [Test]
    public async Task The_older_of_two_files_is_told_from_the_newer_by_all_of_its_chunks([Values(1, 200)] int seconds)
    {
        await SendLettersAsync("amx", [0, 1, 2]);
        Host.Time.Advance(TimeSpan.FromMinutes(2));
        foreach (var letters in new[] { "bmx", "amx", "bmx", "amx" })
        {
            Assert.That(await SendLettersAsync(letters, [0, 1, 2]), Is.EqualTo(letters));
            Host.Time.Advance(TimeSpan.FromSeconds(seconds));
        }

        Assert.That(await StoredAsync(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Completing_answers_the_file_whose_chunks_came_last()
    {
        foreach (var letters in new[] { "a", "b", "a", "amx", "bmy", "amx" })
        {
            var told = await SendLettersAsync(letters, Enumerable.Range(0, letters.Length));
            Host.Time.Advance(TimeSpan.FromSeconds(20));
            var file = FileOf(Letters(letters), $"{letters.Length}");
            var completed = await Forms.CompleteAsync(file, Alice, _ => { }, None);
            Assert.That((told, Lettered(Download(completed.File!))), Is.EqualTo((letters, letters)));
            Host.Time.Advance(TimeSpan.FromMinutes(2));
        }
    }

    /// <summary>Two that begin unlike each other, one of them like a third, sent at the same time.</summary>
    [Test]
    public async Task A_chunk_that_an_upload_has_inherited_is_not_replaced_by_another_ones()
    {
        await SendLettersAsync("axw", [0, 1, 2]);
        Host.Time.Advance(TimeSpan.FromDays(1));
        await SendLettersAsync("ayz", [0, 1]);
        await Refusal.OfAsync(UploadErrorCode.SessionConflict, () => SendLettersAsync("bqr", [0]));
        await Refusal.OfAsync(UploadErrorCode.SessionConflict, () => SendLettersAsync("ayz", [2]));
        Assert.That(await StoredAsync(), Has.Count.EqualTo(1));
    }

    /// <summary>A chunk of the second file is sent once more, then a third one comes that begins like the first.</summary>
    [Test]
    public async Task What_two_files_repeat_is_not_inherited_together()
    {
        await SendLettersAsync("abc", [0, 1, 2]);
        Host.Time.Advance(TimeSpan.FromDays(1));
        await SendLettersAsync("def", [0, 1, 2, 1]);
        Host.Time.Advance(TimeSpan.FromSeconds(1));
        await SendLettersAsync("abg", [0]);
        await Refusal.OfAsync(UploadErrorCode.ChunksMissing, () => SendLettersAsync("abg", [2])); // the 1 was the second one's
        Assert.That(await SendLettersAsync("abg", [1]), Is.EqualTo("abg"));
    }

    [Test]
    public async Task One_of_an_older_file_under_the_key_is_answered_with_that()
    {
        var other = Sample.Of(250_000, seed: 2);
        var stored = (await SendAllAsync(File, Content, 0, 1, 2)).File!;
        await SendAllAsync(File, other, 0, 1, 2);
        Assert.That((await SendAsync(File, 1, ChunkOf(Content, 1))).File!.Id, Is.EqualTo(stored.Id));
        Assert.That(await Host.Repository.CountReceivingAsync(Alice.Key, None), Is.Zero);
    }

    [Test]
    public async Task It_does_not_harm_the_file_that_is_on_its_way_meanwhile()
    {
        var other = Sample.Of(250_000, seed: 2);
        var stored = (await SendAllAsync(File, Content, 0, 1, 2)).File!;
        await SendAllAsync(File, other, 0, 1);
        await Refusal.OfAsync(UploadErrorCode.ChunkBusy, () => SendAsync(File, 1, ChunkOf(Content, 1)));
        await SendAsync(File, 1, ChunkOf(other, 1));
        Assert.That(Download((await SendAsync(File, 2, ChunkOf(other, 2))).File!), Is.EqualTo(other));
        Host.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.That((await SendAsync(File, 1, ChunkOf(Content, 1))).File!.Id, Is.EqualTo(stored.Id));
    }

    [Test]
    public async Task A_chunk_that_comes_after_all_is_not_taken_from_the_old_file()
    {
        var other = Sample.Of(250_000, seed: 2);
        await SendAllAsync(File, Content, 0, 1, 2, 2);
        Assert.That((await SendAllAsync(File, other, 0, 2, 1)).File, Is.Not.Null);
        Assert.That((await StoredAsync()).Select(Download), Is.EquivalentTo(new[] { Content, other }));
    }

    [Test]
    public async Task What_nobody_can_know_to_be_its_own_is_asked_for_rather_than_mixed_in()
    {
        var other = Sample.Of(250_000, seed: 2);
        await SendAllAsync(File, Content, 0, 1, 2, 0);
        Host.Time.Advance(TimeSpan.FromSeconds(11));
        await SendAsync(File, 1, ChunkOf(other, 1));
        var refusal = await Refusal.OfAsync(
            UploadErrorCode.ChunksMissing, () => SendAsync(File, 2, ChunkOf(other, 2)));
        Assert.That(refusal.Missing, Is.EqualTo(new[] { new IndexRange(0, 0) }));
        Assert.That(await IsInAsync(File, 0), Is.False);
        Assert.That(Download((await SendAsync(File, 0, ChunkOf(other, 0))).File!), Is.EqualTo(other));
    }

    [Test]
    public async Task One_that_is_on_its_way_meanwhile_is_waited_for([Values] bool breaksOff)
    {
        var other = Sample.Of(250_000, seed: 2);
        ChunkOf(Content, 0).CopyTo(other, 0);
        await SendAllAsync(File, Content, 0, 1, 2, 0);
        Host.Time.Advance(TimeSpan.FromMinutes(3));
        await SendAsync(File, 1, ChunkOf(other, 1));
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(ChunkOf(other, 0).AsMemory(0, 1000));
        var first = ReceiveAsync(new ClientChunk(File, 0), new ChunkBody(pipe.Reader) { Length = ChunkSize });
        await Until.IsAsync(async () => (await Host.Repository.ListOfClientAsync(Alice.Key, File.Key, None)).Count == 2
            && await IsOnItsWayAsync());
        var last = SendAsync(File, 2, ChunkOf(other, 2));
        if (breaksOff)
        {
            await pipe.Writer.CompleteAsync(new IOException("gone"));
            await Assert.CatchAsync(() => first);
            await Refusal.OfAsync(UploadErrorCode.ChunksMissing, () => last);
            return;
        }

        await pipe.Writer.WriteAsync(ChunkOf(other, 0).AsMemory(1000));
        await pipe.Writer.CompleteAsync();
        Assert.That(Download((await last).File!), Is.EqualTo(other));
        await first;

        async Task<bool> IsOnItsWayAsync()
        {
            var open = (await Host.Repository.ListOfClientAsync(Alice.Key, File.Key, None))
                .First(session => session.State != UploadState.Completed);
            using var lease = await Host.Get<ActiveUploads>().AcquireAsync(open.Id, None);
            return lease.Upload.ChunkLocks.IsLocked(0);
        }
    }

    [Test]
    public async Task So_is_what_was_deleted_meanwhile()
    {
        var other = Changed(1);
        var stored = (await SendAllAsync(File, Content, 0, 1, 2, 0)).File!;
        await SendAsync(File, 1, ChunkOf(other, 1));
        await Host.DeleteAsync(stored);
        Host.Time.Advance(TimeSpan.FromMinutes(2));
        await Refusal.OfAsync(UploadErrorCode.ChunksMissing, () => SendAsync(File, 2, ChunkOf(other, 2)));
        Assert.That(Download((await SendAsync(File, 0, ChunkOf(other, 0))).File!), Is.EqualTo(other));
    }

    [Test]
    public async Task A_client_that_says_itself_when_to_complete_gets_what_was_repeated_too()
    {
        var other = Changed(2);
        await SendAllAsync(File, Content, 0, 1, 2);
        foreach (var index in new[] { 0, 1, 2 })
        {
            await SendAsync(File, index, ChunkOf(other, index), completes: false);
        }

        Assert.That(Download((await Forms.CompleteAsync(File, Alice, _ => { }, None)).File!), Is.EqualTo(other));
    }

    [Test]
    public async Task Another_file_whose_first_chunk_to_come_is_the_same_one_is_told_that_it_is_missing(
        [Values] bool isRestarted)
    {
        var other = Sample.Of(250_000, seed: 2);
        ChunkOf(Content, 2).CopyTo(other, 2 * ChunkSize);
        await SendAllAsync(File, Content, 0, 1, 2);
        Assert.That((await SendAsync(File, 2, ChunkOf(other, 2))).File, Is.Not.Null, "it may be a repeat");
        await (isRestarted ? RestartAsync() : Task.CompletedTask);
        Assert.That((await SendAsync(File, 0, ChunkOf(other, 0))).ReceivedCount, Is.EqualTo(1));
        var refusal = await Refusal.OfAsync(
            UploadErrorCode.ChunksMissing, () => SendAsync(File, 1, ChunkOf(other, 1)));
        Assert.That(refusal.Missing, Is.EqualTo(new[] { new IndexRange(2, 2) }));
        Host.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.That(Download((await SendAsync(File, 2, ChunkOf(other, 2))).File!), Is.EqualTo(other));
    }

    [Test]
    public async Task A_chunk_that_the_old_file_s_client_sent_twice_is_not_mixed_into_another_file(
        [Values] bool isCompletedThen, [Values] bool isFirstSent)
    {
        var other = Sample.Of(250_000, seed: 2);
        await SendAllAsync(File, Content, isCompletedThen ? [0, 1, 2, 1] : [0, 1, 1, 2]);
        int[] order = isFirstSent ? [0, 2, 1] : [2, 0, 1];
        await SendAsync(File, order[0], ChunkOf(other, order[0]));
        try
        {
            Assert.That((await SendAsync(File, order[1], ChunkOf(other, order[1]))).File, Is.Null);
        }
        catch (UploadException refusal)
        {
            Assert.That(refusal.Missing, Is.EqualTo(new[] { new IndexRange(1, 1) }));
        }

        Assert.That(Download((await SendAsync(File, 1, ChunkOf(other, 1))).File!), Is.EqualTo(other));
        Assert.That((await StoredAsync()).Select(Download), Is.EquivalentTo(new[] { Content, other }));
    }

    [Test]
    public async Task Nor_are_those_that_it_sent_twice_some_time_before([Values] bool isSlow)
    {
        var other = Sample.Of(250_000, seed: 2);
        await SendAllAsync(File, Content, 0, 1, 2, 0, 1);
        Host.Time.Advance(TimeSpan.FromSeconds(11));
        var began = Host.Time.GetUtcNow();
        Host.Time.Advance(TimeSpan.FromHours(isSlow ? 1 : 0));
        await Refusal.OfAsync(
            UploadErrorCode.ChunksMissing,
            () => ReceiveAsync(new ClientChunk(File, 2), Stage(ChunkOf(other, 2)) with { Began = began }));
        Assert.That(Download((await SendAllAsync(File, other, 0, 1)).File!), Is.EqualTo(other));
    }

    [Test]
    public async Task An_old_repeat_is_not_taken_for_one_that_came_with_a_new_one()
    {
        var other = Sample.Of(250_000, seed: 2);
        ChunkOf(Content, 1).CopyTo(other, ChunkSize);
        await SendAllAsync(File, Content, 0, 1, 2, 0);
        Host.Time.Advance(TimeSpan.FromDays(1));
        Assert.That((await SendAsync(File, 1, ChunkOf(other, 1))).File, Is.Not.Null, "it may be a repeat");
        await Refusal.OfAsync(UploadErrorCode.ChunksMissing, () => SendAsync(File, 2, ChunkOf(other, 2)));
        Assert.That(Download((await SendAllAsync(File, other, 0, 1)).File!), Is.EqualTo(other));
        Assert.That((await StoredAsync()).Select(Download), Is.EquivalentTo(new[] { Content, other }));
    }

    [Test]
    public async Task Nor_for_a_chunk_that_a_new_file_will_not_send()
    {
        var (content, other) = (Sample.Of(350_000), Sample.Of(350_000, seed: 2));
        ChunkOf(content, 0).CopyTo(other, 0);
        var file = FileOf(content);
        await SendAllAsync(file, content, 0, 1, 2, 3, 3);
        Host.Time.Advance(TimeSpan.FromDays(1));
        Assert.That(Download((await SendAllAsync(file, other, 0, 1, 2, 3)).File!), Is.EqualTo(other));
    }

    [Test]
    public async Task A_shared_last_chunk_of_a_file_of_unknown_size_is_asked_for()
    {
        var file = FileOf(ChunkPlan.Open(count: 3));
        var other = Sample.Of(250_000, seed: 2);
        ChunkOf(Content, 2).CopyTo(other, 2 * ChunkSize);
        await SendAllAsync(file, Content, 0, 1, 2);
        await SendAllAsync(file, other, 2, 0);
        var refusal = await Refusal.OfAsync(
            UploadErrorCode.ChunksMissing, () => SendAsync(file, 1, ChunkOf(other, 1)));
        Assert.That(refusal.Missing, Is.EqualTo(new[] { new IndexRange(2, 2) }));
        Host.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.That(Download((await SendAsync(file, 2, ChunkOf(other, 2))).File!), Is.EqualTo(other));
    }

    [Test]
    public async Task What_could_not_be_copied_is_copied_by_the_next_try()
    {
        var (other, writes) = (Changed(2), 0);
        await RestartAsync(services => Interception<IPartStore>.Register(services, called =>
        {
            if (called == nameof(IPartStore.WriteChunkAsync) && ++writes == 6)
            {
                throw new IOException("EIO");
            }
        }));
        await SendAllAsync(File, Content, 0, 1, 2); // three writes; then one of the last chunk, and two copies
        await SendAllAsync(File, other, 0, 1);
        await Assert.CatchAsync<IOException>(() => SendAsync(File, 2, ChunkOf(other, 2)));
        Assert.That(Download((await SendAsync(File, 2, ChunkOf(other, 2))).File!), Is.EqualTo(other));
    }

    [Test]
    public async Task The_chunk_of_an_empty_file_is_no_repeat()
    {
        await SendAsync(FileOf([]), 0, []);
        var session = (await Host.Repository.ListOfClientAsync(Alice.Key, "key", None)).Single();
        Assert.That(session.Client!.Repeated, Is.Null);
    }

    [Test]
    public async Task The_old_file_s_last_chunk_does_not_complete_the_new_one_that_has_begun_since(
        [Values] bool isKnownByName, [Values] bool sharesBeginning)
    {
        var file = isKnownByName ? FileOf(ChunkPlan.Open(count: 3)) with { IsKnownByName = true } : File;
        var other = sharesBeginning ? Changed(1) : Sample.Of(250_000, seed: 2);
        var stored = (await SendAllAsync(file, Content, 0, 1, 2)).File!;
        await SendAllAsync(file, other, 0, 1);
        var refusal = await Refusal.OfAsync(
            UploadErrorCode.ChunkBusy, () => SendAsync(file, 2, ChunkOf(Content, 2)));
        Assert.That(refusal.RetryAfter, Is.EqualTo(TimeSpan.FromMinutes(2)));
        Assert.That((await StoredAsync()).Single().Id, Is.EqualTo(stored.Id));

        if (!sharesBeginning)
        {
            Assert.That(Download((await SendAsync(file, 2, ChunkOf(other, 2))).File!), Is.EqualTo(other));
            return;
        }

        Host.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.That(Download((await SendAsync(file, 2, ChunkOf(other, 2))).File!), Is.EqualTo(other), "it is the new one's");
    }

    [Test]
    public async Task One_that_comes_again_in_the_middle_of_the_next_file_is_not_published_with_it()
    {
        var other = Changed(0, 1, 2);
        await SendAllAsync(File, Content, 0, 1, 2);
        await SendAllAsync(File, other, 0);
        var refusal = await Refusal.OfAsync(
            UploadErrorCode.ChunkBusy, () => SendAsync(File, 2, ChunkOf(Content, 2))); // the answer to it was lost
        Assert.That(refusal.RetryAfter, Is.EqualTo(TimeSpan.FromMinutes(2)));
        Assert.That(Download((await SendAllAsync(File, other, 1, 2)).File!), Is.EqualTo(other));
        Assert.That(await StoredAsync(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_file_that_shares_a_chunk_in_its_middle_is_published_a_while_later()
    {
        var other = Changed(0, 2);
        await SendAllAsync(File, Content, 0, 1, 2);
        await SendAllAsync(File, other, 0);
        await Refusal.OfAsync(UploadErrorCode.ChunkBusy, () => SendAsync(File, 1, ChunkOf(other, 1)));
        Host.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.That(Download((await SendAllAsync(File, other, 1, 2)).File!), Is.EqualTo(other));
    }

    [Test]
    public async Task A_slow_chunk_that_the_old_file_does_not_have_comes_right_after_those_that_it_has()
    {
        var other = Changed(2);
        await SendAllAsync(File, Content, 0, 1, 2, 0, 1);
        Host.Time.Advance(TimeSpan.FromSeconds(9));
        var began = Host.Time.GetUtcNow();
        Host.Time.Advance(TimeSpan.FromHours(1));
        var last = await ReceiveAsync(new ClientChunk(File, 2), Stage(ChunkOf(other, 2)) with { Began = began });
        Assert.That(Download(last.File!), Is.EqualTo(other));
    }

    [Test]
    public async Task A_client_that_is_told_so_and_sends_everything_again_comes_to_its_end()
    {
        var other = Sample.Of(250_000, seed: 2);
        await SendAllAsync(File, Content, 0, 1, 2, 2);
        await SendAsync(File, 0, ChunkOf(other, 0));
        for (var tries = 0; tries < 2; tries++)
        {
            await Refusal.OfAsync(UploadErrorCode.ChunksMissing, () => SendAsync(File, 1, ChunkOf(other, 1)));
        }

        Assert.That(Download((await SendAllAsync(File, other, 0, 1, 2)).File!), Is.EqualTo(other));
    }

    [Test]
    public async Task Nor_are_all_of_those_before_the_one_that_overtakes_them_on_its_way()
    {
        var (content, other) = (Sample.Of(350_000), Sample.Of(350_000, seed: 2));
        ChunkOf(content, 1).CopyTo(other, ChunkSize);
        var file = FileOf(content);
        await SendAllAsync(file, content, 0, 1, 2, 3, 0, 1);
        Assert.That((await SendAsync(file, 2, ChunkOf(other, 2))).File, Is.Null);
        Host.Time.Advance(TimeSpan.FromMinutes(2)); // from now on it is another file's for certain
        var slow = new Pipe(new PipeOptions(pauseWriterThreshold: 2, resumeWriterThreshold: 1));
        var read = 0; // first it is compared with what was inherited
        var sending = ReceiveAsync(new ClientChunk(file, 1), Stage(ChunkOf(other, 1)) with
        {
            Reopen = () => read++ == 0 ? Sample.Body(ChunkOf(other, 1)) : slow.Reader,
        });
        await slow.Writer.WriteAsync(ChunkOf(other, 1).AsMemory(0, 1000)); // until it is read
        var last = SendAsync(file, 3, ChunkOf(other, 3)); // waits for what becomes of chunk 1
        await slow.Writer.WriteAsync(ChunkOf(other, 1).AsMemory(1000));
        await slow.Writer.CompleteAsync();
        var told = 0;
        foreach (var answer in new[] { sending, last })
        {
            try
            {
                Assert.That((await answer).File, Is.Null);
            }
            catch (UploadException refusal) when (refusal.Code == UploadErrorCode.ChunksMissing)
            {
                told++;
            }
        }

        Assert.That(told, Is.Positive, "an answer says that chunk 0 is missing");
        Assert.That(Download((await SendAsync(file, 0, ChunkOf(other, 0))).File!), Is.EqualTo(other));
    }

    [Test]
    public async Task Those_of_a_client_that_has_sent_some_of_them_after_all_have_to_come()
    {
        var (content, other) = (Sample.Of(350_000), Sample.Of(350_000, seed: 2));
        var file = FileOf(content);
        await SendAllAsync(file, content, 0, 1, 2, 3, 0, 1);
        ChunkOf(content, 0).CopyTo(other, 0);
        await SendAllAsync(file, other, 2);
        Host.Time.Advance(TimeSpan.FromMinutes(2)); // until then it may be the old file's
        await SendAllAsync(file, other, 0);
        var refusal = await Refusal.OfAsync(
            UploadErrorCode.ChunksMissing, () => SendAsync(file, 3, ChunkOf(other, 3)));
        Assert.That(refusal.Missing, Is.EqualTo(new[] { new IndexRange(1, 1) }));
        Assert.That(Download((await SendAsync(file, 1, ChunkOf(other, 1))).File!), Is.EqualTo(other));
    }

    [Test]
    public async Task Two_that_came_at_once_count_as_a_repeat()
    {
        for (var round = 0; round < 10; round++)
        {
            var (file, other) = (FileOf(Content, $"{round}"), Changed(2));
            await Task.WhenAll(
                Task.Run(() => SendAsync(file, 0, ChunkOf(Content, 0))), Task.Run(() => SendAsync(file, 0, ChunkOf(Content, 0))));
            await SendAllAsync(file, Content, 1, 1, 2);
            Assert.That(Download((await SendAsync(file, 2, ChunkOf(other, 2))).File!), Is.EqualTo(other), $"round {round}");
        }
    }

    [Test]
    public async Task Long_after_a_repeat_a_new_upload_has_its_own_chunks()
    {
        var other = Sample.Of(250_000, seed: 2);
        await SendAllAsync(File, Content, 0, 1, 2, 2);
        Host.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.That((await SendAsync(File, 0, ChunkOf(other, 0))).ReceivedCount, Is.EqualTo(1));
        Assert.That((await SendAsync(File, 1, ChunkOf(other, 1))).File, Is.Null);
        Assert.That(Download((await SendAsync(File, 2, ChunkOf(other, 2))).File!), Is.EqualTo(other));
    }

    [Test]
    public async Task A_file_that_was_deleted_is_uploaded_anew()
    {
        var stored = (await SendAllAsync(File, Content, 0, 1, 2)).File!;
        await Host.DeleteAsync(stored);
        Host.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.That((await SendAsync(File, 2, ChunkOf(Content, 2))).File, Is.Null);
        Assert.That(Download((await SendAllAsync(File, Content, 0, 1)).File!), Is.EqualTo(Content));
    }

    [Test]
    public async Task A_chunk_of_a_file_that_was_deleted_a_moment_ago_is_not_mixed_into_the_next_one(
        [Values(1, 2)] int index, [Values("trash", "good", "damage")] string end)
    {
        var other = Sample.Of(250_000, seed: 2);
        var stored = (await SendAllAsync(File, Content, 0, 1, 2)).File!;
        await (end switch
        {
            "trash" => Host.Get<Trash>().PutAsync(stored.Id, None),
            "good" => Host.DeleteAsync(stored),
            _ => Task.Run(() => System.IO.File.WriteAllBytes(Host.Paths.BlobOf(stored.BlobId), [])),
        });
        await Refusal.OfAsync(UploadErrorCode.ChunkBusy, () => SendAsync(File, index, ChunkOf(Content, index)));
        await SendAsync(File, 0, ChunkOf(other, 0));
        if (index == 2)
        {
            await Refusal.OfAsync(UploadErrorCode.ChunkBusy, () => SendAsync(File, 2, ChunkOf(Content, 2)));
        }

        await SendAsync(File, 1, ChunkOf(other, 1));
        await Refusal.OfAsync(UploadErrorCode.ChunkBusy, () => SendAsync(File, 2, ChunkOf(other, 2)));
        Host.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.That(Download((await SendAsync(File, 2, ChunkOf(other, 2))).File!), Is.EqualTo(other));
    }

    /// <summary>Nobody would come back for a session that begins with it, or be told of the file.</summary>
    [Test]
    public async Task The_last_one_is_no_other_files_that_is_under_way()
    {
        var other = Sample.Of(250_000, seed: 2);
        var stored = (await SendAllAsync(File, Content, 0, 1, 2)).File!;
        await SendAsync(File, 0, ChunkOf(other, 0));
        await Refusal.OfAsync(UploadErrorCode.ChunkBusy, () => SendAsync(File, 2, ChunkOf(Content, 2)));
        Assert.That(Download((await SendAllAsync(File, other, 1, 2)).File!), Is.EqualTo(other));
        Assert.That((await SendAsync(File, 2, ChunkOf(Content, 2))).File!.Id, Is.EqualTo(stored.Id));
    }

    [Test]
    public async Task A_file_that_begins_like_a_completed_one_is_not_mixed_with_one_that_was_abandoned([Values] bool isLater)
    {
        var (abandoned, other) = (Sample.Of(250_000, seed: 2), Changed(1, 2));
        await SendAllAsync(File, Content, 0, 1, 2);
        await SendAsync(File, 0, ChunkOf(abandoned, 0));
        Host.Time.Advance(isLater ? TimeSpan.FromMinutes(3) : TimeSpan.Zero);
        await Refusal.OfAsync(
            isLater ? UploadErrorCode.ChunkDiffers : UploadErrorCode.ChunkBusy, () => SendAsync(File, 0, ChunkOf(other, 0)));
        Host.Time.Advance(isLater ? TimeSpan.Zero : TimeSpan.FromMinutes(3));
        await Refusal.OfAsync(
            isLater ? UploadErrorCode.SessionConflict : UploadErrorCode.ChunkDiffers,
            () => SendAsync(File, 0, ChunkOf(other, 0)));
        Host.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.That(Download((await SendAllAsync(File, other, 0, 1, 2)).File!), Is.EqualTo(other));
    }

    [Test]
    public async Task A_file_that_is_sent_twice_at_once_is_stored_once([Values(40_000, 100_000, 250_000)] int length)
    {
        for (var round = 0; round < 20; round++)
        {
            var content = Sample.Of(length, seed: round);
            var file = FileOf(content, $"{round}");
            var count = file.Plan.Count!.Value;
            var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                ClientReceipt? last = null;
                for (var index = 0; index < count; index++)
                {
                    last = await AgainAsync(() => SendAsync(file, index, ChunkOf(content, index)));
                }

                return last!;
            })));
            Assert.That(answers.Select(answer => answer.File?.Id).Distinct().Count(), Is.EqualTo(1), $"round {round}");
            Assert.That(Download(answers[0].File!), Is.EqualTo(content));
            Assert.That((await StoredAsync()), Has.Count.EqualTo(Math.Min(FileCatalog.PageSize, round + 1)));
        }

        Assert.That(Parts, Is.Empty);
    }

    /// <summary>As a client does that is told to wait for a moment.</summary>
    static async Task<ClientReceipt> AgainAsync(Func<Task<ClientReceipt>> send)
    {
        while (true)
        {
            try
            {
                return await send();
            }
            catch (UploadException refusal) when (refusal.RetryAfter < TimeSpan.FromSeconds(5))
            {
                await Task.Delay(10);
            }
        }
    }

    [Test]
    public async Task Of_many_completed_files_of_one_key_none_is_mixed_into_the_next_one()
    {
        var first = Sample.Of(150_000, seed: 1);
        var file = FileOf(first);
        await SendAllAsync(file, first, 0, 1);
        var seed = 2;
        for (var isTaken = true; isTaken; seed++)
        {
            Assert.That(seed, Is.LessThan(80));
            var content = Sample.Of(150_000, seed);
            await SendAsync(file, 0, ChunkOf(content, 0));
            isTaken = await IsTakenAsync(file, 1, content);
        }

        // So many are not compared any more: nothing is published until the oldest of them are not sent again.
        Assert.That(seed, Is.GreaterThan(50));
        await Refusal.OfAsync(UploadErrorCode.ChunkBusy, () => SendAsync(file, 1, ChunkOf(first, 1)));
        Host.Time.Advance(TimeSpan.FromMinutes(2));
        var last = Sample.Of(150_000, seed - 1);
        Assert.That(Download((await SendAsync(file, 1, ChunkOf(last, 1))).File!), Is.EqualTo(last));
    }

    [Test]
    public async Task Completing_again_gives_the_same_answer()
    {
        var stored = (await SendAllAsync(File, Content, 0, 1, 2)).File!;
        var again = await Forms.CompleteAsync(File, Alice, _ => { }, None);
        Assert.That(again.File!.Id, Is.EqualTo(stored.Id));
        await Host.DeleteAsync(stored);
        await Refusal.OfAsync(UploadErrorCode.FileNotFound, () => Forms.CompleteAsync(File, Alice, _ => { }, None));
        await Refusal.OfAsync(
            UploadErrorCode.UploadNotFound,
            () => Forms.CompleteAsync(FileOf(Content, "never"), Alice, _ => { }, None));
    }

    /// <summary>The content with one chunk changed.</summary>
    static byte[] Changed(params int[] indices)
    {
        var bytes = Content.ToArray();
        Array.ForEach(indices, index => bytes[(index * ChunkSize) + 1000] ^= 1);
        return bytes;
    }

    async Task OnlyAsync(StoredFile stored)
    {
        Assert.That((await StoredAsync()).Select(file => file.Id), Is.EqualTo(new[] { stored.Id }));
        Assert.That(await Host.Repository.CountReceivingAsync(Alice.Key, None), Is.Zero);
        Assert.That(Parts, Is.Empty);
    }

    /// <summary>Sends chunks of a file in which each letter is a chunk.</summary>
    /// <returns>The letters of the file of the last answer; empty if that has none.</returns>
    async Task<string> SendLettersAsync(string letters, IEnumerable<int> order)
    {
        var content = Letters(letters);
        var receipt = await SendAllAsync(FileOf(content, $"{letters.Length}"), content, order);
        return receipt.File is null ? "" : Lettered(Download(receipt.File));
    }

    static byte[] Letters(string letters) => [.. letters.SelectMany(letter => Enumerable.Repeat((byte)letter, ChunkSize))];

    static string Lettered(byte[] content) => string.Concat(content.Chunk(ChunkSize).Select(chunk => (char)chunk[0]));
}
