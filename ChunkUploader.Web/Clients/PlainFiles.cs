using System.IO.Pipelines;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Web.Downloads;
using ChunkUploader.Web.Multipart;
using ChunkUploader.Web.Security;

namespace ChunkUploader.Web.Clients;

/// <summary>
/// The whole files of a plain form. Nothing is known of them before they are in, least of all whether fields that come
/// behind them make one of them a chunk.
/// </summary>
public sealed class PlainFiles(WholeFileUpload whole, MediaTypes types, RequestLimits limits)
{
    const int MaxFiles = 1000;

    /// <summary>In bytes; what is said of a chunk is short.</summary>
    const int MaxJsonLength = 64 * 1024;

    /// <summary>In characters; as much as of fields.</summary>
    const int MaxJsonTogether = 1024 * 1024;

    /// <summary>Takes all files of a form, and with them the fields between and behind them.</summary>
    /// <exception cref="UploadException">One is refused; nothing is kept of any.</exception>
    public async Task<List<PlainFile>> TakeAsync(UploadForm form, Owner owner, CancellationToken ct)
    {
        var files = new List<PlainFile>();
        try
        {
            do
            {
                limits.CountBegin(owner);
                if (files.Count == MaxFiles)
                {
                    throw new UploadException(
                        UploadErrorCode.InvalidInput, $"A form can have at most {MaxFiles} files.");
                }

                var staged = await whole.TakeAsync(form.File!.Body, ct);
                files.Add(new PlainFile(form.File, staged));
            }
            while (await form.MoveToNextFileAsync(ct));
            return files;
        }
        catch
        {
            await DiscardAsync(files);
            throw;
        }
    }

    /// <summary>Publishes those that were picked; what is left of the others is for the caller to discard.</summary>
    /// <param name="files">An input in which nothing was picked sends a file without a name or content.</param>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.DigestMismatch"/>,
    /// <see cref="UploadErrorCode.ChunkDigestMismatch"/>, <see cref="UploadErrorCode.InvalidInput"/>.</exception>
    public async Task<IReadOnlyList<StoredFile>> PublishAsync(
        ICollection<PlainFile> files, ClientFields fields, Owner owner)
    {
        var picked = files.Where(file => file.Part.FileName != "" || file.Staged.Length > 0).ToList();
        EnsureClear(picked, fields);
        var stored = new List<StoredFile>();
        foreach (var file in picked)
        {
            var description = Describe(file.Part, fields);
            files.Remove(file);
            var status = await whole.PublishAsync(file.Staged, description, owner);
            stored.Add(status.File!);
        }

        return stored;
    }

    /// <summary>What was taken turned out to be a chunk.</summary>
    /// <param name="began">When its request came.</param>
    public ChunkBody ChunkOf(PlainFile file, ClientFields fields, DateTimeOffset began) =>
        new(PipeReader.Create(Stream.Null), Digests.Sha256(fields.Text("sha256")))
        {
            Length = file.Staged.Length,
            Began = began,
            Reopen = () => whole.Read(file.Staged),
        };

    /// <summary>What scripts say in JSON beside the file: <c>append</c> with a <c>Blob</c> makes a file of it, named so,
    /// of whatever type.</summary>
    /// <returns>The files that are such JSON, with their text; none where there is nothing else that it could be said of.
    /// </returns>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.InvalidInput"/>: there is too much of it.</exception>
    public async Task<IReadOnlyDictionary<PlainFile, string>> ReadJsonAsync(
        IReadOnlyCollection<PlainFile> files, CancellationToken ct)
    {
        var (texts, left) = (new Dictionary<PlainFile, string>(), MaxJsonTogether);
        foreach (var file in files.Where(file =>
            files.Count > 1 && ClientChunkReader.NameOf(file.Part) is null && file.Staged.Length is > 1 and <= MaxJsonLength))
        {
            var body = whole.Read(file.Staged);
            var text = await BoundedText.ReadAsync(body, MaxJsonLength, MalformedFormReason.TooLarge, ct);
            await body.CompleteAsync();
            if (JsonProperty.In("", text, _ => false) is not null)
            {
                left -= text.Length;
                texts.Add(file, left >= 0 ? text : throw new UploadException(
                    UploadErrorCode.InvalidInput, "There is too much JSON beside the files."));
            }
        }

        return texts;
    }

    public async Task DiscardAsync(IEnumerable<PlainFile> files)
    {
        foreach (var file in files)
        {
            await whole.DiscardAsync(file.Staged);
        }
    }

    FileDescription Describe(MultipartPart part, ClientFields fields)
    {
        // A picture that a script has made has no name of its own; some clients say it beside.
        var name = FileName.Clean(
            ClientChunkReader.NameOf(part) ?? fields.Text("name") ?? fields.Text("filename") ?? "");
        return new FileDescription
        {
            FileName = name,
            // Browsers send the path of a picked folder's files as their name.
            RelativePath = FileName.CleanPath(
                fields.Text("relativePath") ?? (part.FileName?.Contains('/') == true ? part.FileName : null)),
            Size = null,
            ContentType = types.Of(name, part.ContentType),
            Md5 = Digests.Md5(fields),
            ContentHash = Digests.ContentHash(fields),
        };
    }

    static void EnsureClear(List<PlainFile> picked, ClientFields fields)
    {
        if (picked.Count == 0)
        {
            throw new UploadException(UploadErrorCode.InvalidInput, "No file was picked.");
        }

        var sha256 = Digests.Sha256(fields.Text("sha256"));
        if (picked.Count > 1
            && (sha256 is not null || Digests.Md5(fields) is not null || Digests.ContentHash(fields) is not null))
        {
            throw new UploadException(
                UploadErrorCode.InvalidInput, "A digest can be said of one file only, and there are several.");
        }

        sha256?.EnsureEqual(picked[0].Staged.Blocks);
    }
}

/// <summary>A file of a plain form, whose bytes are in.</summary>
public sealed record PlainFile(MultipartPart Part, StagedFile Staged);
