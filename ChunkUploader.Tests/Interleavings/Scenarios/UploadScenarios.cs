using ChunkUploader.Domain;
using ChunkUploader.Domain.Sessions;
using static ChunkUploader.Tests.Interleavings.Scenarios.ScenarioHost;

namespace ChunkUploader.Tests.Interleavings.Scenarios;

/// <summary>A few requests at once; whatever the order that they are worked on in, the invariants hold at the end.
/// </summary>
public static class UploadScenarios
{
    const string Name = "a.bin";

    public static Task A_chunk_the_same_again_another_one_and_completing() => SendAndCompleteAsync(new ScenarioHost());

    public static Task The_same_chunks_where_waits_time_out() => SendAndCompleteAsync(new ScenarioHost(timesOut: true));

    /// <summary>The same over a port that is broken on purpose.</summary>
    public static Task A_planted_lost_update() => SendAndCompleteAsync(new ScenarioHost(losesUpdates: true));

    static async Task SendAndCompleteAsync(ScenarioHost host)
    {
        var content = ContentOf(2);
        var session = (await host.BeginAsync(content, Name, Alice)).Session;
        await host.AtOnceAsync(
            () => host.TrySendAsync(session, content, 0, Alice),
            () => host.TrySendAsync(session, content, 0, Alice),
            () => host.TrySendAsync(session, content, 1, Alice),
            () => TryAsync(() => host.CompleteAsync(session.Id, Alice), UploadErrorCode.ChunksMissing));
        await host.VerifyAcknowledgedAsync();
        await host.SendAsync(session, content, 0, Alice);
        await host.SendAsync(session, content, 1, Alice);
        await host.CompleteAsync(session.Id, Alice);
        await host.VerifyAsync();
    }

    public static Task A_chunk_cancelling_and_completing() => CancelAsync(new ScenarioHost());

    public static Task The_same_cancelling_where_waits_time_out() => CancelAsync(new ScenarioHost(timesOut: true));

    static async Task CancelAsync(ScenarioHost host)
    {
        var content = ContentOf(2);
        var session = (await host.BeginAsync(content, Name, Alice)).Session;
        await host.SendAsync(session, content, 0, Alice);
        await host.AtOnceAsync(
            () => TryAsync(
                () => host.SendAsync(session, content, 1, Alice), UploadErrorCode.UploadNotFound, UploadErrorCode.ChunkBusy),
            () => TryAsync(() => host.CancelAsync(session.Id, Alice), UploadErrorCode.SessionConflict),
            () => TryAsync(
                () => host.CompleteAsync(session.Id, Alice), UploadErrorCode.UploadNotFound, UploadErrorCode.ChunksMissing));
        await host.VerifyAsync();
    }

    public static async Task A_chunk_a_transfer_of_ownership_and_completing_by_the_former_owner()
    {
        var host = new ScenarioHost();
        var content = ContentOf(2);
        var session = (await host.BeginAsync(content, Name, Alice)).Session;
        await host.SendAsync(session, content, 0, Alice);
        await host.AtOnceAsync(
            () => TryAsync(() => host.SendAsync(session, content, 1, Alice), UploadErrorCode.UploadNotFound),
            () => host.TakeOverAsync(session.Id, Alice, Bob),
            () => TryAsync(
                () => host.CompleteAsync(session.Id, Alice), UploadErrorCode.UploadNotFound, UploadErrorCode.ChunksMissing));
        var owner = host.Sessions.Single().Owner == Bob.Key ? Bob : Alice;
        await host.SendAsync(session, content, 1, owner);
        var file = await host.CompleteAsync(session.Id, owner);
        Invariant.Holds(file!.Owner == owner.Key, "the file is not its session's owner's");
        await host.VerifyAsync();
    }

    public static async Task A_chunk_expiry_idle_release_and_loading_again()
    {
        var host = new ScenarioHost();
        var content = ContentOf(2);
        var session = (await host.BeginAsync(content, Name, Alice)).Session;
        await host.SendAsync(session, content, 0, Alice);
        host.Time.Advance(TimeSpan.FromDays(8));
        host.ForgetAcknowledged();
        await host.AtOnceAsync(
            () => TryAsync(
                () => host.SendAsync(session, content, 1, Alice), UploadErrorCode.UploadNotFound, UploadErrorCode.ChunkBusy),
            host.ExpireAsync,
            () => Task.Run(host.Uploads.ReleaseIdle),
            () => TryAsync(
                () => host.Service.GetAsync(session.Id, Alice, CancellationToken.None), UploadErrorCode.UploadNotFound));
        await host.VerifyAsync();
    }

    public static async Task Beginning_one_file_twice()
    {
        var host = new ScenarioHost();
        var content = ContentOf(2);
        UploadStatus? one = null, other = null;
        await host.AtOnceAsync(
            async () => one = await host.BeginAsync(content, Name, Alice),
            async () => other = await host.BeginAsync(content, Name, Alice));
        Invariant.Holds(one!.Session.Id == other!.Session.Id, "one file has two sessions");
        Invariant.Holds(host.Sessions.Count == 1, "one file has two sessions");
        Invariant.Holds(one.IsNew != other.IsNew, "both, or none, were told that the session is new");
        await host.VerifyAsync();
    }

    public static Task A_whole_file_deleting_its_content_and_an_instant_upload() => ShareAsync(TimeSpan.Zero);

    /// <summary>What was verified long ago is repaired by an upload of the same content.</summary>
    public static Task The_same_where_the_content_is_repaired() => ShareAsync(TimeSpan.FromDays(2));

    static async Task ShareAsync(TimeSpan age)
    {
        var host = new ScenarioHost();
        var content = ContentOf(1);
        var stored = await host.UploadWholeAsync(content, Name, Alice);
        host.Time.Advance(age);
        await host.AtOnceAsync(
            () => host.UploadWholeAsync(content, "b.bin", Alice),
            () => host.DeleteAsync(stored),
            () => host.UploadInstantlyAsync(content, "c.bin", Alice));
        await host.VerifyAsync();
    }

    public static async Task Two_completions_of_one_content()
    {
        var host = new ScenarioHost();
        var content = ContentOf(1);
        var one = (await host.BeginAsync(content, Name, Alice)).Session;
        var other = (await host.BeginAsync(content, "b.bin", Bob)).Session;
        await host.SendAsync(one, content, 0, Alice);
        await host.SendAsync(other, content, 0, Bob);
        await host.AtOnceAsync(() => host.CompleteAsync(one.Id, Alice), () => host.CompleteAsync(other.Id, Bob));
        await host.VerifyAsync();
    }
}
