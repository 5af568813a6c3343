using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>
/// The layout of the data folder:
/// <code>
/// data/
///   uploader.db            sessions, chunks, blobs, stored files (with its -wal and -shm)
///   uploader.lock          held while a process uses the folder
///   uploader.boot          which boot of the machine the last process ran in
///   uploader.id            which installation this is; the database has the same key
///   uploader.reserve       room for the database to delete in when the disk is full
///   keys/                  what cookies are protected with
///   parts/{blob id}        bytes that are arriving, sparse, each chunk at its place
///   blobs/ab/{blob id}     published bytes, by the first two digits of the id; never changed
///   quarantine/{blob id}   blobs that the database does not know, removed after 7 days
///   quarantine/manifest.jsonl  a line for each: which, how large, when and why
///   spool/                 form parts that came ahead of their fields; emptied at start
/// </code>
/// </summary>
public sealed class BlobPaths
{
    /// <summary>A proxy that sends the blobs is made a member of the group.</summary>
    const UnixFileMode OwnersAndGroups = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    /// <summary>Makes the folders, but for that of the blobs: where it is missing beside a database, that is a fault.
    /// </summary>
    /// <exception cref="IOException">They cannot be made.</exception>
    public BlobPaths(string root)
    {
        Root = Path.GetFullPath(root);
        try
        {
            if (File.Exists(Root))
            {
                throw new IOException("it is a file.");
            }

            if (!Directory.Exists(Root) && !OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Root)!);
                Directory.CreateDirectory(Root, OwnersAndGroups);
            }

            Array.ForEach([Parts, Keys, Staging], folder => Directory.CreateDirectory(folder));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The data folder '{Root}' cannot be used: {exception.Message}", exception);
        }
    }

    public string Root { get; }

    public string Database => Path.Combine(Root, "uploader.db");

    public string Lock => Path.Combine(Root, "uploader.lock");

    public string Boot => Path.Combine(Root, "uploader.boot");

    public string Installation => Path.Combine(Root, "uploader.id");

    public string Reserve => Path.Combine(Root, "uploader.reserve");

    public string Keys => Path.Combine(Root, "keys");

    public string Parts => Path.Combine(Root, "parts");

    public string Blobs => Path.Combine(Root, "blobs");

    public string Staging => Path.Combine(Root, "spool");

    public string Quarantine => Path.Combine(Root, "quarantine");

    public string QuarantineManifest => Path.Combine(Quarantine, "manifest.jsonl");

    /// <summary>The folders that blobs lie in. There may be others beside them, such as a disk's <c>lost+found</c>.
    /// </summary>
    public IEnumerable<string> BlobFolders =>
        Directory.Exists(Blobs)
            ? Directory.EnumerateDirectories(Blobs).Where(folder => Path.GetFileName(folder).Length == 2)
            : [];

    public string PartOf(Id<Blob> blob) => Path.Combine(Parts, blob.ToString());

    public string BlobOf(Id<Blob> blob) => Path.Combine(Blobs, LocationOf(blob));

    /// <summary>Removes a blob's bytes, under whichever name they are; does nothing where there are none.</summary>
    public void Delete(Id<Blob> blob)
    {
        Delete(PartOf(blob));
        if (Directory.Exists(Path.GetDirectoryName(BlobOf(blob))))
        {
            Delete(BlobOf(blob));
        }
    }

    /// <summary>Removes a file. A folder that somebody has put in its place only gets another name: nobody knows what is
    /// in it.</summary>
    public static void Delete(string path)
    {
        MoveFolderAside(path);
        File.Delete(path);
    }

    /// <summary>Frees the name of a file where a folder has it.</summary>
    public static void MoveFolderAside(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Move(path, $"{path}.moved-aside-{Guid.NewGuid():N}");
        }
    }

    public string QuarantinedOf(Id<Blob> blob) => Path.Combine(Quarantine, blob.ToString());

    /// <summary>The files in a folder itself; none where there is no such folder.</summary>
    public static IEnumerable<FileInfo> FilesIn(string folder) =>
        Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles() : [];

    /// <summary>A blob's place below the folder of blobs, for whoever has that folder under another name.</summary>
    public static string LocationOf(Id<Blob> blob)
    {
        var name = blob.ToString();
        return $"{name[..2]}/{name}";
    }
}
