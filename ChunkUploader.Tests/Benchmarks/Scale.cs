namespace ChunkUploader.Tests.Benchmarks;

/// <summary>How much is sent. The goals speak of the full sizes.</summary>
sealed record Scale
{
    const int KiB = 1 << 10;
    const long MiB = 1 << 20;
    const long GiB = 1 << 30;

    public static Scale Full { get; } = new();

    /// <summary>A few minutes.</summary>
    public static Scale Quick { get; } = new()
    {
        LargeFile = 256 * MiB,
        FileOfMany = 32 * MiB,
        SlowUploads = 50,
        SmallFiles = 1000,
        FinishSizes = [64 * MiB, 256 * MiB, 512 * MiB],
        FirstLastSizes = [64 * MiB],
        ResumedChunks = 1000,
        CatalogueFiles = 100_000,
        Lookups = 100,
        InFlightFile = 512 * MiB,
        PageFile = 256 * MiB,
        PageHugeFile = GiB,
    };

    /// <summary>A few seconds: that everything works, not how fast.</summary>
    public static Scale Tiny { get; } = new()
    {
        Rounds = 1,
        Settles = false,
        LargeFile = 8 * MiB,
        FileOfMany = MiB,
        ManyFiles = 2,
        SlowUploads = 2,
        SlowFile = 512 * KiB,
        SlowChunk = 256 * KiB,
        SmallFiles = 20,
        FinishSizes = [MiB, 2 * MiB],
        FirstLastSizes = [2 * MiB],
        ResumedChunks = 10,
        CatalogueFiles = 100,
        Lookups = 5,
        InFlight = 4,
        InFlightFile = 32 * MiB,
        PageFile = 24 * MiB,
        PageHugeFile = 32 * MiB,
        PageFiles = 20,
        PageWarmUps = 10,
    };

    public int Rounds { get; init; } = 3;

    /// <summary>Whether each measurement waits until the disk has taken what the last one wrote.</summary>
    public bool Settles { get; init; } = true;

    public long LargeFile { get; init; } = 2 * GiB;

    public int ManyFiles { get; init; } = 8;

    public long FileOfMany { get; init; } = 256 * MiB;

    public int SlowUploads { get; init; } = 200;

    public long SlowFile { get; init; } = 4 * MiB;

    public int SlowChunk { get; init; } = (int)MiB;

    public int SmallFiles { get; init; } = 5000;

    public long[] FinishSizes { get; init; } = [64 * MiB, GiB, 8 * GiB];

    public long[] FirstLastSizes { get; init; } = [64 * MiB, GiB];

    /// <summary>Of 1 MiB each.</summary>
    public int ResumedChunks { get; init; } = 10_000;

    public int CatalogueFiles { get; init; } = 1_000_000;

    public int Lookups { get; init; } = 500;

    /// <summary>Chunks of 8 MiB that are under way at once.</summary>
    public int InFlight { get; init; } = 64;

    public long InFlightFile { get; init; } = GiB;

    /// <summary>Picked in a page, as are those below.</summary>
    public long PageFile { get; init; } = GiB;

    public long PageHugeFile { get; init; } = 4 * GiB;

    public int PageFiles { get; init; } = 1000;

    /// <summary>Small files that a server has taken before, as one has that has been running.</summary>
    public int PageWarmUps { get; init; } = 2000;

    public long PageSmallFile { get; init; } = 10 * KiB;
}
