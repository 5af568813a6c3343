using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Domain.Completion;

/// <summary>
/// The first half of completing: all bytes are hashed and flushed, and the digests agree with the announced ones.
/// </summary>
sealed class UploadVerification(IPartStore partStore, IBackgroundHasher backgroundHasher)
{
    /// <summary>
    /// Marks the session as completing once its bytes are what was announced and would survive a loss of power.
    /// </summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.DigestMismatch"/>.</exception>
    public async Task VerifyAsync(ActiveUpload upload)
    {
        var session = upload.Session;
        var size = session.Plan.Size!.Value;
        upload.Hasher.Retry();
        upload.Hasher.Advance(size, size);
        backgroundHasher.Follow(upload.Hasher);

        // The flush and the MD5's last stretch take their time side by side.
        var flush = size > 0 ? partStore.FlushAsync(session.BlobId, CancellationToken.None) : Task.CompletedTask;
        await Task.WhenAll(flush, upload.Hasher.ReachedAsync(size));

        var blocks = upload.Hasher.Blocks.First(Block.CountOf(size));
        var (md5, contentHash) = (upload.Hasher.CurrentMd5(), ContentHash.Of(blocks));
        await upload.RunExclusiveAsync(() => JudgeAsync(upload, md5, contentHash, blocks), CancellationToken.None);
    }

    /// <exception cref="UploadException"><see cref="UploadErrorCode.DigestMismatch"/>: what was announced is not what
    /// is there.</exception>
    public static void EnsureEqual(Md5Digest? md5, ContentHash? contentHash, Md5Digest realMd5, ContentHash realHash)
    {
        var differing = md5 is { } expectedMd5 && expectedMd5 != realMd5 ? $"md5 {realMd5}, not {expectedMd5}"
            : contentHash is { } expectedHash && expectedHash != realHash
                ? $"content hash {realHash}, not {expectedHash}"
            : null;
        if (differing is not null)
        {
            throw new UploadException(UploadErrorCode.DigestMismatch, $"The received bytes have the {differing}.");
        }
    }

    static async Task JudgeAsync(ActiveUpload upload, Md5Digest md5, ContentHash contentHash, Sha256Digest[] blocks)
    {
        upload.ThrowIfConflicting();
        var session = upload.Session;
        try
        {
            EnsureEqual(session.Md5, session.ContentHash, md5, contentHash);
        }
        catch (UploadException)
        {
            await upload.SaveAsync(
                changed =>
                {
                    changed.MarkDigestMismatch();
                    return true;
                },
                CancellationToken.None);
            throw;
        }

        // What was not saved is not so: after a crash, nobody would know of bytes that were renamed already.
        await upload.SaveAsync(
            changed =>
            {
                changed.MarkCompleting(md5, contentHash, Sha256Digest.Join(blocks));
                return true;
            },
            CancellationToken.None);
    }
}
