using System.Security.Cryptography;
using ChunkUploader.Domain;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>
/// A file that is there only to be let go when the disk is full: SQLite needs room even to delete, for its write-ahead
/// log. It is taken again when there is room.
/// </summary>
public sealed class DiskReserve(BlobPaths paths)
{
    /// <summary>In bytes: twice what the log grows to before SQLite empties it.</summary>
    public const int Size = 8 << 20;

    readonly DriveInfo _drive = new(paths.Root);

    /// <summary>Takes the room where there is plenty of it; where not, the next call may.</summary>
    public void Take()
    {
        if (File.Exists(paths.Reserve) || _drive.AvailableFreeSpace < 4L * Size)
        {
            return;
        }

        try
        {
            using var file = File.OpenHandle(paths.Reserve, FileMode.CreateNew, FileAccess.Write);
            Disk.Allocate(file, 0, Size);
            if (RandomAccess.GetLength(file) < Size)
            {
                // A file system that cannot allocate ahead may still compress: not random bytes.
                RandomAccess.Write(file, RandomNumberGenerator.GetBytes(Size), 0);
            }
        }
        catch (IOException exception) when (UploadException.IsStorageFull(exception))
        {
            Release();
        }
    }

    /// <returns>False if there was nothing to let go.</returns>
    public bool Release()
    {
        var isThere = File.Exists(paths.Reserve);
        File.Delete(paths.Reserve);
        return isThere;
    }

    public void ReleaseIfFull()
    {
        if (_drive.AvailableFreeSpace < Size)
        {
            Release();
        }
    }
}
