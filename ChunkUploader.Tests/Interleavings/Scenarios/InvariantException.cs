using System.Diagnostics.CodeAnalysis;

namespace ChunkUploader.Tests.Interleavings.Scenarios;

/// <summary>What must never be the case.</summary>
[SuppressMessage("Design", "CA1032", Justification = "It always says what.")]
public sealed class InvariantException(string what) : Exception(what);
