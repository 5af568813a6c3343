using System.Buffers;
using System.IO.Pipelines;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Domain.Completion;

/// <summary>
/// Takes a file that comes whole: its bytes are hashed while they arrive, verified and committed, then its session is
/// saved for the first time, completed, in the transaction that publishes the file. A crash before that leaves only
/// bytes without a row.
/// </summary>
public sealed class WholeFileUpload(
    ActiveUploads uploads,
    IUploadRepository repository,
    IStoredFileRepository files,
    IPartStore partStore,
    IBlobStore blobStore,
    BlobIntegrity integrity,
    IStagedBlobs stagedBlobs,
    TimeProvider time)
{
    /// <summary>Takes a file along with its beginning.</summary>
    /// <param name="plan">One chunk, or none for an empty file.</param>
    /// <param name="body">The file's bytes. Digests that are announced behind them replace those of the file's
    /// description.</param>
    /// <returns>Null if the client gave its session an id that there is already: nothing is kept, as an earlier
    /// request with it, whose answer was lost, has brought the file.</returns>
    /// <exception cref="UploadException">The file is refused, and nothing is kept of it;
    /// <see cref="UploadErrorCode.SessionConflict"/>: there is another file under that id;
    /// <see cref="UploadErrorCode.FileNotFound"/>: there was this one, which was deleted since.</exception>
    public async Task<UploadStatus?> ReceiveAsync(
        FileDescription file, Owner owner, ChunkPlan plan, WholeFileBody body, CancellationToken ct)
    {
        var session = await uploads.AdmitAsync(file, owner, plan, ct);
        uploads.Room.EnsureRoom(plan.Size ?? 0);
        var staged = await TakeAsync(
            session.BlobId,
            async observe =>
            {
                await partStore.WriteChunkAsync(session.BlobId, plan[0], body.Bytes, observe, ct);
                return plan.Size!.Value;
            });
        return await OrDiscardAsync(
            staged,
            async () =>
            {
                var (md5, contentHash) = await body.ReadLateDigestsAsync(ct);
                session.SetDeclaredDigests(md5, contentHash);
                await VerifyAsync(session, staged);
            },
            () => PublishAsync(session));
    }

    /// <summary>Takes bytes of which nothing is known yet, not even how many there are.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.FileTooLarge"/>,
    /// <see cref="UploadErrorCode.StorageFull"/>; nothing is kept.</exception>
    public Task<StagedFile> TakeAsync(PipeReader body, CancellationToken ct)
    {
        var blob = Id<Blob>.New();
        return TakeAsync(
            blob,
            observe => partStore.WriteAsync(
                blob,
                body,
                uploads.Policy.MaxFileSize,
                bytes =>
                {
                    uploads.Room.EnsureRoom(bytes.Length);
                    observe(bytes);
                },
                ct));
    }

    /// <summary>Publishes what was taken.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.DigestMismatch"/>; nothing is kept.</exception>
    public async Task<UploadStatus> PublishAsync(StagedFile staged, FileDescription file, Owner owner)
    {
        var session = UploadSession.Begin(
            file,
            owner,
            ChunkPlan.For(staged.Length, Math.Max(1, staged.Length)),
            time.GetUtcNow(),
            uploads.Policy.SessionLifetime,
            staged.BlobId);
        return await OrDiscardAsync(staged, () => VerifyAsync(session, staged), () => PublishAsync(session))
            ?? throw new InvalidOperationException("A new id was taken.");
    }

    public Task DiscardAsync(StagedFile staged) => DiscardAsync(staged.BlobId);

    /// <summary>What was taken, to be read anew.</summary>
    public PipeReader Read(StagedFile staged) => StoredRange.Open(partStore, staged.BlobId, 0, staged.Length);

    async Task<StagedFile> TakeAsync(Id<Blob> blob, Func<Action<ReadOnlySequence<byte>>, Task<long>> write)
    {
        using var blockHasher = new BlockHasher();
        var md5Hasher = new ResumableMd5();
        await stagedBlobs.AddAsync(blob, CancellationToken.None);
        try
        {
            var length = await write(bytes =>
            {
                blockHasher.Append(bytes);
                foreach (var segment in bytes)
                {
                    md5Hasher.Append(segment.Span);
                }
            });
            return new StagedFile(blob, length, md5Hasher.Current(), blockHasher.Finish());
        }
        catch
        {
            await DiscardAsync(blob);
            throw;
        }
    }

    async Task VerifyAsync(UploadSession session, StagedFile staged)
    {
        var contentHash = ContentHash.Of(staged.Blocks);
        UploadVerification.EnsureEqual(session.Md5, session.ContentHash, staged.Md5, contentHash);
        session.MarkCompleting(staged.Md5, contentHash, Sha256Digest.Join(staged.Blocks));
        await partStore.CommitAsync(staged.BlobId, staged.Length, CancellationToken.None);
    }

    async Task<UploadStatus?> OrDiscardAsync(
        StagedFile staged, Func<Task> verify, Func<Task<UploadStatus?>> publish)
    {
        try
        {
            await verify();
        }
        catch
        {
            await DiscardAsync(staged);
            throw;
        }

        // If this fails, the row may be there all the same: its bytes stay, until it is certain that there is none.
        return await publish();
    }

    async Task<UploadStatus?> PublishAsync(UploadSession session)
    {
        var blob = CatalogEntry.BlobOf(session, time.GetUtcNow());
        var published = CatalogEntry.FileOf(session, blob.Id, instant: false, blob.StoredAt);
        bool isNew;
        try
        {
            await integrity.RepairAsync(blob);
            isNew = await repository.PublishWholeAsync(session, published, blob, CancellationToken.None);
        }
        catch (UploadException)
        {
            await blobStore.DeleteAsync(blob.Id, CancellationToken.None); // refused: it is certain that there is no row
            throw;
        }
        finally
        {
            await stagedBlobs.RemoveAsync(blob.Id, CancellationToken.None);
        }

        if (!isNew)
        {
            await DiscardAsync(blob.Id);
            await EnsureSameAsync(session);
            return null;
        }

        await CatalogEntry.SettleAsync(blobStore, blob.Id, published.BlobId, CancellationToken.None);
        var wasThere = published.BlobId != blob.Id && await MayTellAsync(session, published);
        return new UploadStatus(session, false, null, published) { Candidate = wasThere ? true : null };
    }

    /// <summary>Whether the owner may know that a file was there before.</summary>
    async Task<bool> MayTellAsync(UploadSession session, StoredFile file) =>
        uploads.Policy.InstantScope != InstantScope.Off
        && ((uploads.Policy.InstantScope == InstantScope.Anyone && session.Plan.Size > InstantUpload.SmallSize)
            || (session.OwnerIsStable && await files.HasAnotherAsync(file, CancellationToken.None)));

    /// <exception cref="UploadException"><see cref="UploadErrorCode.SessionConflict"/>;
    /// <see cref="UploadErrorCode.FileNotFound"/>: it is the same file, which was deleted since.</exception>
    async Task EnsureSameAsync(UploadSession sent)
    {
        if (await repository.FindAsync(sent.Id, CancellationToken.None) is not { Session: var there } || there.Owner != sent.Owner)
        {
            return;
        }

        if (there.State != UploadState.Completed || (there.Md5, there.ContentHash) != (sent.Md5, sent.ContentHash))
        {
            throw new UploadException(
                UploadErrorCode.SessionConflict, "Another file was sent under this id: each needs an id of its own.");
        }

        if (await files.FindAsync(there.FileId!.Value, CancellationToken.None) is null)
        {
            throw UploadCompletion.FileDeleted();
        }
    }

    async Task DiscardAsync(Id<Blob> blob)
    {
        await stagedBlobs.RemoveAsync(blob, CancellationToken.None);
        await blobStore.DeleteAsync(blob, CancellationToken.None);
    }
}

/// <summary>A whole file as it arrives.</summary>
/// <param name="Bytes">Read once, never held whole.</param>
/// <param name="ReadLateDigestsAsync">Asked after the bytes: form fields may come behind the file part.</param>
public sealed record WholeFileBody(
    PipeReader Bytes, Func<CancellationToken, Task<(Md5Digest? Md5, ContentHash? ContentHash)>> ReadLateDigestsAsync);

/// <summary>Bytes that are in, under an id that nothing points to yet.</summary>
/// <param name="Length">In bytes.</param>
/// <param name="Blocks">The digests of its blocks.</param>
public sealed record StagedFile(Id<Blob> BlobId, long Length, Md5Digest Md5, Sha256Digest[] Blocks);
