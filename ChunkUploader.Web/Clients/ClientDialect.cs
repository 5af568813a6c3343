namespace ChunkUploader.Web.Clients;

/// <summary>
/// How a form client names what it says of a chunk and its file. Every property but the first is the name of a field, a
/// header or a property of JSON, as <see cref="ClientFields"/> has them; null: the client does not say that.
/// </summary>
/// <param name="Client">Whose dialect it is.</param>
public sealed record ClientDialect(string Client)
{
    /// <summary>The fields that a form of this dialect has and others have not.</summary>
    public required string[] Signature { get; init; }

    /// <summary>What the client tells its files apart by, as well as it can.</summary>
    public string? Identifier { get; init; }

    /// <summary>What belongs to the key of a file beside the identifier.</summary>
    public FileKey Key { get; init; } = FileKey.All;

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

    /// <summary>Where in an answer the client may look for the chunks that need not be sent, so that it can ask once
    /// for all; null: nowhere.</summary>
    public string? Received { get; init; }

    /// <summary>A form without a file asks what is in; those of other clients say that all is sent.</summary>
    public bool AsksByForm { get; init; }

    /// <summary>What the client wants to hear back: under which name, and which field it is.</summary>
    public (string Name, string Field)[] Echoes { get; init; } = [];

    public bool Matches(ClientFields fields) => Array.TrueForAll(Signature, fields.Has);

    /// <summary>What the client looks for in an answer beside what all clients get.</summary>
    /// <param name="received">The chunks that need not be sent, from 0 on; null where the client has been told.</param>
    public Dictionary<string, object?> Answer(ClientFields fields, IEnumerable<int>? received)
    {
        var answer = Echoes.ToDictionary(echo => echo.Name, object? (echo) => fields[echo.Field]);
        if (Received is not null && received is not null)
        {
            answer[Received] = received.Select(index => index + FirstIndex);
        }

        return answer;
    }

    /// <summary>Whether everything is said that files are told apart by: some of it may come behind the file.</summary>
    public bool TellsFile(ClientFields fields) =>
        (Identifier is null || fields.Has(Identifier))
        && (FileName is null || Key == FileKey.Identifier || fields.Has(FileName));
}

/// <summary>What tells the files of a client apart.</summary>
public enum FileKey
{
    /// <summary>Identifier, size, name and path, as far as they are said.</summary>
    All,

    /// <summary>The identifier and the name that a field says. Some requests of such a client do not say the size, so
    /// it is compared where it is said; and each chunk may come under a name of its own.</summary>
    IdentifierAndName,

    /// <summary>The identifier, which no other file has.</summary>
    Identifier,
}
