using System.IO.Pipelines;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Clients;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Clients;

/// <summary>Weak identifiers bring two files together: nothing that is a mix of them is ever published.</summary>
public class ClientConflictTests : ClientFixture
{
    static readonly byte[] Content = Sample.Of(250_000);
    static readonly byte[] Other = Sample.Of(250_000, seed: 2);
    static readonly byte[] Long = Sample.Of(450_000);

    [Test]
    public async Task A_chunk_that_comes_again_is_compared()
    {
        var file = FileOf(Content);
        await SendAllAsync(file, Content, 0, 0, 1);
        Assert.That(Download((await SendAllAsync(file, Content, 1, 2)).File!), Is.EqualTo(Content));
    }

    [Test]
    public async Task Other_bytes_end_the_session_for_both_files([Values] bool isRestarted)
    {
        var file = FileOf(Content);
        await SendAllAsync(file, Content, 0, 1);
        await Refusal.OfAsync(UploadErrorCode.ChunkDiffers, () => SendAsync(file, 0, ChunkOf(Other, 0)));
        await (isRestarted ? RestartAsync() : Task.CompletedTask);
        await Refusal.OfAsync(UploadErrorCode.SessionConflict, () => SendAsync(file, 2, ChunkOf(Content, 2)));
        await Refusal.OfAsync(UploadErrorCode.SessionConflict, () => SendAsync(file, 1, ChunkOf(Other, 1)));
        Assert.That(await IsInAsync(file, 0), Is.False);
        Assert.That(await StoredAsync(), Is.Empty);
    }

    [Test]
    public async Task Also_where_all_chunks_are_in()
    {
        var file = FileOf(Content);
        await SendAsync(file, 0, ChunkOf(Content, 0), completes: false);
        await SendAsync(file, 1, ChunkOf(Content, 1), completes: false);
        await SendAsync(file, 2, ChunkOf(Content, 2), completes: false);
        await Refusal.OfAsync(
            UploadErrorCode.ChunkDiffers, () => SendAsync(file, 2, ChunkOf(Other, 2), completes: false));
        await Refusal.OfAsync(
            UploadErrorCode.SessionConflict, () => Forms.CompleteAsync(file, Alice, _ => { }, None));
        Assert.That(await StoredAsync(), Is.Empty);
    }

    [Test]
    public async Task Two_and_a_half_minutes_later_the_key_is_free_again()
    {
        var file = FileOf(Content);
        await SendAllAsync(file, Content, 0, 1);
        await Refusal.OfAsync(UploadErrorCode.ChunkDiffers, () => SendAsync(file, 0, ChunkOf(Other, 0)));
        Host.Time.Advance(TimeSpan.FromSeconds(151));
        Assert.That(Download((await SendAllAsync(file, Other, 0, 1, 2)).File!), Is.EqualTo(Other));
        Assert.That(Parts, Is.Empty);
    }

    [Test]
    public async Task One_that_nobody_comes_back_for_expires()
    {
        var file = FileOf(Content);
        await SendAllAsync(file, Content, 0, 1);
        await Refusal.OfAsync(UploadErrorCode.ChunkDiffers, () => SendAsync(file, 0, ChunkOf(Other, 0)));
        Host.Time.Advance(TimeSpan.FromSeconds(151));
        await Host.Get<UploadExpiry>().SweepAsync(None);
        Assert.That(Parts, Is.Empty);
    }

    [Test]
    public async Task A_client_that_asks_first_is_asked_for_two_chunks_after_a_silence([Values] bool isRestarted)
    {
        var (file, content) = (FileOf(Long), Long);
        await SendAllAsync(file, content, 0, 1, 2, 3);
        await BeSilentAsync(isRestarted);
        Assert.That(await IsInAsync(file, 1), Is.False, "the one that it asks for first");
        Assert.That(await IsInAsync(file, 0), Is.True);
        Assert.That(await IsInAsync(file, 3), Is.False, "the last one");
        Assert.That(await IsInAsync(file, 1), Is.False, "until it has come");
        await SendAsync(file, 1, ChunkOf(content, 1));
        Assert.That(await IsInAsync(file, 1), Is.True);
        Assert.That((await SendAsync(file, 4, ChunkOf(content, 4))).File, Is.Null, "another one is still to be compared");
        Assert.That(Download((await SendAsync(file, 3, ChunkOf(content, 3))).File!), Is.EqualTo(content));
    }

    [Test]
    public async Task A_client_that_asks_once_for_all_is_asked_for_them_too([Values] bool isRestarted)
    {
        var file = FileOf(Long);
        await SendAllAsync(file, Long, 0, 1, 2);
        await BeSilentAsync(isRestarted);
        var receipt = (await Forms.FindAsync(file, Alice, None))!;
        Assert.That(receipt.Received, Is.EqualTo(new[] { 1 }));
        Assert.That(receipt.Missing, Is.EqualTo(new[] { 0, 2, 3, 4 }));
        Assert.That(receipt.Next, Is.Zero);
        await SendAllAsync(file, Long, 3, 4);
        await Refusal.OfAsync(UploadErrorCode.ChunksMissing, () => Forms.CompleteAsync(file, Alice, _ => { }, None));
        await SendAsync(file, 0, ChunkOf(Long, 0), completes: false);
        await SendAsync(file, 2, ChunkOf(Long, 2), completes: false);
        Assert.That(Download((await Forms.CompleteAsync(file, Alice, _ => { }, None)).File!), Is.EqualTo(Long));
    }

    [Test]
    public async Task Who_asks_for_all_and_has_sent_nothing_is_to_send_everything()
    {
        var file = FileOf(Long);
        await SendAllAsync(file, Long, 0, 1, 2);
        var other = await Forms.FindAsync(file with { SecretOwner = "somebody else" }, Alice, None);
        Assert.That(other!.Received, Is.Empty);
        Assert.That(other.Missing, Is.EqualTo(new[] { 0, 1, 2, 3, 4 }));
        Assert.That(other.Next, Is.Zero);
    }

    [Test]
    public async Task Another_file_that_begins_alike_is_found_out_by_the_last_one([Values] bool sendsItAfterTheRest)
    {
        var file = FileOf(Long);
        var edited = Long.ToArray();
        Sample.Of(250_000, seed: 3).CopyTo(edited, 200_000);
        await SendAllAsync(file, Long, 0, 1, 2);
        await BeSilentAsync(isRestarted: false);
        Assert.That(await IsInAsync(file, 0), Is.False);
        await SendAsync(file, 0, ChunkOf(edited, 0));
        Assert.That(await IsInAsync(file, 2), Is.False);
        if (sendsItAfterTheRest)
        {
            await SendAllAsync(file, edited, 3, 4);
        }

        await Refusal.OfAsync(UploadErrorCode.ChunkDiffers, () => SendAsync(file, 2, ChunkOf(edited, 2)));
        Assert.That(await StoredAsync(), Is.Empty);
    }

    [Test]
    public async Task Who_goes_on_where_the_answer_to_the_first_chunk_says_shows_the_last_one_too()
    {
        var file = FileOf(Long);
        await SendAllAsync(file, Long, 0, 1, 2);
        Assert.That((await SendAsync(file, 0, ChunkOf(Long, 0))).Next, Is.EqualTo(2));
        Assert.That((await SendAsync(file, 2, ChunkOf(Long, 2))).Next, Is.EqualTo(3));
        Assert.That(Download((await SendAllAsync(file, Long, 3, 4)).File!), Is.EqualTo(Long));
    }

    [Test]
    public async Task A_file_whose_digest_is_known_is_not_compared()
    {
        var file = FileOf(Long);
        file = file with { Description = file.Description with { Md5 = Sample.Md5Of(Long) } };
        await SendAllAsync(file, Long, 0, 1, 2);
        await BeSilentAsync(isRestarted: false);
        Assert.That((await Forms.FindAsync(file, Alice, None))!.Received, Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(await IsInAsync(file, 0), Is.True);
    }

    [Test]
    public async Task Another_file_is_found_out_by_that_chunk([Values] bool isRestarted)
    {
        var file = FileOf(Content);
        await SendAllAsync(file, Content, 0, 1);
        await BeSilentAsync(isRestarted);
        Assert.That(await IsInAsync(file, 0), Is.False);
        await Refusal.OfAsync(UploadErrorCode.ChunkDiffers, () => SendAsync(file, 0, ChunkOf(Other, 0)));
        await Refusal.OfAsync(UploadErrorCode.SessionConflict, () => SendAsync(file, 2, ChunkOf(Other, 2)));
    }

    [Test]
    public async Task Nobody_is_asked_again_without_a_silence()
    {
        var file = FileOf(Content);
        await SendAsync(file, 0, ChunkOf(Content, 0));
        Host.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.That(await IsInAsync(file, 0), Is.True);
        Host.Time.Advance(TimeSpan.FromSeconds(59));
        await SendAsync(file, 1, ChunkOf(Content, 1));
        Assert.That(await IsInAsync(file, 0), Is.True);
    }

    [Test]
    public async Task The_list_of_what_is_in_leaves_out_the_chunks_that_are_asked_for()
    {
        var file = FileOf(Long);
        await SendAllAsync(file, Long, 0, 1, 2);
        Host.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.That(await IsInAsync(file, 0), Is.False);
        var receipt = await Forms.FindAsync(new ClientChunk(file, 1), Alice, tellsAll: false, None);
        Assert.That(receipt!.Received, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task Completing_waits_for_what_is_being_compared()
    {
        var file = FileOf(Content);
        await SendAllAsync(file, Content, 0, 1);
        var slow = new Pipe(new PipeOptions(pauseWriterThreshold: 2, resumeWriterThreshold: 1));
        var comparing = ReceiveAsync(new ClientChunk(file, 1), new ChunkBody(slow.Reader));
        await slow.Writer.WriteAsync(ChunkOf(Content, 1).AsMemory(0, 100)); // ends when they are being compared
        var completing = SendAsync(file, 2, ChunkOf(Content, 2));
        await Until.IsAsync(async () => (await Forms.FindAsync(file, Alice, None))?.ReceivedCount == 3);
        await slow.Writer.WriteAsync(ChunkOf(Other, 1).AsMemory(100));
        await slow.Writer.CompleteAsync();
        await Refusal.OfAsync(UploadErrorCode.ChunkDiffers, () => comparing);
        await Refusal.OfAsync(UploadErrorCode.SessionConflict, () => completing);
        Assert.That(await StoredAsync(), Is.Empty);
    }

    [Test]
    public async Task Completing_gives_up_on_who_is_silent_but_not_on_what_they_have_shown()
    {
        var file = FileOf(Content);
        await SendAllAsync(file, Content, 0, 1);
        var silent = new Pipe(new PipeOptions(pauseWriterThreshold: 2, resumeWriterThreshold: 1));
        var comparing = ReceiveAsync(new ClientChunk(file, 1), new ChunkBody(silent.Reader));
        await silent.Writer.WriteAsync(ChunkOf(Other, 1).AsMemory(0, 100));
        var completing = SendAsync(file, 2, ChunkOf(Content, 2));
        await Until.IsAsync(async () => (await Forms.FindAsync(file, Alice, None))?.ReceivedCount == 3);
        await Until.IsAsync(() =>
        {
            Host.Time.Advance(TimeSpan.FromSeconds(1));
            return comparing.IsCompleted;
        });

        await Refusal.OfAsync(UploadErrorCode.ChunkDiffers, () => comparing);
        await Refusal.OfAsync(UploadErrorCode.SessionConflict, () => completing);
        Assert.That(await StoredAsync(), Is.Empty);
    }

    [Test]
    public async Task A_published_file_is_not_touched_by_a_conflict_that_comes_late()
    {
        var file = FileOf(Content);
        using var lease = await Host.Get<ClientSessions>().OpenAsync(
            new ClientChunk(file, 0), Alice, Stage(ChunkOf(Content, 0)), None) is { Open: { } open } ? open : null;
        await SendAllAsync(file, Content, 0, 1, 2);
        await Host.Get<ClientSessions>().MarkConflictAsync(lease!.Upload);
        Assert.That(lease.Upload.Session.Client!.ConflictAt, Is.Null);
        await RestartAsync();
        await Host.RecoverAsync();
        Assert.That(await StoredAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_conflict_of_an_upload_that_is_loaded_anew_meanwhile_is_not_forgotten()
    {
        var file = FileOf(Content);
        await SendAsync(file, 0, ChunkOf(Content, 0));
        using var lease = (await Host.Get<ClientSessions>().FindOpenAsync(file, Alice, None))!;
        await Assert.CatchAsync<UploadException>(
            () => lease.Upload.WatchAsync(() => Task.FromException(UploadException.BytesLost())));
        await SendAsync(file, 1, ChunkOf(Content, 1)); // in the place of the one that is held
        await Host.Get<ClientSessions>().MarkConflictAsync(lease.Upload);
        await Refusal.OfAsync(UploadErrorCode.SessionConflict, () => SendAsync(file, 2, ChunkOf(Content, 2)));
        await RestartAsync();
        await Refusal.OfAsync(UploadErrorCode.SessionConflict, () => SendAsync(file, 2, ChunkOf(Content, 2)));
    }

    Task BeSilentAsync(bool isRestarted)
    {
        Host.Time.Advance(isRestarted ? TimeSpan.Zero : TimeSpan.FromSeconds(61));
        return isRestarted ? RestartAsync() : Task.CompletedTask;
    }
}
