using System.Collections.Concurrent;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Clients;
using ChunkUploader.Domain.Hashing;
using Entry = System.Lazy<System.Threading.Tasks.Task<ChunkUploader.Domain.Sessions.ActiveUpload?>>;

namespace ChunkUploader.Domain.Sessions;

/// <summary>
/// The sessions that requests are working on: a cache over the repository, so that a chunk costs the same whether it is
/// the second or the millionth of its session.
/// </summary>
public sealed class ActiveUploads(
    IUploadRepository repository, IPartStore partStore, IBlobStore blobStore, UploadPolicy policy, TimeProvider time)
{
    static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    readonly ConcurrentDictionary<Id<UploadSession>, Entry> _uploads = [];
    readonly UploadLoader _loader = new(repository, partStore, blobStore, policy, time);

    public UploadPolicy Policy => policy;

    /// <summary>What is promised to uploads, whether they are in memory or not.</summary>
    public SpaceReservations Room { get; } = new(partStore, policy, time);

    /// <summary>Begins a session, saved before it is used.</summary>
    /// <inheritdoc cref="AdmitAsync" path="/exception"/>
    public async Task<UploadLease> BeginAsync(FileDescription file, Owner owner, ChunkPlan plan, CancellationToken ct)
    {
        var session = await AdmitAsync(file, owner, plan, ct);
        var upload = new ActiveUpload(session, new ResumableHasher(session.BlobId, new BlockDigests()), repository, policy, time);
        upload.TryEnter();
        upload.ResendCheck.Start();
        var entry = new Entry(Task.FromResult<ActiveUpload?>(upload));
        _uploads[session.Id] = entry; // before its row can be seen, so that nobody loads it a second time
        try
        {
            await repository.AddAsync(session, ct);
        }
        catch
        {
            _uploads.TryRemove(new(session.Id, entry));
            upload.Dispose();
            throw;
        }

        Room.Reserve(session);
        return new UploadLease(upload, () => ReleaseEnded(session.Id, entry, upload));
    }

    /// <summary>A session for a file that may come. It is not saved yet.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.FileTooLarge"/>,
    /// <see cref="UploadErrorCode.StorageFull"/>, <see cref="UploadErrorCode.TooManyUploads"/>.</exception>
    public async Task<UploadSession> AdmitAsync(
        FileDescription file, Owner owner, ChunkPlan plan, CancellationToken ct)
    {
        var size = plan.Size ?? 0;
        policy.EnsureAllowed(plan.MinSize);
        if (size > partStore.FreeBytes)
        {
            throw new UploadException(UploadErrorCode.StorageFull, "There is not enough room for this file.");
        }

        await EnsureMayOpenAsync(owner, ct);
        return UploadSession.Begin(file, owner, plan, time.GetUtcNow(), policy.SessionLifetime);
    }

    /// <exception cref="UploadException"><see cref="UploadErrorCode.TooManyUploads"/>.</exception>
    public async Task EnsureMayOpenAsync(Owner owner, CancellationToken ct)
    {
        if (await repository.CountReceivingAsync(owner.Key, ct) >= policy.MaxOpenUploads)
        {
            throw new UploadException(
                UploadErrorCode.TooManyUploads, "Complete or cancel some of your unfinished uploads first.")
            {
                RetryAfter = TimeSpan.FromMinutes(1),
            };
        }
    }

    /// <summary>The upload, kept in memory until the lease is disposed.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.UploadNotFound"/>.</exception>
    public async Task<UploadLease> AcquireAsync(Id<UploadSession> id, CancellationToken ct)
    {
        while (true)
        {
            // Loading is shared, so it does not end with the request that began it.
            var entry = _uploads.GetOrAdd(id, key => new Entry(() => _loader.LoadAsync(key)));
            ActiveUpload? upload = null;
            try
            {
                upload = await entry.Value.WaitAsync(ct);
            }
            finally
            {
                // Loaded for others, it stays, though this request has hung up: there must not be two of one session.
                if (entry.Value is { IsFaulted: true } or { IsCompletedSuccessfully: true, Result: null })
                {
                    _uploads.TryRemove(new(id, entry));
                }
            }

            if (upload is null or { IsEnded: true })
            {
                throw UploadException.NotFound();
            }

            if (upload.TryEnter())
            {
                var lease = new UploadLease(upload, () => ReleaseEnded(id, entry, upload));
                if (!upload.HasLostBytes && !upload.IsStale)
                {
                    return lease;
                }

                using (lease)
                {
                    await upload.ReplaceAsync(() => upload.HasLostBytes
                        ? repository.RequireVerificationAsync(id, CancellationToken.None)
                        : Task.CompletedTask);
                }
            }

            _uploads.TryRemove(new(id, entry));
        }
    }

    /// <summary>The upload if it is this owner's: to anybody else it does not exist.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.UploadNotFound"/>.</exception>
    public async Task<UploadLease> AcquireAsync(Id<UploadSession> id, Owner owner, CancellationToken ct)
    {
        var lease = await AcquireAsync(id, ct);
        if (lease.Upload.Session.Owner == owner.Key)
        {
            return lease;
        }

        lease.Dispose();
        throw UploadException.NotFound();
    }

    /// <summary>
    /// Removes a session with its part. Nobody must be changing it: the caller holds its lock. May be repeated where it
    /// failed: until the row is gone the session is there, though it takes no chunks.
    /// </summary>
    /// <param name="isDue">Asked once nobody writes any more: a chunk whose last bytes were being written as its writer was
    /// told to leave is acknowledged all the same. If it is not due then, the session stays, and is loaded anew by the next
    /// one who needs it.</param>
    public async Task EndAsync(ActiveUpload upload, Func<bool>? isDue = null)
    {
        await upload.ChunkLocks.CloseAsync();
        if (isDue?.Invoke() == false)
        {
            return;
        }

        // The row goes first: bytes without a row are garbage, a row without bytes would be a broken promise.
        var isPublished = await repository.DeleteAsync(upload.Session.Id, CancellationToken.None);
        upload.IsEnded = true;
        upload.Hasher.Dispose();
        await (upload.Session.State switch
        {
            // What still receives has a part. A blob of that id was published after the database's backup was made.
            UploadState.Receiving => partStore.DeletePartAsync(upload.Session.BlobId, CancellationToken.None),
            UploadState.Completing when !isPublished =>
                blobStore.DeleteAsync(upload.Session.BlobId, CancellationToken.None),
            _ => Task.CompletedTask,
        });

        if (upload.Session.Client?.StagedBlob is { } staged)
        {
            await blobStore.DeleteAsync(staged, CancellationToken.None);
        }
    }

    /// <summary>Forgets what nobody has used for a while; it is loaded again when it is needed.</summary>
    public void ReleaseIdle()
    {
        foreach (var (id, entry) in _uploads)
        {
            if (LoadedIn(entry) is { } upload)
            {
                Release(id, entry, upload, Idle);
            }
        }
    }

    /// <summary>
    /// Saves how far all digests have come. A chunk that is kept saves what was hashed by then; this is for what was
    /// hashed since.
    /// </summary>
    public async Task SaveDigestsAsync()
    {
        await Task.WhenAll(Loaded.Select(async upload =>
        {
            try
            {
                await upload.RunExclusiveAsync(() => SaveDigestAsync(upload), CancellationToken.None);
            }
            catch (Exception exception) when (exception is UploadException or ObjectDisposedException)
            {
                // It has ended, or is loaded anew, as bytes were lost that it was a digest of.
            }
        }));
    }

    async Task SaveDigestAsync(ActiveUpload upload)
    {
        if (upload.UnsavedProgress is { } progress)
        {
            await repository.SaveDigestAsync(upload.Session.Id, progress, CancellationToken.None);
            upload.MarkSaved(progress);
        }
    }

    IEnumerable<ActiveUpload> Loaded => _uploads.Values.Select(LoadedIn).OfType<ActiveUpload>();

    static ActiveUpload? LoadedIn(Entry entry) =>
        entry is { IsValueCreated: true, Value.IsCompletedSuccessfully: true } ? entry.Value.Result : null;

    void ReleaseEnded(Id<UploadSession> id, Entry entry, ActiveUpload upload)
    {
        // One that could not be ended is loaded anew by the next one who needs it, with whatever is left of it.
        if (upload.Session.State == UploadState.Completed || upload.ChunkLocks.IsClosed)
        {
            Room.Release(id);
            Release(id, entry, upload, TimeSpan.Zero);
        }
    }

    void Release(Id<UploadSession> id, Entry entry, ActiveUpload upload, TimeSpan idle)
    {
        if (upload.TryRetire(idle))
        {
            _uploads.TryRemove(new(id, entry));
            upload.Dispose();
        }
    }
}
