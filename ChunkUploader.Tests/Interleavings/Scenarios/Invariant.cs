namespace ChunkUploader.Tests.Interleavings.Scenarios;

/// <summary>What has to be true in every schedule.</summary>
public static class Invariant
{
    /// <exception cref="InvariantException">It is not.</exception>
    public static void Holds(bool isTrue, string otherwise)
    {
        if (!isTrue)
        {
            throw new InvariantException(otherwise);
        }
    }
}
