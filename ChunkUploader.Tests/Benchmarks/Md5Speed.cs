using System.Diagnostics;
using System.Security.Cryptography;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Benchmarks;

/// <summary>What MD5 of one file and of several side by side costs, next to the runtime's own, from memory.</summary>
/// <remarks><c>dotnet test -c Release --filter Md5Speed --logger "console;verbosity=detailed"</c></remarks>
[TestFixture, Explicit("A measurement.")]
public class Md5Speed
{
    const int Length = 128 * Sample.KiB;
    const int Stride = Length + ResumableMd5.BlockLength;
    const int Rounds = 400;

    readonly byte[] _rows = Sample.Of(16 * Stride);

    [Test]
    public void Of_one_file_and_of_several()
    {
        using var builtIn = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var alone = new ResumableMd5();
        var ways = new List<(string Name, int Files, Action Hash)>
        {
            ("the runtime's", 1, () => builtIn.AppendData(_rows, 0, Length)),
            ("one alone", 1, () => alone.Append(_rows.AsSpan(0, Length))),
        };
        foreach (var lanes in Md5Lanes.Supported)
        {
            foreach (var files in new[] { 2, 3, 4, 8, 16 }.Where(files => files <= lanes.Count))
            {
                ResumableMd5[] streams = [.. Enumerable.Range(0, files).Select(_ => new ResumableMd5())];
                int[] offsets = [.. Enumerable.Range(0, files).Select(file => file * Stride)];
                var name = $"{files} in {lanes.Count} lanes";
                ways.Add((name, files, () => lanes.Append(streams, _rows, offsets, Length)));
            }
        }

        var shortest = Enumerable.Repeat(TimeSpan.MaxValue, ways.Count).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            for (var way = 0; way < ways.Count; way++)
            {
                var start = Stopwatch.GetTimestamp();
                ways[way].Hash();
                shortest[way] = TimeSpan.FromTicks(
                    Math.Min(shortest[way].Ticks, Stopwatch.GetElapsedTime(start).Ticks));
            }
        }

        for (var way = 0; way < ways.Count; way++)
        {
            var (name, files, _) = ways[way];
            TestContext.Out.WriteLine($"{name,-15} {files * Length / shortest[way].TotalSeconds / 1e6,7:N0} MB/s, "
                + $"{shortest[way] / shortest[1]:0.00} times one alone, "
                + $"{shortest[way] / (files * shortest[1]):0.000} of {files} one after the other");
        }
    }
}
