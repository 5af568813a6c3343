namespace ChunkUploader.Web.Clients;

/// <summary>Adapters for other upload clients (flow.js, Dropzone …), each an entry. The first one whose signature is there is it.</summary>
public static class ClientDialects
{
    public static readonly IReadOnlyList<ClientDialect> All =
    [
        new("flow.js")
        {
            Signature = ["flowChunkNumber"],
            Identifier = "flowIdentifier",
            Index = "flowChunkNumber",
            FirstIndex = 1,
            ChunkSize = "flowChunkSize",
            Count = "flowTotalChunks",
            Size = "flowTotalSize",
            FileName = "flowFilename",
            RelativePath = "flowRelativePath",
        },
        new("resumable.js")
        {
            Signature = ["resumableChunkNumber"],
            Identifier = "resumableIdentifier",
            Index = "resumableChunkNumber",
            FirstIndex = 1,
            ChunkSize = "resumableChunkSize",
            Count = "resumableTotalChunks",
            Size = "resumableTotalSize",
            FileName = "resumableFilename",
            RelativePath = "resumableRelativePath",
            ContentType = "resumableType",
        },
        new("simple-uploader.js")
        {
            Signature = ["chunkNumber", "totalChunks"],
            Identifier = "identifier",
            Index = "chunkNumber",
            FirstIndex = 1,
            ChunkSize = "chunkSize",
            Count = "totalChunks",
            Size = "totalSize",
            FileName = "filename",
            RelativePath = "relativePath",
            Received = "received",
        },
        new("Dropzone")
        {
            Signature = ["dzuuid", "dzchunkindex"],
            Identifier = "dzuuid",
            Index = "dzchunkindex",
            Offset = "dzchunkbyteoffset",
            ChunkSize = "dzchunksize",
            Count = "dztotalchunkcount",
            Size = "dztotalfilesize",
        },
        new("Fine Uploader")
        {
            Signature = ["qquuid", "qqtotalparts"],
            Identifier = "qquuid",
            Index = "qqpartindex",
            Offset = "qqpartbyteoffset",
            Length = "qqchunksize",
            Count = "qqtotalparts",
            Size = "qqtotalfilesize",
            FileName = "qqfilename",
        },
        new("WebUploader")
        {
            Signature = ["id", "chunk", "chunks"],
            Identifier = "id",
            Index = "chunk",
            ChunkSize = "chunkSize",
            Count = "chunks",
            Size = "size",
            FileName = "name",
            ContentType = "type",
        },
        new("Plupload")
        {
            Signature = ["chunk", "chunks"],
            Index = "chunk",
            Count = "chunks",
            FileName = "name",
        },
        new("bootstrap-fileinput")
        {
            Signature = ["fileId", "chunkCount", "fileRelativePath"],
            Identifier = "fileId",
            Index = "chunkIndex",
            Offset = "chunkSizeStart",
            ChunkSize = "chunkSize",
            Count = "chunkCount",
            Size = "fileSize",
            FileName = "fileRelativePath", // when it asks, it says "undefined" as fileName
            RelativePath = "fileRelativePath",
            Received = "chunksUploaded",
            AsksByForm = true,
            Echoes = [("chunkIndex", "chunkIndex")],
        },
        new("DevExtreme")
        {
            Signature = ["chunkMetadata:Index", "chunkMetadata:TotalCount"],
            Identifier = "chunkMetadata:FileGuid",
            Index = "chunkMetadata:Index",
            Count = "chunkMetadata:TotalCount",
            Size = "chunkMetadata:FileSize",
            FileName = "chunkMetadata:FileName",
            ContentType = "chunkMetadata:FileType",
        },
        new("Kendo")
        {
            Signature = ["metadata:chunkIndex", "metadata:totalChunks"],
            Identifier = "metadata:uploadUid",
            Index = "metadata:chunkIndex",
            Count = "metadata:totalChunks",
            Size = "metadata:totalFileSize",
            FileName = "metadata:fileName",
            RelativePath = "metadata:relativePath",
            ContentType = "metadata:contentType",
            Echoes = [("fileUid", "metadata:uploadUid")],
        },
        new("Syncfusion")
        {
            Signature = ["chunk-index", "total-chunk"],
            Identifier = "fileId", // this and the size only where the page adds them
            Index = "chunk-index",
            Count = "total-chunk",
            Size = "fileSize",
        },
        new("ng-file-upload")
        {
            Signature = ["_chunkNumber", "_chunkSize", "_totalSize"],
            Identifier = "fileId", // only where the page adds it
            Index = "_chunkNumber",
            ChunkSize = "_chunkSize",
            Size = "_totalSize",
            FileName = "fileName",
        },
        new("huge-uploader")
        {
            Signature = ["header:uploader-chunk-number", "header:uploader-chunks-total"],
            Identifier = "header:uploader-file-id",
            Key = FileKey.Identifier, // the page's own fields come with the last chunk only
            Index = "header:uploader-chunk-number",
            Count = "header:uploader-chunks-total",
            FileName = "fileName",
        },
        new("md5")
        {
            Signature = ["md5", "total", "current"],
            Identifier = "md5",
            Key = FileKey.Identifier,
            Index = "current",
            Count = "total",
            Size = "size",
            FileName = "name",
        },
        new("fileHash")
        {
            // Made of samples of the file by many a page: so it identifies, and proves nothing.
            Signature = ["fileHash|fileMd5", "chunkIndex|index", "totalChunks|total"],
            Identifier = "fileHash|fileMd5",
            Key = FileKey.IdentifierAndName,
            Index = "chunkIndex|index",
            Count = "totalChunks|total",
            Size = "fileSize|totalSize",
            FileName = "fileName|name",
        },
        new("jQuery File Upload")
        {
            Signature = [ClientFields.RangeStart],
            Offset = ClientFields.RangeStart,
            Length = ClientFields.RangeLength,
            Size = ClientFields.RangeSize,
        },
    ];

    public static ClientDialect Md5 { get; } = All.Single(dialect => dialect.Client == "md5");

    public static ClientDialect FileHash { get; } = All.Single(dialect => dialect.Client == "fileHash");

    /// <summary>The dialect of a form; null where there is nothing about chunks in it.</summary>
    public static ClientDialect? Find(ClientFields fields) => All.FirstOrDefault(dialect => dialect.Matches(fields));
}
