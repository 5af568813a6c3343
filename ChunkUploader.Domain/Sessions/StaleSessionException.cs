using System.Diagnostics.CodeAnalysis;

namespace ChunkUploader.Domain.Sessions;

/// <summary>A session was not saved, as somebody else has saved it since it was read: it has to be read again.</summary>
[SuppressMessage("Design", "CA1032", Justification = "There is nothing more to say.")]
public sealed class StaleSessionException() : Exception("The session was saved elsewhere since it was read.");
