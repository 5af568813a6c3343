namespace ChunkUploader.Web.Security;

/// <summary>How often things may be done, for one owner and for one address.</summary>
public sealed class LimitSettings
{
    /// <summary>Uploads that may be begun at once.</summary>
    public int BeginBurst { get; set; } = 50_000;

    /// <summary>Uploads that may be begun each second in the long run.</summary>
    public int BeginsPerSecond { get; set; } = 200;

    /// <summary>Unfinished uploads of one owner.</summary>
    public int OpenUploads { get; set; } = 10_000;

    /// <summary>How much of the free room may be promised to one owner, and to one address: 0 to 1.</summary>
    public double PromisedShare { get; set; } = 0.5;

    /// <summary>Wrong proofs or passwords in ten minutes.</summary>
    public int WrongGuesses { get; set; } = 10;
}
