using System.Collections.Concurrent;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using Microsoft.Win32.SafeHandles;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>
/// Opens the files of parts, and knows which file each is from its first byte on. A part may be removed, replaced or cut
/// by others while it is written; made anew or written on, it would have zeros where bytes were received.
/// </summary>
sealed class PartFiles(BlobPaths paths)
{
    const FileShare ShareAll = FileShare.ReadWrite | FileShare.Delete;

    readonly ConcurrentDictionary<Id<Blob>, KnownFile> _files = [];

    /// <summary>Opens a part to be written; it is made only if nothing was written to it yet.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.BytesLost"/>: it is not the file that was written
    /// before.</exception>
    public WritablePart OpenToWrite(Id<Blob> blob)
    {
        var file = _files.GetOrAdd(blob, _ => new KnownFile());
        file.EnsureNotLost();
        var path = paths.PartOf(blob);
        lock (file)
        {
            EnsureFile(file, path);
            var handle = Open(path, file.Identity is null ? FileMode.OpenOrCreate : FileMode.Open, FileAccess.Write);
            try
            {
                file.Identity ??= FileStatus.Of(handle).Identity;
                file.EnsureWhole(handle);
                return new WritablePart(file, handle);
            }
            catch
            {
                handle.Dispose();
                throw;
            }
        }
    }

    /// <summary>Opens a part, or the blob that it has become, perhaps a moment ago.</summary>
    /// <exception cref="FileNotFoundException">There is none, and none is known.</exception>
    /// <inheritdoc cref="OpenToWrite" path="/exception"/>
    public SafeFileHandle OpenToRead(Id<Blob> blob, FileAccess access = FileAccess.Read)
    {
        var file = _files.GetValueOrDefault(blob);
        file?.EnsureNotLost();
        try
        {
            EnsureFile(file, paths.PartOf(blob));
            var handle = OpenPartOrBlob(blob, access);
            try
            {
                file?.EnsureWhole(handle);
                return handle;
            }
            catch
            {
                handle.Dispose();
                throw;
            }
        }
        catch (FileNotFoundException exception) when (file?.Identity is not null)
        {
            throw UploadException.BytesLost(exception);
        }
    }

    /// <summary>Whether the part, or the blob that it has become, is the file that was written to and has at least
    /// so many bytes. If so, it must be that from now on.</summary>
    public bool Recognizes(Id<Blob> blob, string identity, long length)
    {
        try
        {
            using var handle = OpenToRead(blob);
            var status = FileStatus.Of(handle);
            if (status.Identity.ToString() != identity || status.Length < length)
            {
                return false;
            }

            var file = _files.GetOrAdd(blob, _ => new KnownFile());
            lock (file)
            {
                file.Identity ??= status.Identity;
            }

            file.Wrote(length);
            return true;
        }
        catch (Exception exception) when (
            exception is FileNotFoundException or UploadException { Code: UploadErrorCode.BytesLost })
        {
            return false;
        }
    }

    /// <summary>Takes the part, or the blob that it has become, for the file that was written to.</summary>
    /// <inheritdoc cref="IPartStore.Adopt" path="/returns"/>
    public string? Adopt(Id<Blob> blob)
    {
        if (_files.TryRemove(blob, out var before) && before.Lost is not null)
        {
            paths.Delete(blob);
        }

        if (FileStatus.IsSpecial(paths.PartOf(blob), orLink: true))
        {
            File.Delete(paths.PartOf(blob));
        }

        try
        {
            using var handle = OpenPartOrBlob(blob, FileAccess.Read);
            var status = FileStatus.Of(handle);
            var file = new KnownFile { Identity = status.Identity, IsCompared = true };
            file.Wrote(status.Length);
            _files[blob] = file;
            return status.Identity.ToString();
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Opens a part that becomes a blob: what is there must be what was written, from its first byte
    /// on.</summary>
    /// <param name="path">Where it is by now.</param>
    /// <param name="size">In bytes.</param>
    /// <param name="isRenamed">It has its new name, so it was looked at before; it may have got a second one since, in
    /// place of a damaged blob of the same content.</param>
    /// <exception cref="FileNotFoundException">There is none, and none is known.</exception>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.BytesLost"/>: that cannot be shown.</exception>
    public SafeFileHandle OpenToCommit(Id<Blob> blob, string path, FileMode mode, bool isRenamed, long size)
    {
        var file = _files.GetValueOrDefault(blob);
        file?.EnsureNotLost();
        EnsureFile(file, path);
        try
        {
            var handle = File.OpenHandle(path, mode, FileAccess.ReadWrite, ShareAll);
            try
            {
                file?.EnsureWhole(handle);
                if (!isRenamed)
                {
                    EnsureUntouched(blob, handle, size);
                }

                return handle;
            }
            catch
            {
                handle.Dispose();
                throw;
            }
        }
        catch (FileNotFoundException exception) when (file?.Identity is not null)
        {
            throw UploadException.BytesLost(exception);
        }
    }

    /// <summary>Looks at a part that is all written. Cut and written on, a file has a hole; with a second name, or longer
    /// than it should be, somebody else may have changed it.</summary>
    /// <param name="maxLength">In bytes.</param>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.BytesLost"/>: so it is, and it was not compared
    /// since.</exception>
    public void EnsureUntouched(Id<Blob> blob, SafeFileHandle handle, long maxLength = long.MaxValue)
    {
        if (_files.GetValueOrDefault(blob) is { IsCompared: true })
        {
            return;
        }

        var status = FileStatus.Of(handle);
        if (status.Links != 1 || status.Length > maxLength || FileStatus.HasHole(handle, status.Length))
        {
            throw UploadException.BytesLost(new IOException(
                $"Part {blob} has {status.Length} bytes, {status.Links} names, or holes."));
        }
    }

    /// <exception cref="UploadException"><see cref="UploadErrorCode.BytesLost"/>: its flush has failed.</exception>
    public void EnsureNotLost(Id<Blob> blob) => _files.GetValueOrDefault(blob)?.EnsureNotLost();

    /// <summary>A flush of it has failed: what it has is not to be trusted.</summary>
    public void MarkLost(Id<Blob> blob, IOException failure)
    {
        _files.GetOrAdd(blob, _ => new KnownFile()).Lost = failure;
        paths.Delete(blob);
    }

    public void Forget(Id<Blob> blob) => _files.TryRemove(blob, out _);

    /// <summary>A pipe in a part's place would be waited for, and a link be published instead of the part.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.BytesLost"/>.</exception>
    static void EnsureFile(KnownFile? file, string path)
    {
        if (file?.Identity is not null && FileStatus.IsSpecial(path, orLink: true))
        {
            throw UploadException.BytesLost(new IOException($"'{path}' is no file any more."));
        }
    }

    SafeFileHandle OpenPartOrBlob(Id<Blob> blob, FileAccess access)
    {
        try
        {
            return Open(paths.PartOf(blob), FileMode.Open, access);
        }
        catch (FileNotFoundException missing)
        {
            try
            {
                return Open(paths.BlobOf(blob), FileMode.Open, access);
            }
            catch (FileNotFoundException)
            {
                throw missing;
            }
        }
    }

    static SafeFileHandle Open(string path, FileMode mode, FileAccess access)
    {
        try
        {
            if (mode == FileMode.OpenOrCreate)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!); // somebody may have removed it
            }

            return File.OpenHandle(path, mode, access, ShareAll);
        }
        catch (Exception exception) when (
            exception is DirectoryNotFoundException || (exception is UnauthorizedAccessException && Directory.Exists(path)))
        {
            var missing = new FileNotFoundException(exception.Message, exception);
            throw access == FileAccess.Write ? UploadException.BytesLost(missing) : missing;
        }
        catch (FileNotFoundException exception) when (access == FileAccess.Write)
        {
            throw UploadException.BytesLost(exception);
        }
    }

    /// <summary>What is known of a part's file.</summary>
    internal sealed class KnownFile
    {
        long _end; // only grows, by compare and exchange
        volatile IOException? _lost;
        volatile object? _identity; // boxed, so that nobody reads half of it

        /// <summary>Null as long as nothing was written. Changed under the lock of this object.</summary>
        public FileIdentity? Identity
        {
            get => (FileIdentity?)_identity;
            set => _identity = value;
        }

        /// <summary>All that was received has been read and compared since it was last in doubt.</summary>
        public bool IsCompared { get; init; }

        /// <summary>Why nothing of it is to be trusted, whatever can be read of it.</summary>
        public IOException? Lost
        {
            get => _lost;
            set => _lost = value;
        }

        /// <summary>Bytes were written up to there: from now on the file must be that long.</summary>
        public void Wrote(long end)
        {
            for (var before = Volatile.Read(ref _end); before < end;)
            {
                var now = Interlocked.CompareExchange(ref _end, end, before);
                before = now == before ? end : now;
            }
        }

        public void EnsureNotLost()
        {
            if (Lost is { } failure)
            {
                throw UploadException.BytesLost(failure);
            }
        }

        /// <exception cref="UploadException"><see cref="UploadErrorCode.BytesLost"/>: this is another file, or it was
        /// removed or cut.</exception>
        public void EnsureWhole(SafeFileHandle handle)
        {
            EnsureNotLost();
            var (end, status) = (Volatile.Read(ref _end), FileStatus.Of(handle));
            if ((Identity is { } identity && status.Identity != identity) || status.Links == 0 || status.Length < end)
            {
                throw UploadException.BytesLost(new IOException(
                    $"A part of {end} bytes was removed, replaced or cut: it has {status.Length} bytes now."));
            }
        }
    }
}

/// <summary>A part's file, open to be written.</summary>
sealed class WritablePart(PartFiles.KnownFile file, SafeFileHandle handle) : IDisposable
{
    public SafeFileHandle Handle => handle;

    /// <summary>Which file it is.</summary>
    public string Identity => file.Identity.ToString()!;

    /// <inheritdoc cref="PartFiles.KnownFile.EnsureWhole"/>
    public void EnsureWhole() => file.EnsureWhole(handle);

    /// <inheritdoc cref="PartFiles.KnownFile.Wrote"/>
    public void Wrote(long end) => file.Wrote(end);

    public void Dispose() => handle.Dispose();
}
