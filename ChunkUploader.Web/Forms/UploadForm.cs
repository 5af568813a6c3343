using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace ChunkUploader.Web.Forms;

/// <summary>
/// The form of an upload request: its fields, and its file as it arrives. A request without a body is an empty form.
/// The file's bytes come straight from the connection when the fields before it suffice, else from where they were set
/// aside.
/// </summary>
public sealed class UploadForm : IAsyncDisposable
{
    readonly UploadFormOptions _options;
    readonly Dictionary<string, string> _fields = new(StringComparer.OrdinalIgnoreCase);
    MultipartFormReader? _parts;
    SpooledBody? _spool;

    UploadForm(UploadFormOptions options) => _options = options;

    /// <summary>
    /// By name, in whatever case; of a repeated field the last value. Grows as the rest of the form is read.
    /// </summary>
    public IReadOnlyDictionary<string, string> Fields => _fields;

    public FormPart? File { get; private set; }

    /// <summary>A field's value as far as the form has been read; null if it is not there.</summary>
    public string? Field(string name) => _fields.GetValueOrDefault(name);

    /// <summary>Reads up to the file, or to the end where there is none or the file had to be set aside.</summary>
    /// <exception cref="MalformedFormException">The form is refused.</exception>
    public static async Task<UploadForm> ReadAsync(
        HttpRequest request, UploadFormOptions options, CancellationToken cancellationToken)
    {
        var form = new UploadForm(options);
        try
        {
            await form.BeginAsync(request, cancellationToken);
            return form;
        }
        catch
        {
            await form.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads the fields that stand after the file; what is left of the file itself is skipped.</summary>
    /// <exception cref="MalformedFormException">The form is refused, as one with a second file is.</exception>
    public async Task ReadRemainingFieldsAsync(CancellationToken cancellationToken)
    {
        if (await ReadFieldsAsync(cancellationToken) is not null)
            throw new MalformedFormException(MalformedFormReason.SecondFile, "A form may carry one file only.");
    }

    public async ValueTask DisposeAsync()
    {
        if (File is not null)
            await File.Body.CompleteAsync();
        if (_spool is not null)
            await _spool.DisposeAsync();
    }

    async Task BeginAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (await HasNoBodyAsync(request, cancellationToken))
            return;
        var contentType = MediaTypeHeaderValue.TryParse(request.ContentType, out var parsed) ? parsed : null;
        if (IsOfType("multipart/form-data"))
        {
            var boundary = HeaderUtilities.RemoveQuotes(contentType!.Boundary).ToString();
            _parts = new MultipartFormReader(request.BodyReader, boundary, _options.Limits);
            await ReadToFileAsync(cancellationToken);
        }
        else if (IsOfType("application/x-www-form-urlencoded"))
            await UrlEncodedForm.ReadAsync(request.BodyReader, _fields, _options, cancellationToken);
        else
            throw new MalformedFormException(MalformedFormReason.UnsupportedContentType,
                "The body must be multipart/form-data or application/x-www-form-urlencoded.");

        bool IsOfType(string type) => contentType?.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase) == true;
    }

    /// <summary>
    /// Where the request does not say and names no type, the first read tells: nothing came, or something.
    /// </summary>
    static async ValueTask<bool> HasNoBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var feature = request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>();
        if (request.ContentLength == 0 || feature is { CanHaveBody: false })
            return true;
        if (!string.IsNullOrEmpty(request.ContentType))
            return false;
        var read = await request.BodyReader.ReadAsync(cancellationToken);
        request.BodyReader.AdvanceTo(read.Buffer.Start);
        return read.IsCompleted && read.Buffer.IsEmpty;
    }

    async Task ReadToFileAsync(CancellationToken cancellationToken)
    {
        File = await ReadFieldsAsync(cancellationToken);
        if (File is null || _options.CanPlaceFile(_fields))
            return;
        _options.EnsureRoomToSpool();
        _spool = await SpooledBody.SaveAsync(
            File.Body, _options.SpoolFolder, _options.MaxSpoolBytes, cancellationToken);
        await ReadRemainingFieldsAsync(cancellationToken);
        File = File with { Body = _spool.Reader };
    }

    /// <summary>Stops at a file, which it returns.</summary>
    async Task<FormPart?> ReadFieldsAsync(CancellationToken cancellationToken)
    {
        while (_parts is not null && await _parts.ReadNextPartAsync(cancellationToken) is { } part)
        {
            if (part.FileName is not null)
                return part;
            _fields[part.Name] = await part.ReadTextAsync(_options.Limits.MaxFieldLength, cancellationToken);
        }
        return null;
    }
}
