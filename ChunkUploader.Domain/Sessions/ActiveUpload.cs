using System.Diagnostics;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Clients;
using ChunkUploader.Domain.Hashing;

namespace ChunkUploader.Domain.Sessions;

/// <summary>
/// A session that requests are working on, with what only lives in memory: who writes which chunk, and the digests so
/// far. It can always be built again from the repository and the store.
/// </summary>
public sealed class ActiveUpload(
    UploadSession session, ResumableHasher hasher, IUploadRepository repository, UploadPolicy policy, TimeProvider time)
    : IDisposable
{
    /// <summary>For what changes in a moment: the three below, and the session's <see cref="UploadSession.ExpiresAt"/> and
    /// <see cref="UploadSession.Part"/>, which chunks change while somebody else has the session.</summary>
    readonly Lock _lock = new();
    int _users;
    long _lastUse = time.GetTimestamp();
    bool _retired;

    /// <summary>The session's lock: all its other fields but <see cref="UploadSession.Received"/>, which has one of its own,
    /// and those of this class that say so.</summary>
    readonly SemaphoreSlim _exclusive = new(1, 1);
    Task<StoredFile>? _completion; // under _exclusive
    bool _isEnded; // under _exclusive
    bool _isReplaced; // under _exclusive

    // Each of these is written whole, and only grows.
    bool _differs;
    bool _isToldOfSplit;
    bool _hasLostBytes;
    bool _isStale;
    long _savedDigest = hasher.Position;

    public UploadSession Session { get; } = session;

    public ResumableHasher Hasher { get; } = hasher;

    public ChunkLocks ChunkLocks { get; } = new(time);

    /// <summary>For form clients, which can mistake one file for another.</summary>
    public ResendCheck ResendCheck { get; } = new(time);

    /// <summary>For form clients, which do not ask before they take a file for complete.</summary>
    public LossNotice Losses { get; } = new();

    /// <summary>The completion that is under way, or has ended.</summary>
    public Task<StoredFile>? Completion
    {
        get => _completion;
        set
        {
            AssertExclusive();
            _completion = value;
        }
    }

    public bool IsCompleting => Session.State == UploadState.Completing || IsCompletionRunning;

    /// <summary>False for a session that is verified and could not be published: it can be tried again, or ended.
    /// </summary>
    public bool IsCompletionRunning => Completion is { IsCompleted: false };

    /// <summary>
    /// A chunk came again and was another one. Known before its writer leaves, so before anybody completes who has
    /// waited for that.
    /// </summary>
    public void MarkConflicting() => Volatile.Write(ref _differs, true);

    public bool IsConflicting => Volatile.Read(ref _differs);

    /// <summary>Its client was told that other chunks of its file came from elsewhere.</summary>
    public void MarkToldOfSplit() => Volatile.Write(ref _isToldOfSplit, true);

    public bool IsToldOfSplit => Volatile.Read(ref _isToldOfSplit);

    /// <exception cref="UploadException"><see cref="UploadErrorCode.SessionConflict"/>: two files have met in an upload
    /// of form clients.</exception>
    public void ThrowIfConflicting() => Session.Client?.ThrowIfConflicting(IsConflicting);

    /// <summary>Cancelled or expired: it does not exist any more, nor does its row.</summary>
    public bool IsEnded
    {
        get => _isEnded;
        set
        {
            AssertExclusive();
            _isEnded = value;
        }
    }

    /// <summary>The store has lost bytes of it: it has to be loaded anew, by which it is found out which.</summary>
    public bool HasLostBytes => Volatile.Read(ref _hasLostBytes);

    /// <summary>The session was saved elsewhere: it has to be loaded anew.</summary>
    public bool IsStale => Volatile.Read(ref _isStale);

    /// <summary>What every wait of this upload's requests is measured by.</summary>
    public TimeProvider Time => time;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>When the session expires if this moment is the last one that something arrives in.</summary>
    public DateTimeOffset NextExpiry => Now + policy.SessionLifetime;

    /// <summary>Changes and saves the session's own fields, one request at a time; never while a client's bytes come.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.UploadNotFound"/>: it was cancelled or has expired.
    /// </exception>
    public async Task RunExclusiveAsync(Func<Task> change, CancellationToken ct)
    {
        await _exclusive.WaitAsync(ct);
        try
        {
            await (IsEnded ? throw UploadException.NotFound()
                : _isReplaced ? throw (HasLostBytes ? UploadException.BytesLost() : ChangedElsewhere())
                : change());
        }
        finally
        {
            _exclusive.Release();
        }
    }

    /// <summary>The same on behalf of an owner, who may have lost it to another while he waited.</summary>
    /// <inheritdoc cref="RunExclusiveAsync(Func{Task}, CancellationToken)" path="/exception"/>
    public Task RunExclusiveAsync(Owner owner, Func<Task> change, CancellationToken ct) =>
        RunExclusiveAsync(() => Session.Owner == owner.Key ? change() : throw UploadException.NotFound(), ct);

    /// <summary>
    /// Changes the session and saves it. In memory it changes only once it is saved: where saving fails, the next try
    /// finds the change still to be made. Does nothing where the session does not receive any more. The caller holds the
    /// lock.
    /// </summary>
    /// <param name="change">Is given a copy; returns whether there is anything to save.</param>
    public async Task SaveAsync(Func<UploadSession, bool> change, CancellationToken ct)
    {
        AssertExclusive();
        var copy = Copy();
        if (Session.State == UploadState.Receiving && change(copy))
        {
            await SaveAsync(() => repository.UpdateAsync(copy, ct));
            lock (_lock)
            {
                Session.Become(copy);
            }
        }
    }

    /// <summary>Publishes the session's file. The caller holds the lock, or completes the session.</summary>
    /// <inheritdoc cref="IUploadRepository.PublishAsync" path="/returns"/>
    public async Task<StoredFile?> PublishAsync(StoredFile file, Blob? blob)
    {
        StoredFile? published = null;
        await SaveAsync(async () => published = await repository.PublishAsync(Session, file, blob, CancellationToken.None));
        return published;
    }

    /// <summary>Bytes of the session have come, to this part. Others may be changing the session meanwhile.</summary>
    /// <returns>When it expires now.</returns>
    public DateTimeOffset MarkArrival(string part)
    {
        lock (_lock)
        {
            Session.Prolong(NextExpiry);
            Session.KeepPart(part);
            return Session.ExpiresAt;
        }
    }

    async Task SaveAsync(Func<Task> save)
    {
        try
        {
            await save();
        }
        catch (StaleSessionException)
        {
            Volatile.Write(ref _isStale, true);
            throw ChangedElsewhere();
        }
    }

    static UploadException ChangedElsewhere() =>
        new(UploadErrorCode.SessionConflict, "The upload was changed elsewhere; try again.")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };

    UploadSession Copy()
    {
        lock (_lock)
        {
            return Session.Copy();
        }
    }

    [Conditional("DEBUG")]
    void AssertExclusive() => Debug.Assert(_exclusive.CurrentCount == 0, "The session's lock is not held.");

    /// <summary>Runs what may find out that the store has lost bytes, and keeps that in mind.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.BytesLost"/>, whether writing has found it out or
    /// reading.</exception>
    public async Task<T> WatchAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (UploadException refusal) when (refusal.Code == UploadErrorCode.BytesLost)
        {
            Volatile.Write(ref _hasLostBytes, true);
            throw;
        }
        catch (IOException exception) when (
            exception.InnerException is UploadException { Code: UploadErrorCode.BytesLost })
        {
            Volatile.Write(ref _hasLostBytes, true);
            throw UploadException.BytesLost(exception);
        }
        catch (ObjectDisposedException exception) when (HasLostBytes)
        {
            throw UploadException.BytesLost(exception); // another request has found it out, and ended the digests
        }
    }

    /// <inheritdoc cref="WatchAsync{T}"/>
    public Task WatchAsync(Func<Task> work) =>
        WatchAsync(async () =>
        {
            await work();
            return true;
        });

    /// <summary>
    /// Ends the use of this object, so that another one may be loaded of the session: whoever still writes has left
    /// when it returns, and whoever still comes is refused.
    /// </summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.BytesLost"/>,
    /// <see cref="UploadErrorCode.SessionConflict"/>: somebody holds its lock.</exception>
    public async Task ReplaceAsync(Func<Task> save)
    {
        // Not waited for: who comes here may have it himself, further up.
        if (!await _exclusive.WaitAsync(TimeSpan.Zero))
        {
            throw HasLostBytes ? UploadException.BytesLost() : ChangedElsewhere();
        }

        try
        {
            if (!_isReplaced)
            {
                await save();
                _isReplaced = true;
                await ChunkLocks.CloseAsync();
                Hasher.Dispose();
            }
        }
        finally
        {
            _exclusive.Release();
        }
    }

    /// <summary>How far the digests have come beyond what was saved; null if that is not a block.</summary>
    public DigestProgress? UnsavedProgress => Hasher.ProgressSince(Volatile.Read(ref _savedDigest));

    public void MarkSaved(DigestProgress progress) => Volatile.Write(ref _savedDigest, progress.Position);

    /// <returns>False if it was retired: it has to be loaded again.</returns>
    public bool TryEnter()
    {
        lock (_lock)
        {
            _users += _retired ? 0 : 1;
            return !_retired;
        }
    }

    public void Leave()
    {
        lock (_lock)
        {
            _users--;
            _lastUse = time.GetTimestamp();
        }
    }

    /// <summary>Ends its use if nobody has used it for so long.</summary>
    public bool TryRetire(TimeSpan idle)
    {
        lock (_lock)
        {
            if (_users > 0 || _retired || time.GetElapsedTime(_lastUse) < idle)
            {
                return false;
            }

            return _retired = true;
        }
    }

    public void Dispose()
    {
        Hasher.Dispose();
        _exclusive.Dispose();
    }
}
