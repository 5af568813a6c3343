using ChunkUploader.Domain;
using ChunkUploader.Domain.Content;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>
/// The layout of the data folder:
/// <code>
/// data/
///   uploader.db            sessions, chunks, blobs, stored files (with its -wal and -shm)
///   uploader.lock          held while a process uses the folder
///   uploader.boot          which boot of the machine the last process ran in
///   keys/                  what cookies are protected with
///   parts/{blob id}        bytes that are arriving, sparse, each chunk at its place
///   blobs/ab/{blob id}     published bytes, by the first two digits of the id; never changed
///   spool/                 form parts that came ahead of their fields; emptied at start
/// </code>
/// </summary>
public sealed class BlobPaths
{
    public BlobPaths(string root)
    {
        Root = Path.GetFullPath(root);
        Array.ForEach([Parts, Blobs, Keys, Spool], folder => Directory.CreateDirectory(folder));
    }

    public string Root { get; }

    public string Database => Path.Combine(Root, "uploader.db");

    public string Lock => Path.Combine(Root, "uploader.lock");

    public string Boot => Path.Combine(Root, "uploader.boot");

    public string Keys => Path.Combine(Root, "keys");

    public string Parts => Path.Combine(Root, "parts");

    public string Blobs => Path.Combine(Root, "blobs");

    public string Spool => Path.Combine(Root, "spool");

    public string PartOf(Id<Blob> blob) => Path.Combine(Parts, blob.ToString());

    public string BlobOf(Id<Blob> blob) => Path.Combine(Blobs, LocationOf(blob));

    /// <summary>Removes a blob's bytes, under whichever name they are; does nothing where there are none.</summary>
    public void Delete(Id<Blob> blob)
    {
        File.Delete(PartOf(blob));
        if (Directory.Exists(Path.GetDirectoryName(BlobOf(blob))))
        {
            File.Delete(BlobOf(blob));
        }
    }

    /// <summary>A blob's place below the folder of blobs, for whoever has that folder under another name.</summary>
    public static string LocationOf(Id<Blob> blob)
    {
        var name = blob.ToString();
        return $"{name[..2]}/{name}";
    }
}
