using FsCheck;
using FsCheck.Fluent;

namespace ChunkUploader.Tests.Support.Core;

/// <summary>Checks a sentence for many values.</summary>
static class Chance
{
    public static void Check<T>(Gen<T> values, Action<T> holds, int tests = 300) =>
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(tests).WithQuietOnSuccess(true),
            Prop.ForAll(values.ToArbitrary(), holds));

    /// <summary>A number between the two, both included; small ones and the ends come often.</summary>
    public static Gen<long> Between(long first, long last) =>
        from kind in Gen.Choose(0, 5)
        from high in Gen.Choose(0, int.MaxValue)
        from low in Gen.Choose(0, int.MaxValue)
        let random = (long)(((UInt128)high << 31 | (uint)low) % ((UInt128)(last - first) + 1))
        select kind switch
        {
            0 => first + (low % Math.Min(10, last - first + 1)),
            1 => last - (low % Math.Min(10, last - first + 1)),
            2 => first + (random >> (high % 40)),
            _ => first + random,
        };

    public static Gen<int> Between(int first, int last) => Between((long)first, last).Select(number => (int)number);

    /// <summary>A source of whatever else a test leaves to chance; printed as its seed.</summary>
    public static Gen<Source> Sources { get; } = Gen.Choose(0, int.MaxValue).Select(seed => new Source(seed));

    internal sealed class Source(int seed)
    {
        public Random Random { get; } = new(seed);

        public override string ToString() => $"seed {seed}";
    }
}
