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
    public static readonly IReadOnlyDictionary<string, (bool JoinsTail, Func<FormChunk, (string, object?)[]> Fields)> All =
        new Dictionary<string, (bool, Func<FormChunk, (string, object?)[]>)>
        {
            ["flow.js"] = (true, chunk => Numbered(chunk, "flow", c => char.ToUpperInvariant(c))),
            ["flow.js with forceChunkSize"] = (false, chunk => Numbered(chunk, "flow", c => char.ToUpperInvariant(c))),
            ["resumable.js"] = (true, chunk =>
            [
                .. Numbered(chunk, "resumable", c => char.ToUpperInvariant(c)), ("resumableType", "video/mp4"),
            ]),
            ["simple-uploader.js"] = (true, chunk => Numbered(chunk, "", c => c)),
            ["Dropzone"] = (false, chunk =>
            [
                ("dzuuid", $"uuid of {chunk.File.Name}"), ("dzchunkindex", chunk.Index),
                ("dztotalfilesize", chunk.File.Size), ("dzchunksize", chunk.ChunkSize),
                ("dztotalchunkcount", chunk.Count), ("dzchunkbyteoffset", chunk.Offset),
            ]),
            ["Fine Uploader"] = (false, chunk =>
            [
                ("qqpartindex", chunk.Index), ("qqpartbyteoffset", chunk.Offset), ("qqchunksize", chunk.Bytes.Length),
                ("qqtotalparts", chunk.Count), ("qqtotalfilesize", chunk.File.Size), ("qqfilename", chunk.File.Name),
                ("qquuid", $"uuid of {chunk.File.Name}"),
            ]),
            ["WebUploader"] = (false, chunk =>
            [
                ("id", "WU_FILE_0"), ("name", chunk.File.Name), ("type", "video/mp4"),
                ("lastModifiedDate", "Mon Jan 01 2026"), ("size", chunk.File.Size), ("chunks", chunk.Count),
                ("chunk", chunk.Index),
            ]),
            ["WebUploader with chunkSize"] = (false, chunk =>
            [
                ("id", "WU_FILE_0"), ("name", chunk.File.Name), ("size", chunk.File.Size), ("chunks", chunk.Count),
                ("chunk", chunk.Index), ("chunkSize", chunk.ChunkSize),
            ]),
            ["Plupload"] = (false, chunk =>
                [("name", chunk.File.Name), ("chunk", chunk.Index), ("chunks", chunk.Count)]),
            ["bootstrap-fileinput"] = (false, chunk =>
            [
                ("chunkCount", chunk.Count), ("chunkIndex", chunk.Index), ("chunkSize", chunk.ChunkSize),
                ("chunkSizeStart", chunk.Offset), ("fileId", $"{chunk.File.Size}_bin"), ("fileName", chunk.File.Name),
                ("fileRelativePath", chunk.File.Name), ("fileSize", chunk.File.Size), ("retryCount", 0),
                ("initialPreview", "[]"), ("initialPreviewConfig", "[]"), ("initialPreviewThumbTags", "[]"),
            ]),
            ["DevExtreme"] = (false, chunk =>
            [
                ("chunkMetadata", Json(
                    ("FileName", chunk.File.Name), ("Index", chunk.Index), ("TotalCount", chunk.Count),
                    ("FileSize", chunk.File.Size), ("FileType", ""), ("FileGuid", $"guid of {chunk.File.Name}"))),
            ]),
            ["Kendo"] = (false, chunk =>
            [
                ("metadata", Json(
                    ("chunkIndex", chunk.Index), ("contentType", "video/mp4"), ("fileName", chunk.File.Name),
                    ("relativePath", ""), ("totalFileSize", chunk.File.Size),
                    ("totalChunks", chunk.File.Size == 0 ? 0 : chunk.Count),
                    ("uploadUid", $"uid of {chunk.File.Name}"))),
            ]),
            ["Syncfusion"] = (false, chunk =>
            [
                ("chunk-index", chunk.Index), ("chunkIndex", chunk.Index), ("total-chunk", chunk.Count),
                ("totalChunk", chunk.Count), ("fileId", $"id of {chunk.File.Name}"), ("fileSize", chunk.File.Size),
            ]),
            ["ng-file-upload"] = (false, chunk =>
            [
                ("fileName", chunk.File.Name), ("_chunkSize", chunk.ChunkSize),
                ("_currentChunkSize", chunk.Bytes.Length), ("_chunkNumber", chunk.Index),
                ("_totalSize", chunk.File.Size),
            ]),
            ["huge-uploader"] = (false, chunk =>
            [
                ("header:uploader-file-id", chunk.File.Name.GetHashCode(StringComparison.Ordinal)),
                ("header:uploader-chunk-number", chunk.Index), ("header:uploader-chunks-total", chunk.Count),
            ]),
            ["chunk and guid"] = (false, chunk =>
                [("chunk", chunk.Index), ("chunks", chunk.Count), ("guid", $"guid of {chunk.File.Name}")]),
            ["chunk, name and uid"] = (false, chunk =>
            [
                ("chunk", chunk.Index), ("chunks", chunk.Count), ("name", chunk.File.Name),
                ("uid", $"uid of {chunk.File.Name}"),
            ]),
            ["chunkNumber and fileId"] = (false, chunk =>
            [
                ("chunkNumber", chunk.Index + 1), ("totalChunks", chunk.Count), ("filename", chunk.File.Name),
                ("fileId", $"id of {chunk.File.Name}"),
            ]),
            ["chunkNumber and filename"] = (false, chunk =>
            [
                ("chunkNumber", chunk.Index + 1), ("totalChunks", chunk.Count), ("filename", chunk.File.Name),
            ]),
            ["the md5 form"] = (false, chunk =>
                [("md5", chunk.File.Md5), ("total", chunk.Count), ("current", chunk.Index)]),
            ["the fileHash form"] = (false, chunk =>
            [
                ("fileHash", "of samples"), ("chunkIndex", chunk.Index), ("totalChunks", chunk.Count),
                ("fileName", chunk.File.Name), ("fileSize", chunk.File.Size),
            ]),
            ["the fileMd5 form"] = (false, chunk =>
                [("fileMd5", $"of {chunk.File.Name}"), ("index", chunk.Index), ("total", chunk.Count)]),
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

    static (string, object?)[] Numbered(FormChunk chunk, string prefix, Func<char, char> first)
    {
        string Name(string name) => prefix + first(name[0]) + name[1..];
        return
        [
            (Name("chunkNumber"), chunk.Index + 1), (Name("chunkSize"), chunk.ChunkSize),
            (Name("currentChunkSize"), chunk.Bytes.Length), (Name("totalSize"), chunk.File.Size),
            (Name("identifier"), string.Create(CultureInfo.InvariantCulture, $"{chunk.File.Size}-bin")),
            (Name("filename"), chunk.File.Name), (Name("relativePath"), chunk.File.Name),
            (Name("totalChunks"), chunk.Count),
        ];
    }
}

/// <summary>A chunk as a form client cuts it.</summary>
/// <param name="joinsTail">The rest is joined to the last whole chunk.</param>
sealed class FormChunk(TestFile file, int index, int chunkSize, bool joinsTail)
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
