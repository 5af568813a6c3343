using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Domain.Completion;

/// <summary>Among whose files instant upload looks.</summary>
public enum InstantScope
{
    /// <summary>Among all files.</summary>
    Anyone,

    /// <summary>Among the files of the same owner.</summary>
    Owner,

    /// <summary>Nowhere: every byte is sent.</summary>
    Off,
}
