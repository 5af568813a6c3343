using System.Diagnostics;
using System.IO.Pipelines;
using ChunkUploader.Tests.Web.Multipart;
using ChunkUploader.Web.Multipart;
using NUnit.Framework;

namespace ChunkUploader.Tests.Benchmarks;

/// <summary>What finding the end of a part costs, next to copying the same bytes once.</summary>
/// <remarks><c>dotnet test -c Release --filter FormReaderSpeed --logger "console;verbosity=detailed"</c></remarks>
[TestFixture, Explicit("A measurement.")]
public class FormReaderSpeed
{
    const int Length = 256 * 1024 * 1024;
    const int Rounds = 40;

    byte[] _content = [];

    [OneTimeSetUp]
    public void FillContent()
    {
        _content = new byte[Length];
        new Random(1).NextBytes(_content);
    }

    [TestCase(4 * 1024)]
    [TestCase(256 * 1024)]
    public async Task Of_a_part_of_256_MiB(int segmentLength)
    {
        var (reading, scanning, copying) = (TimeSpan.MaxValue, TimeSpan.MaxValue, TimeSpan.MaxValue);
        var destination = new byte[segmentLength];
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            await PassOverAsync(new PieceReader(Pieces(segmentLength)));
            reading = Shorter(reading, start);

            start = Stopwatch.GetTimestamp();
            var form = new MultipartFormReader(
                new PieceReader(Pieces(segmentLength)), SentForm.Boundary, MultipartLimits.Default);
            await PassOverAsync((await form.ReadNextPartAsync(default))!.Body);
            scanning = Shorter(scanning, start);

            start = Stopwatch.GetTimestamp();
            foreach (var piece in Pieces(segmentLength))
            {
                piece.CopyTo(destination);
            }

            copying = Shorter(copying, start);
        }

        await TestContext.Out.WriteLineAsync($"{segmentLength / 1024} KiB segments: form {Speed(scanning)}, "
            + $"its source alone {Speed(reading)}, one copy {Speed(copying)}, "
            + $"(form - source) / copy {(scanning - reading) / copying:0.00}");
    }

    static async Task PassOverAsync(PipeReader body)
    {
        for (var ended = false; !ended;)
        {
            var read = await body.ReadAsync();
            body.AdvanceTo(read.Buffer.End);
            ended = read.IsCompleted;
        }
    }

    static TimeSpan Shorter(TimeSpan shortest, long start) =>
        TimeSpan.FromTicks(Math.Min(shortest.Ticks, Stopwatch.GetElapsedTime(start).Ticks));

    static string Speed(TimeSpan time) => $"{Length / time.TotalSeconds / 1e6:N0} MB/s";

    IEnumerable<ReadOnlyMemory<byte>> Pieces(int segmentLength)
    {
        yield return new SentForm().File("file", "big.bin", []).Unclosed().AsMemory()[..^2];
        for (var at = 0; at < Length; at += segmentLength)
        {
            yield return _content.AsMemory(at, segmentLength);
        }

        yield return new SentForm().Text("\r\n").Close();
    }
}
