using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;
using Microsoft.Coyote.Runtime;

namespace ChunkUploader.Tests.Interleavings.Scenarios;

/// <summary>
/// The domain's services on ports in memory, and what must be true of them whatever the order that requests were worked
/// on in. It keeps in mind what was acknowledged.
/// </summary>
public sealed class ScenarioHost
{
    const int ChunkSize = 8;

    public static readonly Owner Alice = new("alice", IsStable: true);
    public static readonly Owner Bob = new("bob", IsStable: true);

    readonly UploadPolicy _policy = new();
    readonly bool _timesOut;
    readonly MemoryDatabase _database;
    readonly MemoryStore _store = new();
    readonly ResumeLinkSecrets _secrets = new(new byte[32]);
    readonly UploadExpiry _expiry;
    readonly OwnershipTransfer _transfer;
    readonly WholeFileUpload _wholeFiles;
    readonly ChunkReceiver _receiver;
    readonly Trash _trash;

    readonly object _lock = new();

    // All below: under the lock.
    readonly Dictionary<string, byte[]> _contents = []; // of the clients' files, by name
    readonly List<(Id<UploadSession> Session, ChunkRange Chunk, byte[] Bytes)> _acknowledged = [];
    readonly Dictionary<Id<StoredFile>, string> _published = []; // names of files whose completion was acknowledged
    readonly HashSet<Id<UploadSession>> _cancelled = [];

    /// <param name="losesUpdates">See <see cref="MemoryDatabase"/>.</param>
    /// <param name="timesOut">See <see cref="ControlledTime"/>.</param>
    public ScenarioHost(bool losesUpdates = false, bool timesOut = false)
    {
        SchedulingPoint.Suppress(); // what is done one after the other has one order only
        _timesOut = timesOut;
        _database = new MemoryDatabase(losesUpdates);
        var hasher = new MemoryHasher(_store);
        var integrity = new BlobIntegrity(_database, _store, _store, Time);
        var claims = new PossessionClaims(_policy, Time);
        Uploads = NewUploads();
        var instant = new InstantUpload(_database, _store, _store, integrity, claims, _policy);
        var completion = new UploadCompletion(_database, _store, _store, integrity, claims, hasher);
        Service = new UploadService(Uploads, _database, instant, completion, new KeyedLock());
        _receiver = new ChunkReceiver(Uploads, _database, _store, hasher);
        _expiry = new UploadExpiry(_database, Service, Time);
        _transfer = new OwnershipTransfer(Uploads, Service, _secrets);
        _wholeFiles = new WholeFileUpload(
            Uploads, _database, _database, _store, _store, integrity, new StagedBlobs(), Time);
        _trash = new Trash(_database, _store, _policy, Time);
    }

    public ControlledTime Time { get; } = new();

    public UploadService Service { get; }

    public ActiveUploads Uploads { get; }

    public IReadOnlyList<UploadSession> Sessions => _database.Sessions;

    /// <summary>Bytes that tell their place, and their file.</summary>
    public static byte[] ContentOf(int chunks, byte seed = 1) =>
        [.. Enumerable.Range(0, chunks * ChunkSize).Select(i => (byte)((seed * 100) + i))];

    /// <summary>All of them, each begun before the others have ended.</summary>
    public async Task AtOnceAsync(params Func<Task>[] operations)
    {
        Time.TimesOut = _timesOut;
        SchedulingPoint.Resume();

        // Calls rather than method groups: only calls are rewritten.
        await Task.WhenAll(operations.Select(operation => Task.Run(operation)).ToArray());
        SchedulingPoint.Suppress();
        Time.TimesOut = false;
        foreach (var session in Sessions)
        {
            // A completion goes on where its client has not waited for it.
            using var lease = await Uploads.AcquireAsync(session.Id, CancellationToken.None);
            await (lease.Upload.Completion ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public static FileDescription Describe(byte[] content, string name, bool hashed = false) =>
        new()
        {
            FileName = name,
            Size = content.Length,
            ContentType = "application/octet-stream",
            Md5 = hashed ? new Md5Digest(CryptographicOperations.HashData(HashAlgorithmName.MD5, content)) : null,
            ContentHash = hashed ? new ContentHash(new Sha256Digest(SHA256.HashData(SHA256.HashData(content)))) : null,
        };

    public async Task<UploadStatus> BeginAsync(byte[] content, string name, Owner owner, bool hashed = false)
    {
        Remember(content, name);
        return await Service.BeginAsync(
            Describe(content, name, hashed), owner, ChunkPlan.For(content.Length, ChunkSize), CancellationToken.None);
    }

    public async Task SendAsync(UploadSession session, byte[] content, int index, Owner owner)
    {
        var range = session.Plan[index];
        var bytes = content[(int)range.Offset..(int)range.End];
        var body = new ChunkBody(PipeReader.Create(new ReadOnlySequence<byte>(bytes)));
        await _receiver.ReceiveAsync(session.Id, owner, index, body, CancellationToken.None);
        lock (_lock)
        {
            _acknowledged.Add((session.Id, range, bytes));
        }
    }

    /// <summary>The same where the chunk may be taken away from a writer that is slow.</summary>
    public Task TrySendAsync(UploadSession session, byte[] content, int index, Owner owner) =>
        _timesOut
            ? TryAsync(() => SendAsync(session, content, index, owner), UploadErrorCode.ChunkBusy)
            : SendAsync(session, content, index, owner);

    /// <returns>Null where it takes longer than the client waits.</returns>
    public async Task<StoredFile?> CompleteAsync(Id<UploadSession> id, Owner owner)
    {
        var file = (await Service.CompleteAsync(id, owner, null, null, CancellationToken.None)).File;
        Invariant.Holds(file is not null || _timesOut, "a completion was acknowledged without a file");
        lock (_lock)
        {
            if (file is not null)
            {
                _published[file.Id] = file.Name;
            }
        }

        return file;
    }

    public async Task CancelAsync(Id<UploadSession> id, Owner owner)
    {
        lock (_lock)
        {
            _cancelled.Add(id); // before it is acknowledged, it may have happened
        }

        await Service.CancelAsync(id, owner, CancellationToken.None);
    }

    public Task TakeOverAsync(Id<UploadSession> id, Owner from, Owner to) =>
        _transfer.TakeAsync(id, _secrets.Of(id, from.Key), to, CancellationToken.None);

    public Task ExpireAsync() => _expiry.SweepAsync(CancellationToken.None);

    public async Task<StoredFile> UploadWholeAsync(byte[] content, string name, Owner owner)
    {
        Remember(content, name);
        var status = await _wholeFiles.ReceiveAsync(
            Describe(content, name),
            owner,
            ChunkPlan.For(content.Length, content.Length),
            new WholeFileBody(
                PipeReader.Create(new ReadOnlySequence<byte>(content)),
                _ => Task.FromResult<(Md5Digest?, ContentHash?)>((null, null))),
            CancellationToken.None);
        var file = status!.File!;
        lock (_lock)
        {
            _published[file.Id] = name;
        }

        return file;
    }

    public async Task DeleteAsync(StoredFile file)
    {
        lock (_lock)
        {
            _published.Remove(file.Id);
        }

        await _trash.PutAsync(file.Id, CancellationToken.None);
        await _trash.DeleteAsync(file.Id, CancellationToken.None);
    }

    /// <summary>An upload without bytes, where it is offered.</summary>
    public async Task UploadInstantlyAsync(byte[] content, string name, Owner owner)
    {
        var begun = await BeginAsync(content, name, owner, hashed: true);
        if (begun.Challenge is not { } challenge)
        {
            return;
        }

        var answer = new Sha256Digest(SHA256.HashData(
        [
            .. challenge.Nonce,
            .. challenge.Ranges().SelectMany(range => content[(int)range.Offset..((int)range.Offset + range.Length)]),
        ]));
        var status = await Service.ProveAsync(begun.Session.Id, owner, answer, CancellationToken.None);
        Invariant.Holds(!status.IsWrongProof, "a right answer was judged wrong");
        if (status.File is { } file)
        {
            lock (_lock)
            {
                _published[file.Id] = name;
            }
        }
    }

    /// <summary>Runs what may be refused in these ways, and in no other.</summary>
    public static async Task<bool> TryAsync(Func<Task> operation, params UploadErrorCode[] refusals)
    {
        try
        {
            await operation();
            return true;
        }
        catch (UploadException refusal) when (refusals.Contains(refusal.Code))
        {
            return false;
        }
    }

    /// <summary>What was acknowledged until now may expire.</summary>
    public void ForgetAcknowledged() => _acknowledged.Clear();

    /// <summary>What must be true once nothing runs any more.</summary>
    public async Task VerifyAsync()
    {
        VerifyFiles();
        VerifyBytes();
        foreach (var session in Sessions)
        {
            await VerifyMemoryAsync(session);
        }

        await VerifyAcknowledgedAsync();

        // Whatever is left can be ended, and then nothing of it is left.
        foreach (var session in Sessions.Where(session => session.State != UploadState.Completed))
        {
            await CancelAsync(session.Id, new Owner(session.Owner, IsStable: true));
        }

        VerifyFiles();
        VerifyBytes();
        Invariant.Holds(_store.Parts.Count == 0, "a part has no session");
        Invariant.Holds(Uploads.Room.Promised == 0, $"{Uploads.Room.Promised} bytes are promised to nobody");
    }

    /// <summary>Loaded anew, as after a restart.</summary>
    ActiveUploads NewUploads() => new(_database, _store, _store, _policy, Time);

    void Remember(byte[] content, string name)
    {
        lock (_lock)
        {
            _contents[name] = content;
        }
    }

    void VerifyFiles()
    {
        var blobs = _database.Blobs.ToDictionary(blob => blob.Id);
        foreach (var file in _database.Files)
        {
            Invariant.Holds(blobs.ContainsKey(file.BlobId), $"{file.Name} has no blob");
            Invariant.Holds(
                _store.Blobs.GetValueOrDefault(file.BlobId) is { } bytes && bytes.SequenceEqual(_contents[file.Name]),
                $"{file.Name} does not have the bytes that its client sent");
        }

        foreach (var (id, name) in _published)
        {
            Invariant.Holds(_database.Files.Any(file => file.Id == id), $"{name} was acknowledged and is not there");
        }

        var names = _database.Files.GroupBy(file => (file.Owner, file.Name)).Where(files => files.Count() > 1);
        Invariant.Holds(!names.Any(), "one upload was published twice");
        Invariant.Holds(
            blobs.Values.DistinctBy(blob => blob.ContentHash).Count() == blobs.Count, "content is stored twice");
        Invariant.Holds(blobs.Values.All(blob => blob.DamagedAt is null), "a blob is marked as damaged");
    }

    void VerifyBytes()
    {
        var named = _database.Blobs.Select(blob => blob.Id).ToHashSet();
        var arriving = Sessions.Where(session => session.State != UploadState.Completed)
            .Select(session => session.BlobId)
            .ToHashSet();
        Invariant.Holds(named.IsSubsetOf(_store.Blobs.Keys), "a blob's row has no bytes");
        Invariant.Holds(
            _store.Blobs.Keys.All(blob => named.Contains(blob) || arriving.Contains(blob)), "bytes of a blob have no row");
        Invariant.Holds(_store.Parts.All(arriving.Contains), "bytes of a part have no session");
    }

    /// <summary>A session in memory is what it is at rest: else it could never be saved again.</summary>
    async Task VerifyMemoryAsync(UploadSession row)
    {
        using var lease = await Uploads.AcquireAsync(row.Id, CancellationToken.None);
        var session = lease.Upload.Session;
        Invariant.Holds(
            (session.State, session.Owner, session.BlobId, session.FileId) == (row.State, row.Owner, row.BlobId, row.FileId),
            "a session in memory is not what was saved");
        Invariant.Holds(
            session.State == UploadState.Completed || session.Version == row.Version,
            "a session in memory can't be saved any more");
    }

    /// <summary>Whatever was acknowledged would be there after a restart.</summary>
    public async Task VerifyAcknowledgedAsync()
    {
        var restarted = NewUploads();
        foreach (var (id, chunk, bytes) in _acknowledged.Where(chunk => !_cancelled.Contains(chunk.Session)))
        {
            using var lease = await restarted.AcquireAsync(id, CancellationToken.None);
            var session = lease.Upload.Session;
            Invariant.Holds(session.Received.Contains(chunk.Index), $"chunk {chunk.Index} was acknowledged and is not in");
            var stored = session.State == UploadState.Completed
                ? _store.Blobs.GetValueOrDefault(session.BlobId)
                : _store.PartOf(session.BlobId);
            Invariant.Holds(
                stored is null
                    ? session.State == UploadState.Completed // deleted since
                    : stored.AsSpan((int)chunk.Offset, (int)chunk.Length).SequenceEqual(bytes),
                $"chunk {chunk.Index} does not have the bytes that were acknowledged");
        }
    }
}
