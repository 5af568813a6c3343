using System.IO.Pipelines;
using ChunkUploader.Web.Multipart;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Multipart;

[TestFixture]
public class BigBodyTests
{
    const long Length = 64 * 1024 * 1024;

    public static IEnumerable<ReadOnlyMemory<byte>> Pieces(long length, int pieceLength)
    {
        var piece = new byte[pieceLength];
        new Random(1).NextBytes(piece);
        yield return new SentForm().File("file", "big.bin", []).Unclosed().AsMemory()[..^2];
        for (var sent = 0L; sent < length; sent += pieceLength)
        {
            yield return piece;
        }

        yield return new SentForm().Text("\r\n").Close();
    }

    [Test]
    public async Task Passes_in_bounded_memory([Values(4096, 65536)] int pieceLength)
    {
        var source = new PieceReader(Pieces(Length, pieceLength));
        var form = new MultipartFormReader(source, SentForm.Boundary, MultipartLimits.Default);
        var body = (await form.ReadNextPartAsync(default))!.Body;

        // Everything here runs on this thread: the source always has its next piece at hand.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var received = await CountAsync(body);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(received, Is.EqualTo(Length));
        Assert.That(source.MostHeld, Is.LessThan(2 * pieceLength));
        // Small objects only: the source's segment for each piece and, in a debug build, the state machines.
        Assert.That(allocated / (Length / pieceLength), Is.LessThan(500));
        Assert.That(await form.ReadNextPartAsync(default), Is.Null);
    }

    [Test]
    public async Task Is_drained_in_bounded_memory()
    {
        var source = new PieceReader(Pieces(Length, 4096));
        var form = new MultipartFormReader(source, SentForm.Boundary, MultipartLimits.Default);
        Assert.That(await form.ReadNextPartAsync(default), Is.Not.Null);
        Assert.That(await form.ReadNextPartAsync(default), Is.Null);
        Assert.That(source.MostHeld, Is.LessThan(2 * 4096));
    }

    static async Task<long> CountAsync(PipeReader body)
    {
        var count = 0L;
        while (true)
        {
            var read = await body.ReadAsync();
            count += read.Buffer.Length;
            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return count;
            }
        }
    }
}
