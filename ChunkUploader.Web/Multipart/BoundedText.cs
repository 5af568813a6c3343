using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace ChunkUploader.Web.Multipart;

static class BoundedText
{
    /// <summary>Reads to the end. The bytes wait in the source's own buffers until all are there.</summary>
    /// <param name="decode">Null: as UTF-8.</param>
    public static async Task<string> ReadAsync(
        PipeReader source,
        int maxLength,
        MalformedFormReason tooLong,
        CancellationToken ct,
        Func<ReadOnlySequence<byte>, string>? decode = null)
    {
        while (true)
        {
            var read = await source.ReadAsync(ct);
            var isTooLong = read.Buffer.Length > maxLength;
            if (read.IsCompleted && !isTooLong)
            {
                var text = decode?.Invoke(read.Buffer) ?? Encoding.UTF8.GetString(read.Buffer);
                source.AdvanceTo(read.Buffer.End);
                return text;
            }

            source.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (isTooLong)
            {
                throw new MalformedFormException(tooLong, $"At most {maxLength} bytes of text are allowed here.");
            }

            if (read.IsCanceled)
            {
                throw new OperationCanceledException("The read was cancelled.");
            }
        }
    }
}
