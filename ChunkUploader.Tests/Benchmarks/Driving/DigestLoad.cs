using System.Security.Cryptography;

namespace ChunkUploader.Tests.Benchmarks.Driving;

/// <summary>Hashes bytes in memory, with the platform's own code, in one thread.</summary>
sealed record DigestLoad : Load
{
    const int PieceLength = 8 << 20;

    /// <summary>Of <see cref="HashAlgorithmName"/>.</summary>
    public required string Algorithm { get; init; }

    public required long Size { get; init; }

    public override LoadResult Run()
    {
        using var hash = IncrementalHash.CreateHash(new HashAlgorithmName(Algorithm));
        var piece = Content.Bytes(PieceLength).Span;
        hash.AppendData(piece);
        var meter = Meter.Start(Environment.ProcessId);
        for (var at = 0L; at < Size; at += PieceLength)
        {
            hash.AppendData(piece[..(int)Math.Min(PieceLength, Size - at)]);
        }

        hash.GetHashAndReset();
        var figures = meter.Stop(Size);
        figures.Remove(Figure.Peak);
        return new LoadResult(figures);
    }
}
