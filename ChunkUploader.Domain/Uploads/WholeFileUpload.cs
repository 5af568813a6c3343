using System.IO.Pipelines;
using ChunkUploader.Domain.Content;

namespace ChunkUploader.Domain.Uploads;

/// <summary>
/// Takes a file that comes whole, along with its beginning: its bytes are hashed while they arrive, verified and
/// committed, then its session is saved for the first time, completed, in the transaction that publishes the file. A
/// crash before that leaves only bytes without a row.
/// </summary>
public sealed class WholeFileUpload(
    OpenUploads uploads, IUploadRepository repository, IBlobStore store, TimeProvider time)
{
    /// <param name="plan">One chunk, or none for an empty file.</param>
    /// <param name="body">The file's bytes. Digests that are announced behind them replace those of the file's
    /// description.</param>
    /// <exception cref="UploadException">The file is refused, and nothing is kept of it.</exception>
    public async Task<UploadStatus> ReceiveAsync(
        FileDescription file, Owner owner, ChunkPlan plan, WholeFileBody body, CancellationToken ct)
    {
        var session = await uploads.AdmitAsync(file, owner, plan, ct);
        try
        {
            await ReceiveAsync(session, body, ct);
            await store.CommitAsync(session.BlobId, file.Size, CancellationToken.None);
        }
        catch
        {
            await store.DeleteAsync(session.BlobId, CancellationToken.None);
            throw;
        }

        // If this fails, the row may be there all the same: its bytes stay, until it is certain that there is none.
        var blob = Publication.BlobOf(session, time.GetUtcNow());
        var published = Publication.FileOf(session, blob.Id, instant: false, blob.StoredAt);
        await repository.PublishWholeAsync(session, published, blob, CancellationToken.None);
        await Publication.SettleAsync(store, blob.Id, published.BlobId, CancellationToken.None);
        return new UploadStatus(session, false, null, published);
    }

    /// <exception cref="UploadException"><see cref="UploadErrorCode.ChunkLengthMismatch"/>,
    /// <see cref="UploadErrorCode.StorageFull"/>, <see cref="UploadErrorCode.DigestMismatch"/>.</exception>
    async Task ReceiveAsync(UploadSession session, WholeFileBody body, CancellationToken ct)
    {
        using var blockHasher = new BlockHasher();
        var md5Hasher = new RunningMd5();
        await store.WriteChunkAsync(
            session.BlobId,
            session.Plan[0],
            body.Bytes,
            bytes =>
            {
                blockHasher.Append(bytes);
                foreach (var segment in bytes)
                {
                    md5Hasher.Append(segment.Span);
                }
            },
            ct);

        var blocks = blockHasher.Finish();
        var (md5, contentHash) = (md5Hasher.Current(), ContentHash.Of(blocks));
        var (lateMd5, lateHash) = await body.ReadLateDigestsAsync(ct);
        session.Expect(lateMd5, lateHash);
        UploadVerification.EnsureEqual(session.Md5, session.ContentHash, md5, contentHash);
        session.MarkCompleting(md5, contentHash, Sha256Digest.Join(blocks));
    }
}

/// <summary>A whole file as it arrives.</summary>
/// <param name="Bytes">Read once, never held whole.</param>
/// <param name="ReadLateDigestsAsync">Asked after the bytes: form fields may come behind the file part.</param>
public sealed record WholeFileBody(
    PipeReader Bytes, Func<CancellationToken, Task<(Md5Digest? Md5, ContentHash? ContentHash)>> ReadLateDigestsAsync);
