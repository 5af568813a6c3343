using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Domain.Catalog;

/// <summary>
/// Finds files for clients that know nothing but an md5. That is a weak claim, as anybody may know it and two contents
/// may share it: by default it finds only what the same owner has uploaded.
/// </summary>
public sealed class Md5Claims(
    IStoredFileRepository files, BlobIntegrity integrity, UploadPolicy policy, TimeProvider time)
{
    /// <summary>The owner's file of this md5; where it is found among others' files, or under another name, the owner
    /// gets one of their own.</summary>
    /// <param name="name">The name that it is to have; null: any.</param>
    /// <param name="size">In bytes; null: any.</param>
    /// <returns>Null if there is none, or more than one content, or what is stored of it is damaged.</returns>
    public async Task<StoredFile?> FindAsync(
        Md5Digest md5, string? name, long? size, Owner owner, CancellationToken ct)
    {
        if (policy.Md5Scope == InstantScope.Off)
        {
            return null;
        }

        var found = (await ListAsync(md5, owner, ct))
            .Where(file => size is null || file.Blob!.Size == size)
            .ToList();
        if (found.Count == 0
            || found.Exists(file => file.BlobId != found[0].BlobId)
            || !await integrity.CheckAsync(found[0].Blob!))
        {
            return null;
        }

        return found.Find(file => file.IsOwnedBy(owner) && (name is null || file.Name == name))
            ?? await AddAsync(found[0], name, owner, ct);
    }

    async Task<IEnumerable<StoredFile>> ListAsync(Md5Digest md5, Owner owner, CancellationToken ct)
    {
        if (policy.Md5Scope == InstantScope.Anyone)
        {
            return await files.ListByMd5Async(md5, null, ct);
        }

        var own = await files.ListByMd5Async(md5, owner.Key, ct);
        return owner.Former is { } guest
            ? own.Concat((await files.ListByMd5Async(md5, guest.Key, ct)).Where(file => file.IsOwnedBy(owner)))
            : own;
    }

    async Task<StoredFile?> AddAsync(StoredFile other, string? name, Owner owner, CancellationToken ct)
    {
        var file = new StoredFile
        {
            Id = Id<StoredFile>.New(),
            BlobId = other.BlobId,
            Blob = other.Blob,
            Owner = owner.Key,

            // What others call their file is not for everybody to know.
            Name = name ?? (other.IsOwnedBy(owner) ? other.Name : other.Blob!.Md5.ToString()),
            ContentType = other.ContentType,
            UploadedAt = time.GetUtcNow(),
            Instant = true,
        };
        return await files.AddAsync(file, ct) ? file : null;
    }
}
