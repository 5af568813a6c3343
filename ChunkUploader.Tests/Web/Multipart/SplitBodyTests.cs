using System.IO.Pipelines;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Multipart;

/// <summary>Where a network cuts a body must not matter.</summary>
[TestFixture]
public class SplitBodyTests
{
    static readonly SentForm Form = new SentForm("b0")
        .Text("a preamble\r\n")
        .Field("index", "12")
        .Field("empty", "")
        .File("file", "a.bin", "\r\n--b\r\n\r\n-\r\r\n--b\r"u8.ToArray())
        .File("empty", "", [])
        .Field("last", "ü");

    static readonly byte[] Body = Form.Close("\r\nan epilogue");

    [Test]
    public async Task Byte_by_byte_gives_the_same_parts([Values] Taking taking, [Values] bool endsWithLastPiece)
    {
        var source = new PieceReader(ReceivedForm.CutIntoBytes(Body), endsWithLastPiece: endsWithLastPiece);
        Assert.That(await ReceivedForm.ReadAsync(source, "b0", taking), Is.EqualTo(Form.Parts).Using<SentPart>(Same));
    }

    [Test]
    public async Task Every_cut_in_two_gives_the_same_parts([Values] Taking taking, [Values] bool allAtOnce)
    {
        for (var at = 0; at <= Body.Length; at++)
        {
            var source = new PieceReader(ReceivedForm.Cut(Body, at), allAtOnce);
            Assert.That(await ReceivedForm.ReadAsync(source, "b0", taking),
                Is.EqualTo(Form.Parts).Using<SentPart>(Same), $"cut at {at}");
        }
    }

    [Test]
    public async Task Random_cuts_give_the_same_parts([Values] Taking taking, [Values] bool allAtOnce)
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var cuts = Enumerable.Range(0, random.Next(1, 40))
                .Select(_ => random.Next(Body.Length + 1)).Order().ToArray();
            var source = new PieceReader(ReceivedForm.Cut(Body, cuts), allAtOnce, random.Next(2) == 0);
            Assert.That(await ReceivedForm.ReadAsync(source, "b0", taking),
                Is.EqualTo(Form.Parts).Using<SentPart>(Same), $"seed {seed}");
        }
    }

    [Test]
    public async Task A_pipe_whose_writer_waits_for_its_reader_gives_the_same_parts([Values] Taking taking)
    {
        var pipe = new Pipe(new PipeOptions(
            pauseWriterThreshold: 2, resumeWriterThreshold: 1, useSynchronizationContext: false));
        var writing = WriteByteByByteAsync(pipe.Writer);
        var parts = await ReceivedForm.ReadAsync(pipe.Reader, "b0", taking);
        await pipe.Reader.CompleteAsync();
        await writing;
        Assert.That(parts, Is.EqualTo(Form.Parts).Using<SentPart>(Same));
    }

    static async Task WriteByteByByteAsync(PipeWriter writer)
    {
        for (var at = 0; at < Body.Length; at++)
        {
            if ((await writer.WriteAsync(Body.AsMemory(at, 1))).IsCompleted)
            {
                return;
            }
        }

        await writer.CompleteAsync();
    }

    static bool Same(SentPart one, SentPart other) => one.ToString() == other.ToString();
}
