using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Clients;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;
using Microsoft.Coyote.Runtime;

namespace ChunkUploader.Tests.Interleavings.Scenarios;

/// <summary>
/// Sessions, chunks and files at rest, in memory. Each call is one transaction, before and after which others may have
/// their turn: between the two, the rows are committed and the caller does not know it yet.
/// </summary>
/// <param name="losesUpdates">Plants a fault: a chunk is kept by reading a session's rows, and writing them back with one
/// more in a second transaction.</param>
public sealed class MemoryDatabase(bool losesUpdates = false) : IUploadRepository, IStoredFileRepository
{
    static readonly Action<UploadSession, int> SetVersion = typeof(UploadSession)
        .GetProperty(nameof(UploadSession.Version))!.GetSetMethod(nonPublic: true)!
        .CreateDelegate<Action<UploadSession, int>>();

    readonly object _lock = new();

    // All below: under the lock.
    readonly Dictionary<Id<UploadSession>, SessionRows> _sessions = [];
    readonly Dictionary<Id<StoredFile>, StoredFile> _files = [];
    readonly Dictionary<Id<Blob>, Blob> _blobs = [];

    /// <summary>What is there now, for the invariants.</summary>
    public IReadOnlyList<UploadSession> Sessions => [.. _sessions.Values.Select(rows => rows.Session)];

    /// <inheritdoc cref="Sessions"/>
    public IReadOnlyList<StoredFile> Files => [.. _files.Values];

    /// <inheritdoc cref="Sessions"/>
    public IReadOnlyList<Blob> Blobs => [.. _blobs.Values];

    public Task AddAsync(UploadSession session, CancellationToken ct) =>
        TransactAsync(() =>
        {
            _sessions.Add(session.Id, new SessionRows(AtRest(session)));
            return true;
        });

    public Task<(UploadSession Session, IReadOnlyList<ReceivedChunk> Chunks)?> FindAsync(
        Id<UploadSession> id, CancellationToken ct) =>
        TransactAsync<(UploadSession, IReadOnlyList<ReceivedChunk>)?>(() =>
        {
            if (_sessions.GetValueOrDefault(id) is not { } rows)
            {
                return null;
            }

            var session = AtRest(rows.Session);
            if (session.State == UploadState.Completed)
            {
                Enumerable.Range(0, session.Received.Count).ToList().ForEach(index => session.Received.Add(index));
                return (session, []);
            }

            ReceivedChunk[] chunks = [.. rows.Chunks.Values.Select(chunk => chunk with { Part = null })];
            Array.ForEach(chunks, chunk => session.Received.Add(chunk.Range.Index));
            return (session, chunks);
        });

    public Task<IReadOnlyList<UploadSession>> ListReceivingAsync(
        string owner, string fileName, long size, CancellationToken ct) =>
        TransactAsync<IReadOnlyList<UploadSession>>(() =>
        [
            .. _sessions.Values.Select(rows => rows.Session)
                .Where(session => session.State == UploadState.Receiving && session.Owner == owner
                    && session.FileName == fileName && session.Plan.Size == size)
                .Select(AtRest),
        ]);

    public Task UpdateAsync(UploadSession session, CancellationToken ct) =>
        TransactAsync(() =>
        {
            Update(session);
            return true;
        });

    public async Task MarkReceivedAsync(
        Id<UploadSession> id,
        ReceivedChunk chunk,
        DateTimeOffset expiresAt,
        DigestProgress? hashed,
        CancellationToken ct)
    {
        var before = losesUpdates ? await TransactAsync(() => _sessions[id].Chunks) : null;
        await TransactAsync(() =>
        {
            var rows = _sessions[id]; // a chunk without a session would be a row of nobody
            rows.Chunks = new(before ?? rows.Chunks) { [chunk.Range.Index] = chunk };
            rows.Session.Prolong(expiresAt);
            rows.Session.KeepPart(chunk.Part!);
            Save(rows, hashed);
            return true;
        });
    }

    public Task SaveDigestAsync(Id<UploadSession> id, DigestProgress progress, CancellationToken ct) =>
        TransactAsync(() =>
        {
            if (_sessions.GetValueOrDefault(id) is { Session.State: UploadState.Receiving } rows)
            {
                Save(rows, progress);
            }

            return true;
        });

    public Task<DigestProgress?> FindDigestAsync(Id<UploadSession> id, CancellationToken ct) =>
        TransactAsync(() => _sessions.GetValueOrDefault(id)?.Digest);

    public Task<StoredFile?> PublishAsync(UploadSession session, StoredFile file, Blob? blob, CancellationToken ct) =>
        TransactAsync(() =>
        {
            if (_sessions.GetValueOrDefault(session.Id) is not { } rows)
            {
                return null;
            }

            if (rows.Session.State == UploadState.Completed)
            {
                return WithBlob(_files.GetValueOrDefault(rows.Session.FileId!.Value));
            }

            EnsureVersion(rows.Session, session);
            if ((blob is null ? FindNamed(file.BlobId) : AddOrFind(blob)) is not { } target)
            {
                return null;
            }

            (file.BlobId, file.Blob) = (target.Id, target);
            _files.Add(file.Id, Copy(file));
            rows.Chunks = [];
            rows.Digest = null;
            var completed = session.Copy();
            completed.MarkCompleted(file);
            Update(completed);
            return file;
        });

    public Task<bool> PublishWholeAsync(UploadSession session, StoredFile file, Blob blob, CancellationToken ct) =>
        TransactAsync(() =>
        {
            var isNew = !_sessions.ContainsKey(session.Id);
            if (isNew)
            {
                var target = AddOrFind(blob);
                (file.BlobId, file.Blob) = (target.Id, target);
                _files.Add(file.Id, Copy(file));
                session.MarkCompleted(file);
                _sessions.Add(session.Id, new SessionRows(AtRest(session)));
            }

            return isNew;
        });

    public Task<int> CountReceivingAsync(string owner, CancellationToken ct) =>
        TransactAsync(() => _sessions.Values.Count(rows =>
            rows.Session.Owner == owner && rows.Session.State == UploadState.Receiving));

    public Task<bool> DeleteAsync(Id<UploadSession> id, CancellationToken ct) =>
        TransactAsync(() => _sessions.Remove(id, out var rows) && _blobs.ContainsKey(rows.Session.BlobId));

    public Task RemoveLeftChunksAsync(CancellationToken ct) =>
        TransactAsync(() =>
        {
            foreach (var rows in _sessions.Values.Where(rows => rows.Session.State == UploadState.Completed))
            {
                rows.Chunks = [];
            }

            return true;
        });

    public Task<IReadOnlyList<Id<UploadSession>>> ListExpiredAsync(DateTimeOffset now, CancellationToken ct) =>
        TransactAsync<IReadOnlyList<Id<UploadSession>>>(
            () => [.. _sessions.Where(entry => entry.Value.Session.ExpiresAt <= now).Select(entry => entry.Key)]);

    public Task<StoredFile?> FindAsync(Id<StoredFile> id, CancellationToken ct) =>
        TransactAsync(() => WithBlob(_files.GetValueOrDefault(id) is { TrashedAt: null } file ? file : null));

    public Task<Blob?> FindBlobAsync(
        Md5Digest md5, ContentHash contentHash, long size, string? owner, CancellationToken ct) =>
        TransactAsync(() => _blobs.Values.FirstOrDefault(blob =>
            (blob.Md5, blob.ContentHash, blob.Size) == (md5, contentHash, size)
            && _files.Values.Any(file => file.BlobId == blob.Id && file.TrashedAt is null
                && (owner is null || file.Owner == owner))));

    public Task<Blob?> FindBlobAsync(ContentHash contentHash, long size, CancellationToken ct) =>
        TransactAsync(() => _blobs.Values.FirstOrDefault(blob => (blob.ContentHash, blob.Size) == (contentHash, size)));

    public Task<bool> HasAnotherAsync(StoredFile file, CancellationToken ct) =>
        TransactAsync(() => _files.Values.Any(other => other.TrashedAt is null && other.BlobId == file.BlobId
            && other.Owner == file.Owner && other.Id != file.Id));

    public Task MarkDamagedAsync(Blob blob, DateTimeOffset at, CancellationToken ct) =>
        TransactAsync(() =>
        {
            if (_blobs.GetValueOrDefault(blob.Id) is { DamagedAt: null } there && there.VerifiedAt == blob.VerifiedAt)
            {
                _blobs[blob.Id] = Copy(there, there.VerifiedAt, at);
            }

            return true;
        });

    public Task<bool> MarkVerifiedAsync(Id<Blob> blob, DateTimeOffset at, CancellationToken ct) =>
        TransactAsync(() =>
        {
            var there = _blobs.GetValueOrDefault(blob);
            if (there is not null)
            {
                _blobs[blob] = Copy(there, at, null);
            }

            return there is not null;
        });

    public Task<StoredFile?> FindTrashedAsync(Id<StoredFile> id, CancellationToken ct) =>
        TransactAsync(() => WithBlob(_files.GetValueOrDefault(id) is { TrashedAt: not null } file ? file : null));

    public Task<bool> TrashAsync(Id<StoredFile> id, DateTimeOffset now, CancellationToken ct) =>
        TransactAsync(() =>
        {
            var isThere = _files.GetValueOrDefault(id) is { TrashedAt: null };
            if (isThere)
            {
                _files[id] = Copy(_files[id], now);
            }

            return isThere;
        });

    public Task<(bool Found, Id<Blob>? Orphan)> DeleteTrashedAsync(Id<StoredFile> id, CancellationToken ct) =>
        TransactAsync<(bool, Id<Blob>?)>(() =>
        {
            if (_files.GetValueOrDefault(id) is not { TrashedAt: not null } file)
            {
                return (false, null);
            }

            _files.Remove(id);
            if (_files.Values.Any(other => other.BlobId == file.BlobId))
            {
                return (true, null);
            }

            _blobs.Remove(file.BlobId);
            return (true, file.BlobId);
        });

    /// <summary>One transaction.</summary>
    Task<T> TransactAsync<T>(Func<T> work)
    {
        SchedulingPoint.Interleave();
        T result;
        lock (_lock)
        {
            result = work();
        }

        SchedulingPoint.Interleave();
        return Task.FromResult(result);
    }

    void Update(UploadSession session)
    {
        if (_sessions.GetValueOrDefault(session.Id) is not { } rows)
        {
            throw UploadException.NotFound();
        }

        EnsureVersion(rows.Session, session);
        SetVersion(session, session.Version + 1);
        var saved = AtRest(session);
        if (rows.Session.Part is { } part)
        {
            saved.KeepPart(part);
        }

        saved.Prolong(rows.Session.ExpiresAt);
        rows.Session = saved;
    }

    static void EnsureVersion(UploadSession there, UploadSession saved)
    {
        if (there.Version != saved.Version)
        {
            throw new StaleSessionException();
        }
    }

    Blob AddOrFind(Blob blob)
    {
        var target = _blobs.Values.FirstOrDefault(other => other.ContentHash == blob.ContentHash) ?? blob;
        _blobs[target.Id] = target;
        return target;
    }

    Blob? FindNamed(Id<Blob> blob) =>
        _blobs.GetValueOrDefault(blob) is { DamagedAt: null } there
        && _files.Values.Any(file => file.BlobId == blob && file.TrashedAt is null) ? there : null;

    StoredFile? WithBlob(StoredFile? file)
    {
        var copy = file is null ? null : Copy(file, file.TrashedAt);
        copy?.Blob = _blobs[copy.BlobId];
        return copy;
    }

    static void Save(SessionRows rows, DigestProgress? hashed) =>
        rows.Digest = hashed?.Position > (rows.Digest?.Position ?? 0) ? hashed : rows.Digest;

    /// <summary>A copy with a map of its own, which is empty.</summary>
    static UploadSession AtRest(UploadSession session)
    {
        var copy = session.Copy();
        copy.Learn(ChunkPlan.Open());
        copy.Learn(session.Plan);
        return copy;
    }

    static StoredFile Copy(StoredFile file, DateTimeOffset? trashedAt = null) =>
        new()
        {
            Id = file.Id,
            BlobId = file.BlobId,
            Owner = file.Owner,
            Name = file.Name,
            ContentType = file.ContentType,
            UploadedAt = file.UploadedAt,
            Instant = file.Instant,
            TrashedAt = trashedAt,
        };

    static Blob Copy(Blob blob, DateTimeOffset verifiedAt, DateTimeOffset? damagedAt) =>
        new()
        {
            Id = blob.Id,
            Size = blob.Size,
            Md5 = blob.Md5,
            ContentHash = blob.ContentHash,
            FirstBlock = blob.FirstBlock,
            StoredAt = blob.StoredAt,
            VerifiedAt = verifiedAt,
            DamagedAt = damagedAt,
        };

    // What no scenario comes to.
    public Task<Sha256Digest[]> FindBlocksAsync(Id<Blob> blob, CancellationToken ct) => throw new NotSupportedException();

    public Task<IReadOnlyList<UploadSession>> ListReceivingAsync(string owner, CancellationToken ct) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<(UploadSession Session, long Received)>> ListReceivingAsync(
        DateTimeOffset expireAfter, CancellationToken ct) => throw new NotSupportedException();

    public Task<IReadOnlyList<UploadSession>> ListOfClientAsync(string? owner, string key, CancellationToken ct) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<UploadSession>> ListNearGuestAsync(
        string guest, string address, string key, CancellationToken ct) => throw new NotSupportedException();

    public Task SaveRepeatedAsync(Id<UploadSession> id, ClientState client, CancellationToken ct) =>
        throw new NotSupportedException();

    public Task RequireVerificationAsync(Id<UploadSession> id, CancellationToken ct) =>
        throw new NotSupportedException();

    public Task MarkVerifiedAsync(
        Id<UploadSession> id,
        IReadOnlyCollection<ChunkRange> lostChunks,
        Id<Blob> blob,
        string? part,
        CancellationToken ct) => throw new NotSupportedException();

    public Task<IReadOnlyList<Id<UploadSession>>> ListCompletingAsync(CancellationToken ct) =>
        throw new NotSupportedException();

    public Task<FilePage> ListAsync(string? search, int page, int pageSize, CancellationToken ct) =>
        throw new NotSupportedException();

    public Task<Blob?> FindBlobAsync(long size, Sha256Digest firstBlock, string? owner, CancellationToken ct) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<Blob>> ListDamagedAsync(CancellationToken ct) => throw new NotSupportedException();

    public Task<IReadOnlyList<StoredFile>> ListByMd5Async(Md5Digest md5, string? owner, CancellationToken ct) =>
        throw new NotSupportedException();

    public Task<bool> AddAsync(StoredFile file, CancellationToken ct) => throw new NotSupportedException();

    public Task CountDownloadAsync(Id<StoredFile> id, CancellationToken ct) => throw new NotSupportedException();

    public Task<FilePage> ListTrashedAsync(string? search, int page, int pageSize, CancellationToken ct) =>
        throw new NotSupportedException();

    public Task<bool> RestoreAsync(Id<StoredFile> id, CancellationToken ct) => throw new NotSupportedException();

    public Task<(int Count, IReadOnlyList<Id<Blob>> Orphans)> DeleteTrashedAsync(
        DateTimeOffset before, int limit, CancellationToken ct) => throw new NotSupportedException();

    public Task<bool> AdoptAsync(StoredFile file, Blob blob, byte[] blocks, CancellationToken ct) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<Id<Blob>>> ListDeletedBlobsAsync(CancellationToken ct) =>
        throw new NotSupportedException();

    public Task ForgetDeletedBlobsAsync(IReadOnlyCollection<Id<Blob>> blobs, CancellationToken ct) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<(Id<Blob> Blob, long Size)> ListBlobSizesAsync(CancellationToken ct) =>
        throw new NotSupportedException();

    public Task<IReadOnlySet<Id<Blob>>> FindKnownBlobsAsync(
        IReadOnlyCollection<Id<Blob>> blobs, CancellationToken ct) => throw new NotSupportedException();

    public Task<IReadOnlySet<Id<Blob>>> FindKnownPartsAsync(
        IReadOnlyCollection<Id<Blob>> parts, CancellationToken ct) => throw new NotSupportedException();

    sealed class SessionRows(UploadSession session)
    {
        public UploadSession Session { get; set; } = session;

        /// <summary>By index. Never changed, but replaced.</summary>
        public Dictionary<int, ReceivedChunk> Chunks { get; set; } = [];

        public DigestProgress? Digest { get; set; }
    }
}
