using System.Buffers;
using System.IO.Pipelines;
using ChunkUploader.Web.Multipart;

namespace ChunkUploader.Tests.Web.Multipart;

/// <summary>How a consumer may take what a read brings; the outcome must not depend on it.</summary>
public enum Taking
{
    Everything,
    NothingUntilTheEnd,
    OneByteAReadAndExamineAll,
    OneByteAReadAndExamineThat,
}

static class ReceivedForm
{
    public static async Task<List<SentPart>> ReadAsync(
        PipeReader source, string boundary = SentForm.Boundary, Taking taking = Taking.Everything)
    {
        var parts = new List<SentPart>();
        var reader = new MultipartFormReader(source, boundary, MultipartLimits.Default);
        while (await reader.ReadNextPartAsync(default) is { } part)
        {
            parts.Add(new SentPart(part.Name, part.FileName, await ReadToEndAsync(part.Body, taking)));
        }

        return parts;
    }

    public static async Task<byte[]> ReadToEndAsync(PipeReader body, Taking taking = Taking.Everything)
    {
        var content = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await body.ReadAsync();
            var buffer = read.Buffer;
            var isLast = read.IsCompleted && (taking < Taking.OneByteAReadAndExamineAll || buffer.Length <= 1);
            var taken = taking switch
            {
                _ when isLast => buffer.Length,
                Taking.Everything => buffer.Length,
                Taking.NothingUntilTheEnd => 0,
                _ => Math.Min(1, buffer.Length),
            };
            foreach (var segment in buffer.Slice(0, taken))
            {
                content.Write(segment.Span);
            }

            var consumed = buffer.GetPosition(taken);
            body.AdvanceTo(consumed, taking is Taking.OneByteAReadAndExamineThat ? consumed : buffer.End);
            if (isLast)
            {
                return content.WrittenSpan.ToArray();
            }
        }
    }

    public static IEnumerable<ReadOnlyMemory<byte>> Cut(byte[] body, params int[] at)
    {
        var from = 0;
        foreach (var to in at.Append(body.Length))
        {
            yield return body.AsMemory(from, to - from);
            from = to;
        }
    }

    public static IEnumerable<ReadOnlyMemory<byte>> CutIntoBytes(byte[] body) =>
        Enumerable.Range(0, body.Length).Select(at => (ReadOnlyMemory<byte>)body.AsMemory(at, 1));
}
