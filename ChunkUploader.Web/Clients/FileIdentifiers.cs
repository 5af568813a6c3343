namespace ChunkUploader.Web.Forms.Dialects;

/// <summary>
/// The fields that pages tell their files apart by, whatever client they use: all that are there belong to what a file
/// is known by. Names that may also mean one chunk (<c>hash</c>, <c>id</c>, <c>key</c>) or the request (<c>token</c>)
/// are not among them.
/// </summary>
static class FileIdentifiers
{
    static readonly string[] Names =
    [
        "guid", "uid", "uuid", "identifier",
        "fileId", "file_id", "fileUid", "file_uid", "fileUuid", "file_uuid", "fileGuid", "file_guid",
        "fileIdentifier", "file_identifier", "fileKey", "file_key",
        "fileMd5", "file_md5", "fileHash", "file_hash", "fileSha256", "file_sha256",
        "uniqueId", "unique_id", "uniqueIdentifier", "unique_identifier",
        "uploadId", "upload_id", "uploadUid", "upload_uid", "uploadUuid", "upload_uuid", "uploadGuid", "upload_guid",
    ];

    /// <summary>Those that a form has beside its dialect's own, in one order.</summary>
    public static IReadOnlyList<(string Name, string Value)> In(ClientFields fields, ClientDialect dialect) =>
    [
        .. Names
            .Except(dialect.Identifier?.Split('|') ?? [], StringComparer.OrdinalIgnoreCase)
            .Select(name => (name, Value: fields.Text(name)!))
            .Where(field => field.Value is not null),
    ];
}
