namespace ChunkUploader.Domain.Completion;

/// <summary>What became of an answer to an offer.</summary>
public enum ProofResult
{
    /// <summary>There was no offer any more, or its blob is gone: the answer was not judged.</summary>
    NotJudged,

    Wrong,

    /// <summary>The upload is completed.</summary>
    Right,
}
