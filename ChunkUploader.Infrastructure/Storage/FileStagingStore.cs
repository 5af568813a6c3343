using System.Buffers;
using System.IO.Pipelines;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;

namespace ChunkUploader.Infrastructure.Storage;

/// <summary>
/// Stages bodies in files without a name. Where the system allows it the name goes as soon as the file is open, so even a
/// killed process leaves nothing behind; elsewhere it goes when the file is closed.
/// </summary>
public sealed class FileStagingStore(BlobPaths paths) : IStagingStore
{
    const int ReadLength = 128 * 1024;

    public async Task<IStagedBody?> StageAsync(
        PipeReader body, long maxLength, Action<long> ensureRoom, CancellationToken ct)
    {
        var staged = new StagedBody(Create());
        var isWhole = false;
        try
        {
            isWhole = await CopyAsync(body, staged.File, maxLength, ensureRoom, ct);
        }
        catch (IOException exception) when (UploadException.IsStorageFull(exception))
        {
            throw UploadException.StorageFull();
        }
        finally
        {
            if (!isWhole)
            {
                await staged.DisposeAsync();
            }
        }

        return isWhole ? staged : null;
    }

    FileStream Create()
    {
        Directory.CreateDirectory(paths.Staging);
        var path = Path.Combine(paths.Staging, $"{Guid.NewGuid():N}.form");
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
            Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
        });
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }

        return file;
    }

    /// <summary>
    /// Writes what each read brings in one gathered call; the file's own position stays at its start.
    /// </summary>
    /// <returns>False where the body is longer: what was read is not taken then, so that it can be drained.</returns>
    static async Task<bool> CopyAsync(
        PipeReader body, FileStream file, long maxLength, Action<long> ensureRoom, CancellationToken ct)
    {
        var offset = 0L;
        while (true)
        {
            var read = await body.ReadAsync(ct);
            var taken = read.Buffer.Start;
            try
            {
                if (offset + read.Buffer.Length > maxLength)
                {
                    return false;
                }

                ensureRoom(read.Buffer.Length);
                await WriteAsync(file, read.Buffer, offset, ct);
                offset += read.Buffer.Length;
                taken = read.Buffer.End;
            }
            finally
            {
                body.AdvanceTo(taken);
            }

            if (read.IsCanceled)
            {
                throw new OperationCanceledException("The read was cancelled.");
            }

            if (read.IsCompleted)
            {
                return true;
            }
        }
    }

    static ValueTask WriteAsync(FileStream file, in ReadOnlySequence<byte> bytes, long offset, CancellationToken ct)
    {
        var segments = new List<ReadOnlyMemory<byte>>();
        foreach (var segment in bytes)
        {
            segments.Add(segment);
        }

        return RandomAccess.WriteAsync(file.SafeFileHandle, segments, offset, ct);
    }

    sealed class StagedBody(FileStream file) : IStagedBody
    {
        PipeReader? _reader;

        public FileStream File => file;

        public long Length => file.Length;

        public PipeReader Read()
        {
            _reader?.Complete();
            file.Position = 0;
            return _reader = PipeReader.Create(file, new StreamPipeReaderOptions(bufferSize: ReadLength, leaveOpen: true));
        }

        public async ValueTask DisposeAsync()
        {
            if (_reader is not null)
            {
                await _reader.CompleteAsync();
            }

            await file.DisposeAsync();
        }
    }
}
