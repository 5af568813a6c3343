using System.Collections.Concurrent;
using System.Globalization;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Crash;

/// <summary>Clients that upload without end, a server that is killed again and again, and a look after every death.</summary>
sealed class CrashRun(TempFolder dataFolder, int seed) : IAsyncDisposable
{
    static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    const int OldFilesLookedAt = 5;
    const int MaxStrays = 2;
    const int Killed = 128 + 9; // SIGKILL

    /// <summary>Those that say a file's name, by which a look into the database finds what nobody else owns.</summary>
    static readonly string[] Guests = ["flow.js", "resumable.js", "Fine Uploader", "WebUploader", "Plupload", "ng-file-upload"];

    readonly Random _random = new(seed);
    readonly CrashingServer _server = new(dataFolder.Path);
    readonly ConcurrentBag<TrackedUpload> _uploads = [];
    readonly CancellationTokenSource _end = new();
    readonly HashSet<string> _seen = []; // completed files that were compared after an earlier death
    readonly HashSet<string> _rows = []; // stored files whose bytes were compared, whoever has heard of them
    CrashNamesakes? _namesakes;
    List<Task> _clients = [];
    KillPlan? _last;

    public int Kills { get; private set; }

    public int KillsAtSystemCalls { get; private set; }

    public int KillsDuringStart { get; private set; }

    public int Files => _uploads.Count(upload => upload.FileId is not null);

    public int Chunks => _uploads.Sum(upload => upload.Acknowledged.Count);

    public int NamesakesStored => _uploads.Count(upload => upload is { HasNamesake: true, FileId: not null });

    public int NamesakesRefused => _namesakes!.Refused;

    /// <summary>Starts so many clients, each of another kind, a guest, two who send files of one name, and one who deletes
    /// and restores what they have stored.</summary>
    public void Begin(int count)
    {
        string[] kinds = ["whole", "plain", .. DialectClients.All.Keys];
        _random.Shuffle(kinds);
        var withoutSizes = DialectClients.WithoutSizes[_random.Next(DialectClients.WithoutSizes.Count)];
        var guest = Guests[_random.Next(Guests.Length)];
        kinds = ["native", withoutSizes, .. kinds.Except([withoutSizes])];
        _clients = [.. kinds.Take(count).Append(guest).Select((kind, i) =>
        {
            var client = new CrashClient(kind, i == count, _server, _uploads, new Random(_random.Next()), _end.Token);
            return Task.Run(client.RunAsync);
        })];
        _namesakes = new CrashNamesakes(_server, _uploads, new Random(_random.Next()), _end.Token);
        _clients.Add(Task.Run(_namesakes.RunAsync));
        var chance = new Random(_random.Next());
        _clients.Add(Task.Run(async () =>
        {
            using var admin = new CrashAdmin(_server, _uploads, chance, _end.Token);
            await admin.RunAsync();
        }));
    }

    /// <summary>Starts the server, looks whether all is there, lets the clients in, and kills it as planned, which may
    /// be before any of that.</summary>
    public Task KillOnceAsync()
    {
        var isForAdmin = _random.Next(8) == 0 && _uploads.Any(upload => upload is { FileId: not null, MayBeGone: false });
        return KillOnceAsync(isForAdmin ? KillPlan.WhileAdminIsAlone(_random) : KillPlan.Next(_random));
    }

    /// <summary>The same while the database of the first version is brought up to date.</summary>
    public async Task KillWhileMigratingAsync()
    {
        if (!File.Exists(dataFolder.Combine("uploader.db")))
        {
            await FirstVersion.MakeAsync(_server, _uploads);
        }

        await KillOnceAsync(KillPlan.WhileMigrating(_random));
    }

    async Task KillOnceAsync(KillPlan plan)
    {
        if (await _server.StartAsync(plan) && await TryCheckAsync($"before kill {Kills + 1}, after {_last}"))
        {
            await _server.OpenAsync(plan);
        }

        KillsAtSystemCalls += await _server.KillAsync(plan) ? 0 : 1;
        await _server.CloseAsync();
        Assert.That(_server.Process.ExitCode, Is.EqualTo(Killed), $"after {_last}: {_server.Process.Output}");
        _last = plan;
        (Kills, KillsDuringStart) = (Kills + 1, KillsDuringStart + (plan.IsDuringStart ? 1 : 0));
        await SweepStraysAsync();
    }

    /// <summary>Removes what nothing points to, and then the quarantine.</summary>
    /// <param name="host">With a clock by which all of that is old.</param>
    public static async Task SweepAsync(CoreHost host)
    {
        await host.Get<BlobJanitor>().SweepAsync(CancellationToken.None);
        host.Time.Advance(TimeSpan.FromDays(8));
        await host.Get<BlobJanitor>().SweepAsync(CancellationToken.None);
    }

    /// <summary>As an hourly sweep would: more than a few crashes within the hour would look like an older database.
    /// </summary>
    async Task SweepStraysAsync()
    {
        if (_server.Data.Blobs.Length - _server.Data.Query("SELECT hex(Id) FROM Blobs").Length > MaxStrays)
        {
            await using var host = new CoreHost(dataFolder);
            await SweepAsync(host);
        }
    }

    /// <summary>Lets all clients finish what they have begun.</summary>
    public async Task EndAsync()
    {
        Assert.That(await _server.StartAsync(null), Is.True, _server.Process.Output);
        await _server.OpenAsync(null);
        await Eventually.Is(() => _clients.TrueForAll(client => client.IsFaulted) || Files > 0, "files were stored");
        await _end.CancelAsync();
        foreach (var client in _clients)
        {
            try
            {
                await client;
            }
            catch (OperationCanceledException)
            {
                // In the middle of an upload.
            }
        }

        await _server.CloseAsync();
        foreach (var begun in _uploads.Where(upload => upload is { IsOld: true, FileId: null }))
        {
            using var client = new UploadClient(_server.Address, begun.Owner);
            await FirstVersion.StoreAsync(client, begun);
        }

        _seen.Clear();
        _rows.Clear();
        await CheckAsync("the end", all: true);
        await _server.Process.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _server.DisposeAsync();
        _end.Dispose();
    }

    /// <returns>False if the server died meanwhile.</returns>
    async Task<bool> TryCheckAsync(string when)
    {
        try
        {
            await CheckAsync(when);
            return true;
        }
        catch (Exception exception) when (CrashingServer.IsBrokenOff(exception))
        {
            // Its connections end a moment before it does.
            await Task.WhenAny(_server.Process.Ended, Task.Delay(Moment));
            if (!_server.Process.Ended.IsCompleted)
            {
                throw;
            }

            return false;
        }
    }

    async Task CheckAsync(string when, bool all = false)
    {
        foreach (var faulted in _clients.Where(running => running.IsFaulted))
        {
            await faulted;
        }

        foreach (var upload in _uploads.Where(upload => upload is { FileId: null, MayBeGone: false, HasNamesake: false }))
        {
            CheckAcknowledged(upload, when);
        }

        var old = _uploads.Where(upload => upload.FileId is { } id && _seen.Contains(id)).ToArray();
        _random.Shuffle(old);
        var completed = _uploads.Where(upload => upload.FileId is { } id && !_seen.Contains(id))
            .Concat(all ? old : old.Take(OldFilesLookedAt))
            .ToList();
        using var client = new UploadClient(_server.Address);
        foreach (var upload in completed)
        {
            await CheckStoredAsync(client, upload, when);
            _seen.Add(upload.FileId!);
        }

        CheckBlobs(when);
        CheckRows(when);
    }

    /// <summary>Every acknowledged chunk is received still, and its bytes are those that were sent.</summary>
    void CheckAcknowledged(TrackedUpload upload, string when)
    {
        if (upload.Acknowledged.IsEmpty)
        {
            return;
        }

        var isIt = upload.OwnerKey is { } owner ? $"Owner = '{owner}'" : $"FileName = '{upload.File.Name}'";
        var session = _server.Data.Query(
            $"SELECT lower(hex(Id)) || ' ' || State || ' ' || lower(hex(BlobId)) || ' ' || lower(hex(Client_StagedBlob)) "
            + $"|| ' ' || coalesce(ChunkCount, 0) "
            + $"FROM UploadSessions WHERE {isIt} ORDER BY State DESC");
        Assert.That(session, Has.Length.EqualTo(1), $"{when}: one session of {upload.File.Name}");
        if (session[0].Split(' ') is not [var id, "0", var blob, var staged, var count])
        {
            return; // completing or completed: its file is looked at once the client has heard of it
        }

        var received = _server.Data.Query($"SELECT Offset FROM ReceivedChunks WHERE hex(SessionId) = '{id.ToUpperInvariant()}'")
            .Select(offset => long.Parse(offset, CultureInfo.InvariantCulture)).ToHashSet();
        foreach (var (index, (offset, length)) in upload.Acknowledged)
        {
            // Only the last chunk can be without a place.
            var isStaged = !received.Contains(offset) && staged.Length > 0 && $"{index + 1}" == count;
            Assert.That(
                isStaged || received.Contains(offset), Is.True, $"{when}: chunk {index} of {upload.File.Name} was acknowledged");
            using var part = File.OpenHandle(_server.Data.PathOfPart(isStaged ? staged : blob));
            var stored = new byte[length];
            Assert.That(
                RandomAccess.Read(part, stored, isStaged ? 0 : offset), Is.EqualTo(length), $"{when}: chunk {index}");
            Assert.That(
                stored.AsSpan().SequenceEqual(upload.File.Bytes.AsSpan((int)offset, length)), Is.True,
                $"{when}: the bytes of chunk {index} of {upload.File.Name}");
        }
    }

    static async Task CheckStoredAsync(UploadClient client, TrackedUpload upload, string when)
    {
        // Not as a download: to be counted, that would be written down.
        var answer = await client.GetAsync($"files/{upload.FileId}/preview");
        if (upload.IsGone)
        {
            Assert.That(answer.Status, Is.EqualTo(404), $"{when}: {upload.File.Name} was deleted");
            return;
        }

        var mayBeMissing = upload.MayBeTrashed || upload.MayBeGone;
        Assert.That(answer.Status, Is.EqualTo(200).Or.EqualTo(mayBeMissing ? 404 : 200), $"{when}: {answer.Status}");
        Assert.That(
            answer.Status == 404 || answer.Body.AsSpan().SequenceEqual(upload.File.Bytes), Is.True,
            $"{when}: the bytes of {upload.File.Name}");
    }

    /// <summary>No name is without its bytes.</summary>
    void CheckBlobs(string when)
    {
        foreach (var blob in _server.Data.Query("SELECT lower(hex(Id)) || ' ' || Size FROM Blobs"))
        {
            var (name, size) = (blob.Split(' ')[0], long.Parse(blob.Split(' ')[1], CultureInfo.InvariantCulture));
            var file = new FileInfo(_server.Data.PathOfBlob(name));
            Assert.That(file.Exists && file.Length == size, Is.True, $"{when}: the bytes of blob {name}");
        }
    }

    /// <summary>No file that was not deleted for good is without its row, be it in the trash. And every row's bytes are
    /// those of a file that was sent under its owner's name, whoever has heard of it: no two are mixed.</summary>
    void CheckRows(string when)
    {
        var rows = _server.Data.Query(
                "SELECT lower(hex(Id)) || ' ' || lower(hex(BlobId)) || ' ' || Owner || ' ' || Name FROM StoredFiles")
            .ToDictionary(row => row.Split(' ')[0]);
        var lost = _uploads.Where(upload => upload is { FileId: { } id, MayBeGone: false } && !rows.ContainsKey(id));
        Assert.That(lost.Select(upload => upload.File.Name), Is.Empty, $"{when}: neither stored nor in the trash");
        var sent = _uploads.ToLookup(upload => upload.OwnerKey ?? upload.File.Name);
        foreach (var row in rows.Values.Where(_rows.Add))
        {
            var (blob, owner, name) = (row.Split(' ', 4)[1], row.Split(' ', 4)[2], row.Split(' ', 4)[3]);
            var bytes = _server.Data.ReadBlob(blob);
            Assert.That(
                sent[sent.Contains(owner) ? owner : name].Any(upload => bytes.AsSpan().SequenceEqual(upload.File.Bytes)),
                Is.True, $"{when}: {row} is none of the files that were sent");
        }
    }
}
