namespace ChunkUploader.Web.Multipart;

/// <summary>
/// The client's form is refused. The message is written for the client and holds nothing of the server's.
/// </summary>
public sealed class MalformedFormException(MalformedFormReason reason, string message) : Exception(message)
{
    public MalformedFormReason Reason { get; } = reason;

    internal static MalformedFormException CutShort() =>
        new(MalformedFormReason.CutShort, "The body ended before the form was complete.");

    internal static MalformedFormException Part(string message) => new(MalformedFormReason.MalformedPart, message);
}
