using System.Globalization;
using System.Text.Json;

namespace ChunkUploader.Tests.Support;

/// <summary>
/// What form clients say of a chunk, written down from their sources. The clients themselves are driven in the browser
/// tests. A name that begins with <c>header:</c> is that of a header.
/// </summary>
static class DialectClients
{
    /// <summary>All of them, with whether they join the rest of a file to its last whole chunk.</summary>
    public static readonly IReadOnlyDictionary<string, (bool JoinsTail, Func<FormPiece, (string, object?)[]> Fields)> All =
        new Dictionary<string, (bool, Func<FormPiece, (string, object?)[]>)>
        {
            ["flow.js"] = (true, piece => Numbered(piece, "flow", c => char.ToUpperInvariant(c))),
            ["flow.js with forceChunkSize"] = (false, piece => Numbered(piece, "flow", c => char.ToUpperInvariant(c))),
            ["resumable.js"] = (true, piece =>
            [
                .. Numbered(piece, "resumable", c => char.ToUpperInvariant(c)), ("resumableType", "video/mp4"),
            ]),
            ["simple-uploader.js"] = (true, piece => Numbered(piece, "", c => c)),
            ["Dropzone"] = (false, piece =>
            [
                ("dzuuid", $"uuid of {piece.File.Name}"), ("dzchunkindex", piece.Index),
                ("dztotalfilesize", piece.File.Size), ("dzchunksize", piece.ChunkSize),
                ("dztotalchunkcount", piece.Count), ("dzchunkbyteoffset", piece.Offset),
            ]),
            ["Fine Uploader"] = (false, piece =>
            [
                ("qqpartindex", piece.Index), ("qqpartbyteoffset", piece.Offset), ("qqchunksize", piece.Bytes.Length),
                ("qqtotalparts", piece.Count), ("qqtotalfilesize", piece.File.Size), ("qqfilename", piece.File.Name),
                ("qquuid", $"uuid of {piece.File.Name}"),
            ]),
            ["WebUploader"] = (false, piece =>
            [
                ("id", "WU_FILE_0"), ("name", piece.File.Name), ("type", "video/mp4"),
                ("lastModifiedDate", "Mon Jan 01 2026"), ("size", piece.File.Size), ("chunks", piece.Count),
                ("chunk", piece.Index),
            ]),
            ["WebUploader with chunkSize"] = (false, piece =>
            [
                ("id", "WU_FILE_0"), ("name", piece.File.Name), ("size", piece.File.Size), ("chunks", piece.Count),
                ("chunk", piece.Index), ("chunkSize", piece.ChunkSize),
            ]),
            ["Plupload"] = (false, piece =>
                [("name", piece.File.Name), ("chunk", piece.Index), ("chunks", piece.Count)]),
            ["bootstrap-fileinput"] = (false, piece =>
            [
                ("chunkCount", piece.Count), ("chunkIndex", piece.Index), ("chunkSize", piece.ChunkSize),
                ("chunkSizeStart", piece.Offset), ("fileId", $"{piece.File.Size}_bin"), ("fileName", piece.File.Name),
                ("fileRelativePath", piece.File.Name), ("fileSize", piece.File.Size), ("retryCount", 0),
                ("initialPreview", "[]"), ("initialPreviewConfig", "[]"), ("initialPreviewThumbTags", "[]"),
            ]),
            ["DevExtreme"] = (false, piece =>
            [
                ("chunkMetadata", Json(
                    ("FileName", piece.File.Name), ("Index", piece.Index), ("TotalCount", piece.Count),
                    ("FileSize", piece.File.Size), ("FileType", ""), ("FileGuid", $"guid of {piece.File.Name}"))),
            ]),
            ["Kendo"] = (false, piece =>
            [
                ("metadata", Json(
                    ("chunkIndex", piece.Index), ("contentType", "video/mp4"), ("fileName", piece.File.Name),
                    ("relativePath", ""), ("totalFileSize", piece.File.Size),
                    ("totalChunks", piece.File.Size == 0 ? 0 : piece.Count),
                    ("uploadUid", $"uid of {piece.File.Name}"))),
            ]),
            ["Syncfusion"] = (false, piece =>
            [
                ("chunk-index", piece.Index), ("chunkIndex", piece.Index), ("total-chunk", piece.Count),
                ("totalChunk", piece.Count), ("fileId", $"id of {piece.File.Name}"), ("fileSize", piece.File.Size),
            ]),
            ["ng-file-upload"] = (false, piece =>
            [
                ("fileName", piece.File.Name), ("_chunkSize", piece.ChunkSize),
                ("_currentChunkSize", piece.Bytes.Length), ("_chunkNumber", piece.Index),
                ("_totalSize", piece.File.Size),
            ]),
            ["huge-uploader"] = (false, piece =>
            [
                ("header:uploader-file-id", piece.File.Name.GetHashCode(StringComparison.Ordinal)),
                ("header:uploader-chunk-number", piece.Index), ("header:uploader-chunks-total", piece.Count),
            ]),
            ["chunk and guid"] = (false, piece =>
                [("chunk", piece.Index), ("chunks", piece.Count), ("guid", $"guid of {piece.File.Name}")]),
            ["chunk, name and uid"] = (false, piece =>
            [
                ("chunk", piece.Index), ("chunks", piece.Count), ("name", piece.File.Name),
                ("uid", $"uid of {piece.File.Name}"),
            ]),
            ["chunkNumber and fileId"] = (false, piece =>
            [
                ("chunkNumber", piece.Index + 1), ("totalChunks", piece.Count), ("filename", piece.File.Name),
                ("fileId", $"id of {piece.File.Name}"),
            ]),
            ["chunkNumber and filename"] = (false, piece =>
            [
                ("chunkNumber", piece.Index + 1), ("totalChunks", piece.Count), ("filename", piece.File.Name),
            ]),
            ["the md5 form"] = (false, piece =>
                [("md5", piece.File.Md5), ("total", piece.Count), ("current", piece.Index)]),
            ["the fileHash form"] = (false, piece =>
            [
                ("fileHash", "of samples"), ("chunkIndex", piece.Index), ("totalChunks", piece.Count),
                ("fileName", piece.File.Name), ("fileSize", piece.File.Size),
            ]),
            ["the fileMd5 form"] = (false, piece =>
                [("fileMd5", $"of {piece.File.Name}"), ("index", piece.Index), ("total", piece.Count)]),
        };

    /// <summary>Those that send neither an identifier nor a size.</summary>
    public static readonly IReadOnlyList<string> ByName = ["Plupload", "chunkNumber and filename"];

    /// <summary>Those that send neither the size of the file nor that of its chunks, and may send the last chunk first.
    /// </summary>
    public static readonly IReadOnlyList<string> WithoutSizes =
    [
        "huge-uploader", "chunk and guid", "chunk, name and uid", "chunkNumber and fileId", "the md5 form",
        "the fileMd5 form",
    ];

    static string Json(params (string Name, object Value)[] properties) =>
        JsonSerializer.Serialize(properties.ToDictionary(property => property.Name, property => property.Value));

    static (string, object?)[] Numbered(FormPiece piece, string prefix, Func<char, char> first)
    {
        string Name(string name) => prefix + first(name[0]) + name[1..];
        return
        [
            (Name("chunkNumber"), piece.Index + 1), (Name("chunkSize"), piece.ChunkSize),
            (Name("currentChunkSize"), piece.Bytes.Length), (Name("totalSize"), piece.File.Size),
            (Name("identifier"), string.Create(CultureInfo.InvariantCulture, $"{piece.File.Size}-bin")),
            (Name("filename"), piece.File.Name), (Name("relativePath"), piece.File.Name),
            (Name("totalChunks"), piece.Count),
        ];
    }
}

/// <summary>A chunk as a form client cuts it.</summary>
/// <param name="joinsTail">The rest is joined to the last whole chunk.</param>
sealed class FormPiece(TestFile file, int index, int chunkSize, bool joinsTail)
{
    public TestFile File => file;

    public int Index => index;

    public int ChunkSize => chunkSize;

    public int Count { get; } = CountOf(file.Size, chunkSize, joinsTail);

    public int Offset => index * chunkSize;

    public ReadOnlyMemory<byte> Bytes =>
        file.Bytes.AsMemory(Offset, index == Count - 1 ? file.Size - Offset : chunkSize);

    public static int CountOf(int size, int chunkSize, bool joinsTail) =>
        Math.Max(1, joinsTail ? size / chunkSize : (size + chunkSize - 1) / chunkSize);
}
