using System.Buffers;
using System.IO.Pipelines;

namespace ChunkUploader.Web.Multipart;

/// <summary>
/// A part's bytes staged in a file without a name. Where the system allows it the name goes as soon as the file is
/// open, so even a killed process leaves nothing behind; elsewhere it goes when the file is closed.
/// </summary>
public sealed class StagedBody : IAsyncDisposable
{
    const int ReadLength = 128 * 1024;

    readonly FileStream _file;
    PipeReader? _reader;

    StagedBody(FileStream file) => _file = file;

    /// <summary>In bytes.</summary>
    public long Length => _file.Length;

    /// <summary>Reads it from its start; a reader that was given out before is of no further use.</summary>
    public PipeReader Read()
    {
        _reader?.Complete();
        _file.Position = 0;
        return _reader = PipeReader.Create(
            _file, new StreamPipeReaderOptions(bufferSize: ReadLength, leaveOpen: true));
    }

    public static async Task<StagedBody> SaveAsync(
        PipeReader body, UploadFormOptions options, CancellationToken ct)
    {
        var file = Create(options.StagingFolder);
        try
        {
            await CopyAsync(body, file, options, ct);
            return new StagedBody(file);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_reader is not null)
        {
            await _reader.CompleteAsync();
        }

        await _file.DisposeAsync();
    }

    static FileStream Create(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{Guid.NewGuid():N}.form");
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
    static async Task CopyAsync(PipeReader body, FileStream file, UploadFormOptions options, CancellationToken ct)
    {
        var offset = 0L;
        for (var ended = false; !ended;)
        {
            var read = await body.ReadAsync(ct);
            var taken = read.Buffer.Start; // nothing, unless it is written: then the body can be drained
            try
            {
                if (offset + read.Buffer.Length > options.MaxStagedBytes)
                {
                    throw new MalformedFormException(MalformedFormReason.TooLarge,
                        $"Fields that must be known stand after the file, and the file is longer than "
                        + $"{options.MaxStagedBytes} bytes.");
                }

                options.EnsureRoomToStage(read.Buffer.Length);
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

            ended = read.IsCompleted;
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
}
