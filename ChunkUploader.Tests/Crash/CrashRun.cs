using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ChunkUploader.Domain.Content;
using ChunkUploader.Infrastructure.Persistence;
using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Support.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using NUnit.Framework;
    static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);


namespace ChunkUploader.Tests.Crash;

/// <summary>Clients that upload without end, a server that is killed again and again, and a look after every death.</summary>
sealed class CrashRun(TempFolder dataFolder, int seed) : IAsyncDisposable
{
    const int OldFilesLookedAt = 5;
    const int MaxStrays = 2;
    const int Killed = 128 + 9; // SIGKILL

    readonly Random _random = new(seed);
    readonly CrashingServer _server = new(dataFolder.Path);
    readonly ConcurrentBag<TrackedUpload> _uploads = [];
    readonly CancellationTokenSource _end = new();
    readonly HashSet<string> _seen = []; // completed files that were compared after an earlier death
    List<Task> _clients = [];
    KillPlan? _last;

    public int Kills { get; private set; }

    public int KillsAtSystemCalls { get; private set; }

    public int KillsDuringStart { get; private set; }

    public int Files => _uploads.Count(upload => upload.FileId is not null);

    public int Chunks => _uploads.Sum(upload => upload.Acknowledged.Count);

    public IReadOnlyCollection<TrackedUpload> Uploads => _uploads;

    /// <summary>Starts so many clients, each of another kind, and one who deletes and restores what they have
    /// stored.</summary>
    public void Begin(int count)
    {
        string[] kinds = ["whole", "plain", .. FormClients.All.Keys];
        _random.Shuffle(kinds);
        _clients = [.. kinds.Prepend("native").Take(count).Select(kind =>
        {
            var client = new CrashClient(kind, _server, _uploads, new Random(_random.Next()), _end.Token);
            return Task.Run(client.RunAsync);
        })];
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
    public Task KillWhileMigratingAsync()
    {
        if (!File.Exists(dataFolder.Combine("uploader.db")))
        {
            using var context = new UploaderDbContext(new DbContextOptionsBuilder<UploaderDbContext>()
                .UseSqlite($"Data Source={dataFolder.Combine("uploader.db")};Pooling=False").Options);
            context.GetService<IMigrator>().Migrate(context.Database.GetMigrations().First());
        }

        return KillOnceAsync(KillPlan.WhileMigrating(_random));
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
        _seen.Clear();
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
            return false;
        }
    }

    async Task CheckAsync(string when, bool all = false)
    {
        foreach (var faulted in _clients.Where(running => running.IsFaulted))
        {
            await faulted;
        }

            // Its connections end a moment before it does.
            await Task.WhenAny(_server.Process.Ended, Task.Delay(Moment));
            if (!_server.Process.Ended.IsCompleted)
            {
                throw;
            }

        foreach (var upload in _uploads.Where(upload => upload.FileId is null && !upload.MayBeGone))
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
    }

    /// <summary>Every acknowledged chunk is received still, and its bytes are those that were sent.</summary>
    void CheckAcknowledged(TrackedUpload upload, string when)
    {
        if (upload.Acknowledged.IsEmpty)
        {
            return;
        }

        var owner = $"script:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(upload.Owner)))}";
        var session = _server.Data.Query(
            $"SELECT lower(hex(Id)) || ' ' || State || ' ' || lower(hex(BlobId)) || ' ' || lower(hex(Form_ParkedBlob)) "
            + $"FROM UploadSessions WHERE Owner = '{owner}' ORDER BY State DESC");
        Assert.That(session, Has.Length.EqualTo(1), $"{when}: one session of {upload.File.Name}");
        if (session[0].Split(' ') is not [var id, "0", var blob, var parked])
        {
            return; // completing or completed: its file is looked at once the client has heard of it
        }

        var received = _server.Data.Query($"SELECT \"Index\" FROM ReceivedChunks WHERE hex(SessionId) = '{id.ToUpperInvariant()}'")
            .Select(index => int.Parse(index, CultureInfo.InvariantCulture)).ToHashSet();
        foreach (var (index, (offset, length)) in upload.Acknowledged)
        {
            if (!received.Contains(index))
            {
                Assert.That(parked, Is.Not.Empty, $"{when}: chunk {index} of {upload.File.Name} was acknowledged");
                continue;
            }

            using var part = File.OpenHandle(_server.Data.PathOfPart(blob));
            var stored = new byte[length];
            Assert.That(RandomAccess.Read(part, stored, offset), Is.EqualTo(length), $"{when}: chunk {index}");
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

        Assert.That(answer.Status, Is.EqualTo(200).Or.EqualTo(upload.MayBeGone ? 404 : 200), $"{when}: {answer.Status}");
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
}
