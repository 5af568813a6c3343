using System.Collections.Concurrent;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>Gives bytes their name among the blobs, for good. Every call waits for the disk.</summary>
sealed class PartCommitter(BlobPaths paths, PartFiles files, PartFlusher flusher)
{
    /// <summary>The folders that are known to exist and to survive a loss of power.</summary>
    readonly ConcurrentDictionary<string, bool> _folders = [];

    /// <inheritdoc cref="IPartStore.CommitAsync"/>
    public void Commit(Id<Blob> blob, long size)
    {
        var (part, path) = (paths.PartOf(blob), paths.BlobOf(blob));
        var folder = EnsureFolder(path);

        // Repeated after a crash, the part may have its new name already.
        var isRenamed = File.Exists(path);
        var mode = size == 0 && !isRenamed ? FileMode.OpenOrCreate : FileMode.Open;
        using (var file = files.OpenToCommit(blob, isRenamed ? path : part, mode, isRenamed, size))
        {
            var length = RandomAccess.GetLength(file);
            if (length > size && !isRenamed)
            {
                RandomAccess.SetLength(file, size); // what is in front of it was compared
            }
            else if (length != size)
            {
                throw new IOException($"Part {blob} does not have its {size} bytes.");
            }

            if (!isRenamed)
            {
                File.Move(part, path, overwrite: true);
            }

            // First the name, then the bytes: a file system with a journal writes both at once then. A session's bytes
            // were flushed before; a whole file's have no row yet, so that lost ones are nobody's.
            flusher.Flush(blob, file);
        }

        // Only the new name is flushed. If the old one came back too, it would be the same bytes' second name.
        if (isRenamed)
        {
            Disk.FlushDirectory(folder); // the name is an earlier try's, which may have published it
        }
        else
        {
            FlushName(folder, () => File.Move(path, part));
        }
    }

    /// <inheritdoc cref="IPartStore.TryUncommitAsync"/>
    public bool TryUncommit(Id<Blob> blob)
    {
        var (part, path) = (paths.PartOf(blob), paths.BlobOf(blob));
        var isPart = File.Exists(part);
        using (var file = File.OpenHandle(
            isPart ? part : path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        {
            // Only Linux tells how many names it has.
            if (!OperatingSystem.IsLinux() || FileStatus.Of(file).Links != 1)
            {
                return false;
            }
        }

        if (!isPart)
        {
            File.Move(path, part);
            FlushName(paths.Parts, () => File.Move(part, path));
        }

        return true;
    }

    /// <inheritdoc cref="IBlobStore.ReplaceAsync"/>
    public void Replace(Id<Blob> blob, Id<Blob> copy)
    {
        var (from, path) = (paths.BlobOf(copy), paths.BlobOf(blob));
        var folder = EnsureFolder(path);
        var second = paths.PartOf(Id<Blob>.New()); // a crash leaves a stray part, which is swept
        try
        {
            if (!Disk.TryLink(from, second))
            {
                Copy(from, second);
            }

            BlobPaths.MoveFolderAside(path);
            File.Move(second, path, overwrite: true);
        }
        finally
        {
            File.Delete(second); // where both names are the same file already, a rename leaves both
        }

        Disk.FlushDirectory(folder);
    }

    static void Copy(string from, string to)
    {
        File.Copy(from, to);
        using var file = File.OpenHandle(to, FileMode.Open, FileAccess.ReadWrite);
        Disk.Flush(file);
    }

    /// <summary>
    /// The folder of a blob. Its own name is flushed too, even if an earlier start made it and then failed. It is made
    /// again where somebody has removed it.
    /// </summary>
    string EnsureFolder(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (!_folders.ContainsKey(folder) || !Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            FlushName(paths.Blobs, () => Directory.Delete(folder));
            _folders[folder] = true;
        }

        return folder;
    }

    /// <summary>
    /// Flushes a name that was just given. Where that fails it is taken back: a second flush of the folder as it is may
    /// succeed without the name, so the next try has to write it once more.
    /// </summary>
    /// <exception cref="IOException"/>
    static void FlushName(string folder, Action takeBack)
    {
        try
        {
            Disk.FlushDirectory(folder);
        }
        catch (IOException)
        {
            takeBack();
            throw;
        }
    }
}
