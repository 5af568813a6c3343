namespace ChunkUploader.Web.Forms.Dialects;

/// <summary>
/// How a form client names what it says of a chunk and its file. Every property but the first is the name of a field;
/// null: the client does not say that.
/// </summary>
/// <param name="Client">Whose dialect it is.</param>
public sealed record FormDialect(string Client)
{
    /// <summary>The fields that a form of this dialect has and others have not.</summary>
    public required string[] Signature { get; init; }

    /// <summary>What the client tells its files apart by, as well as it can.</summary>
    public string? Identifier { get; init; }

    /// <summary>The identifier is made of the content, so neither name nor size has to be told apart beside it.</summary>
    public bool IdentifiesContent { get; init; }

    public string? Index { get; init; }

    /// <summary>What the client calls its first chunk.</summary>
    public int FirstIndex { get; init; }

    /// <summary>Where the chunk begins, in bytes.</summary>
    public string? Offset { get; init; }

    /// <summary>The length of this chunk, in bytes.</summary>
    public string? Length { get; init; }

    /// <summary>The length of every chunk but the last one, in bytes.</summary>
    public string? ChunkSize { get; init; }

    /// <summary>The number of chunks.</summary>
    public string? Count { get; init; }

    /// <summary>The file's size, in bytes.</summary>
    public string? Size { get; init; }

    public string? FileName { get; init; }

    public string? RelativePath { get; init; }

    public string? ContentType { get; init; }

    /// <summary>The client may ask for one chunk only, and take the others that need not be sent from the
    /// answer.</summary>
    public bool ReadsReceived { get; init; }

    public bool Matches(FormFields fields) => Array.TrueForAll(Signature, fields.Has);

    /// <summary>Whether everything is said that files are told apart by: some of it may come behind the file.</summary>
    public bool TellsFile(FormFields fields) =>
        (Identifier is null || fields.Has(Identifier)) && (FileName is null || IdentifiesContent || fields.Has(FileName));
}
