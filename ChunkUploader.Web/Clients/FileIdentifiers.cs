namespace ChunkUploader.Web.Clients;

/// <summary>
/// The fields that pages tell their files apart by, whatever client they use, in whatever spelling: all that are there
/// belong to what a file is known by. Names that may also mean one chunk (<c>hash</c>, <c>checksum</c>, <c>id</c>,
/// <c>key</c>), or one request (<c>token</c>, <c>sign</c>, <c>requestId</c>), are not among them: a file that is known by
/// what changes with each chunk would never be complete.
/// </summary>
static class FileIdentifiers
{
    static readonly string[] Things = ["file", "upload", "unique", "task", "resumable", "flow"];
    static readonly string[] Ids = ["id", "uid", "uuid", "guid", "identifier", "key", "fingerprint"];
    static readonly string[] Digests = ["md5", "sha1", "sha256", "sha512", "hash", "checksum"];

    static readonly string[] Names =
    [
        "guid", "uid", "uuid", "identifier", "fid", "fingerprint", "qquuid", "dzuuid",
        .. Things.SelectMany(thing => Ids, Spell).SelectMany(name => name),
        .. Digests.SelectMany(digest => Spell("file", digest)),
        .. Ids.Concat(Digests).Select(what => $"header:X-File-{what}"),
        .. Ids.Select(id => $"header:X-Upload-{id}"),
    ];

    /// <summary>Those that a form has beside its dialect's own, in one order.</summary>
    public static IReadOnlyList<(string Name, string Value)> In(ClientFields fields, ClientDialect dialect) =>
    [
        .. Names
            .Except(dialect.Identifier?.Split('|') ?? [], StringComparer.OrdinalIgnoreCase)
            .Select(name => (name, Value: fields.Text(name)!))
            .Where(field => field.Value is not null),
    ];

    /// <summary>Upper and lower case are one.</summary>
    static string[] Spell(string thing, string what) => [$"{thing}{what}", $"{thing}_{what}", $"{thing}-{what}"];
}
