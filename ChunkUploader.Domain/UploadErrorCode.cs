namespace ChunkUploader.Domain;

/// <summary>Why something was refused. Clients rely on the meaning of each.</summary>
public enum UploadErrorCode
{
    /// <summary>Something that was said is missing or makes no sense.</summary>
    InvalidInput,

    /// <summary>A client says that it sends one chunk of a file, but not in a way that is known here.</summary>
    UnknownChunkFields,

    /// <summary>The plan has no chunk of this index.</summary>
    ChunkOutOfRange,

    /// <summary>The bytes are not as many as this chunk has to have.</summary>
    ChunkLengthMismatch,

    /// <summary>There is no such session for this owner.</summary>
    UploadNotFound,

    /// <summary>The session was this owner's until another one took it over.</summary>
    UploadTakenOver,

    /// <summary>There is no such stored file.</summary>
    FileNotFound,

    /// <summary>The bytes came too slowly, or not at all.</summary>
    Timeout,

    /// <summary>Someone else is writing this chunk; it may be sent again soon.</summary>
    ChunkBusy,

    /// <summary>The chunk is in already, with other bytes.</summary>
    ChunkDiffers,

    /// <summary>Other chunks of the file came from another address, and nothing else tells that they belong together.
    /// </summary>
    AddressChanged,

    /// <summary>Nobody can tell the file's chunks from those of another one, so they are taken in order only, and this
    /// one is not the next.</summary>
    ChunkOutOfOrder,

    /// <summary>Not all chunks are in.</summary>
    ChunksMissing,

    /// <summary>The session is in a state that does not allow this, or was changed elsewhere.</summary>
    SessionConflict,

    /// <summary>The file is larger than this server takes.</summary>
    FileTooLarge,

    /// <summary>The chunk's digest is not the one that was announced: it was damaged on its way.</summary>
    ChunkDigestMismatch,

    /// <summary>The file's digest is not the one that was announced.</summary>
    DigestMismatch,

    /// <summary>Asked too often.</summary>
    RateLimited,

    /// <summary>The owner has too many unfinished uploads.</summary>
    TooManyUploads,

    /// <summary>What is stored of a file is gone or cut short.</summary>
    Damaged,

    /// <summary>There is no room for the file.</summary>
    StorageFull,

    /// <summary>The disk has lost bytes that were received: they have to be sent again.</summary>
    BytesLost,
}
