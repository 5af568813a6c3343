namespace ChunkUploader.Infrastructure.Persistence;

/// <summary>What the operator wants where the database and the stored blobs do not belong together.</summary>
public enum RecoverMode
{
    /// <summary>Unknown blobs are hashed and come back as files that are named by their content hash.</summary>
    Adopt,

    /// <summary>Unknown blobs are moved aside.</summary>
    Quarantine,

    /// <summary>All blobs are lost: files stay listed, and come back when their content is uploaded again.</summary>
    Reupload,
}
