namespace ChunkUploader.Tests.Support;

/// <summary>
/// Two texts of 128 bytes with one MD5: X. Wang, D. Feng, X. Lai, H. Yu, "Collisions for Hash Functions MD4, MD5,
/// HAVAL-128 and RIPEMD", Cryptology ePrint Archive 2004/199.
/// </summary>
static class Md5Collision
{
    public const string Md5 = "79054025255fb1a26e4bc422aef54eb4";

    const string First =
        "d131dd02c5e6eec4693d9a0698aff95c2fcab58712467eab4004583eb8fb7f89"
        + "55ad340609f4b30283e488832571415a085125e8f7cdc99fd91dbdf280373c5b"
        + "d8823e3156348f5bae6dacd436c919c6dd53e2b487da03fd02396306d248cda0"
        + "e99f33420f577ee8ce54b67080a80d1ec69821bcb6a8839396f9652b6ff72a70";

    // The first one with six bits changed, one in each of these bytes.
    static readonly int[] Changed = [19, 45, 59, 83, 109, 123];

    public static (TestFile One, TestFile Two) Pair()
    {
        var one = Convert.FromHexString(First);
        var two = (byte[])one.Clone();
        foreach (var index in Changed)
        {
            two[index] ^= 0x80;
        }

        return (new TestFile("one.bin", one), new TestFile("two.bin", two));
    }
}
