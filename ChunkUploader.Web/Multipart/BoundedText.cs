using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace ChunkUploader.Web.Multipart;

static class BoundedText
{
    /// <summary>Reads UTF-8 to the end.</summary>
    public static Task<string> ReadAsync(
        PipeReader source, int maxLength, MalformedFormReason tooLong, CancellationToken ct) =>
        ReadAsync(source, maxLength, tooLong, bytes => Encoding.UTF8.GetString(bytes), ct);

    /// <summary>Reads to the end. The bytes wait in the source's own buffers until all are there.</summary>
    public static async Task<T> ReadAsync<T>(
        PipeReader source,
        int maxLength,
        MalformedFormReason tooLong,
        Func<ReadOnlySequence<byte>, T> decode,
        CancellationToken ct)
    {
        while (true)
        {
            var read = await source.ReadAsync(ct);
            var isTooLong = read.Buffer.Length > maxLength;
            if (read.IsCompleted && !isTooLong)
            {
                var text = decode(read.Buffer);
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
