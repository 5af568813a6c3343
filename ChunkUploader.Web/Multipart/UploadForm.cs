using System.Text;
using ChunkUploader.Domain.Catalog;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace ChunkUploader.Web.Multipart;

/// <summary>
/// The form of an upload request: its fields, and its file as it arrives. A request without a body is an empty form.
/// The file's bytes come straight from the connection when the fields before it suffice, else from where they were
/// staged.
/// </summary>
public sealed class UploadForm : IAsyncDisposable
{
    readonly UploadFormOptions _options;
    readonly Dictionary<string, string> _fields = new(StringComparer.OrdinalIgnoreCase);
    readonly List<KeyValuePair<string, string>> _overwritten = [];

    /// <summary>How to read fields anew whose bytes are no UTF-8, by name.</summary>
    readonly Dictionary<string, Func<string>> _legacy = new(StringComparer.OrdinalIgnoreCase);

    MultipartFormReader? _parts;
    MultipartEncoding? _encoding;
    IStagedBody? _staged;
    long _fieldsLength;

    UploadForm(UploadFormOptions options) => _options = options;

    /// <summary>
    /// By name, in whatever case; of a repeated field the last value. Grows as the rest of the form is read.
    /// </summary>
    public IReadOnlyDictionary<string, string> Fields => _fields;

    /// <summary>Repeated ones with each of their values.</summary>
    public IEnumerable<KeyValuePair<string, string>> AllFields => _fields.Concat(_overwritten);

    public MultipartPart? File { get; private set; }

    /// <summary>When its request came.</summary>
    public DateTimeOffset Began => _options.Began;

    /// <summary>What the request says of its length; its file is shorter.</summary>
    public (long Min, long Max)? Announced { get; private init; }

    /// <summary>A field's value as far as the form has been read; null if it is not there.</summary>
    public string? Field(string name) => _fields.GetValueOrDefault(name);

    /// <summary>Reads up to the file, or to the end where there is none or the file had to be staged.</summary>
    /// <exception cref="MalformedFormException">The form is refused.</exception>
    public static async Task<UploadForm> ReadAsync(
        HttpRequest request, UploadFormOptions options, CancellationToken ct)
    {
        var form = new UploadForm(options) { Announced = request.ContentLength is { } length ? (0, length) : null };
        try
        {
            await form.BeginAsync(request, ct);
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
    public async Task ReadRemainingFieldsAsync(CancellationToken ct)
    {
        if (await ReadFieldsAsync(ct) is not null)
        {
            throw new MalformedFormException(MalformedFormReason.SecondFile, "A form may carry one file only.");
        }
    }

    /// <summary>Reads the fields up to the next file, which takes the place of the one before.</summary>
    /// <returns>False at the end of the form.</returns>
    /// <exception cref="MalformedFormException">The form is refused.</exception>
    public async Task<bool> MoveToNextFileAsync(CancellationToken ct)
    {
        if (await ReadFieldsAsync(ct) is not { } next)
        {
            return false;
        }

        File = next;
        return true;
    }

    /// <summary>Gives back what was staged. The request's body is the server's again by then.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_staged is not null)
        {
            await _staged.DisposeAsync();
        }
    }

    async Task BeginAsync(HttpRequest request, CancellationToken ct)
    {
        if (await HasNoBodyAsync(request, ct))
        {
            return;
        }

        var contentType = MediaTypeHeaderValue.TryParse(request.ContentType, out var parsed) ? parsed : null;
        if (IsOfType("multipart/form-data"))
        {
            var boundary = HeaderUtilities.RemoveQuotes(contentType!.Boundary).ToString();
            _encoding = MultipartEncoding.Of(request);
            _parts = new MultipartFormReader(request.BodyReader, boundary, _options.Limits, _encoding);
            await ReadToFileAsync(ct);
        }
        else if (IsOfType("application/x-www-form-urlencoded"))
        {
            await UrlEncodedForm.ReadAsync(request.BodyReader, _fields, _options, ct);
        }
        else
        {
            throw new MalformedFormException(MalformedFormReason.UnsupportedContentType,
                "The body must be multipart/form-data or application/x-www-form-urlencoded.");
        }

        bool IsOfType(string type) => contentType?.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase) == true;
    }

    /// <summary>
    /// Where the request does not say and names no type, the first read tells: nothing came, or something.
    /// </summary>
    static async ValueTask<bool> HasNoBodyAsync(HttpRequest request, CancellationToken ct)
    {
        var feature = request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>();
        if (request.ContentLength == 0 || feature is { CanHaveBody: false })
        {
            return true;
        }

        if (!string.IsNullOrEmpty(request.ContentType))
        {
            return false;
        }

        var read = await request.BodyReader.ReadAsync(ct);
        request.BodyReader.AdvanceTo(read.Buffer.Start);
        return read.IsCompleted && read.Buffer.IsEmpty;
    }

    async Task ReadToFileAsync(CancellationToken ct)
    {
        if (await ReadFieldsAsync(ct) is not { } file)
        {
            return;
        }

        var hasGuessedFields = _legacy.Count > 0 && _encoding!.Charset is null;
        File = file with { HasGuessedText = file.Headers.IsGuessed || hasGuessedFields };
        if (await _options.CanPlaceFile(File, _fields))
        {
            return;
        }

        var (body, max) = (File.Body, _options.MaxStagedBytes);
        _staged = await _options.Staging.StageAsync(body, max, _options.EnsureRoomToStage, ct)
            ?? throw new MalformedFormException(
                MalformedFormReason.TooLarge,
                $"Fields that must be known stand after the file, and the file is longer than {max} bytes.");
        await ReadRemainingFieldsAsync(ct);
        File = File with { Body = _staged.Read(), Staged = _staged };
    }

    /// <summary>Stops at a file, which it returns.</summary>
    async Task<MultipartPart?> ReadFieldsAsync(CancellationToken ct)
    {
        while (_parts is not null && await _parts.ReadNextPartAsync(ct) is { } part)
        {
            if (part.FileName is not null)
            {
                return part;
            }

            var (value, decode) = await part.ReadTextAsync(_options.Limits.MaxFieldLength, ct);
            _fieldsLength += Encoding.UTF8.GetByteCount(part.Name) + Encoding.UTF8.GetByteCount(value);
            if (_fieldsLength > _options.Limits.MaxFieldsLength)
            {
                throw new MalformedFormException(
                    MalformedFormReason.TooLarge,
                    $"The form's fields may have {_options.Limits.MaxFieldsLength} bytes of text together.");
            }

            if (_fields.TryGetValue(part.Name, out var before))
            {
                _overwritten.Add(KeyValuePair.Create(part.Name, before));
            }

            _fields[part.Name] = value;
            _legacy.Remove(part.Name);
            if (decode is not null)
            {
                _legacy.Add(part.Name, decode);
            }

            if (part.Name == "_charset_" && _encoding!.Charset is null)
            {
                SetCharset(value);
            }
        }

        return null;
    }

    /// <summary>The field may stand anywhere: what came before it was read by a guess. The first one counts.</summary>
    void SetCharset(string charset)
    {
        _encoding!.Charset = charset;
        foreach (var (name, decode) in _legacy)
        {
            _fields[name] = decode();
        }
    }
}
