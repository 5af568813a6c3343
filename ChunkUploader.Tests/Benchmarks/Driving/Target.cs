namespace ChunkUploader.Tests.Benchmarks.Driving;

enum ServerKind
{
    /// <summary>The application.</summary>
    Ours,

    /// <summary><see cref="Servers.ClassicServer"/>.</summary>
    Classic,

    /// <summary><see cref="Servers.DiscardingServer"/>.</summary>
    Discarding,
}

/// <summary>The server that a load is put on.</summary>
/// <param name="ProcessId">Whose processor time and memory are read.</param>
/// <param name="Owner">Whom the uploads belong to.</param>
sealed record Target(ServerKind Server, Uri Address, int ProcessId, string Owner);
