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
        // As they were spelled first: keys of unfinished uploads are made of these texts.
        "guid", "uid", "uuid", "identifier",
        "fileId", "file_id", "fileUid", "file_uid", "fileUuid", "file_uuid", "fileGuid", "file_guid",
        "fileIdentifier", "file_identifier", "fileKey", "file_key",
        "fileMd5", "file_md5", "fileHash", "file_hash", "fileSha256", "file_sha256",
        "uniqueId", "unique_id", "uniqueIdentifier", "unique_identifier",
        "uploadId", "upload_id", "uploadUid", "upload_uid", "uploadUuid", "upload_uuid", "uploadGuid", "upload_guid",
        "fid", "fingerprint", "qquuid", "dzuuid",
        .. Things.SelectMany(thing => Ids, Spell).SelectMany(name => name),
        .. Digests.SelectMany(digest => Spell("file", digest)),
        .. Ids.Concat(Digests).Select(what => $"header:X-File-{what}"),
        .. Ids.Select(id => $"header:X-Upload-{id}"),
    ];

    /// <summary>Those that a form has beside its dialect's own, in one order.</summary>
    public static IReadOnlyList<(string Name, string Value)> In(ClientFields fields, ClientDialect dialect) =>
    [
        .. Names
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Except(dialect.Identifier?.Split('|') ?? [], StringComparer.OrdinalIgnoreCase)
            .Select(name => (name, Value: fields.Text(name)!))
            .Where(field => field.Value is not null),
    ];

    /// <summary>Whether several files may have it, so that it is no secret of one.</summary>
    public static bool IsOfBatch(string name) => name.StartsWith("task", StringComparison.OrdinalIgnoreCase);

    /// <summary>Upper and lower case are one.</summary>
    static string[] Spell(string thing, string what) => [$"{thing}{what}", $"{thing}_{what}", $"{thing}-{what}"];
}
