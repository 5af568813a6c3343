using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using ChunkUploader.Tests.Support;

namespace ChunkUploader.Tests.Crash;

/// <summary>One file on its way and afterwards, with all that the server has acknowledged of it.</summary>
/// <param name="Owner">A secret of this upload's own, so that a look into the database finds it; null: a guest's.</param>
sealed record TrackedUpload(TestFile File, string? Owner)
{
    /// <summary>As the database has its owner; null: a guest's.</summary>
    public string? OwnerKey { get; } = Owner is null
        ? null : $"script:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Owner)))}";

    /// <summary>It was begun with the first version, and waits for the end.</summary>
    public bool IsOld { get; init; }

    /// <summary>Another file of the same owner has its name, its size and some of its chunks.</summary>
    public bool HasNamesake { get; init; }

    /// <summary>Offset and length in bytes of each acknowledged chunk, by its index.</summary>
    public ConcurrentDictionary<int, (long Offset, int Length)> Acknowledged { get; } = [];

    /// <summary>The stored file's id, once that was told.</summary>
    public string? FileId { get; set; }

    /// <summary>Somebody has asked to put it into the trash, and nobody has heard that it was restored.</summary>
    public bool MayBeTrashed { get; set; }

    /// <summary>Somebody has asked to end it, or to delete it for good: from then on it may be gone.</summary>
    public bool MayBeGone { get; set; }

    /// <summary>That was acknowledged: from then on it must be gone.</summary>
    public bool IsGone { get; set; }
}
