namespace ChunkUploader.Domain.Sessions;

public enum UploadState
{
    /// <summary>Chunks are taken.</summary>
    Receiving = 0,

    /// <summary>Everything is in, verified and flushed; only the publication may still have to be repeated.</summary>
    Completing = 1,

    /// <summary>The file is published. The session is kept until it expires, for clients that ask again.</summary>
    Completed = 2,
}
