using System.Globalization;
using ChunkUploader.Domain;
using Microsoft.Net.Http.Headers;

namespace ChunkUploader.Web.Clients;

/// <summary>
/// What a form client says, wherever it says it: in the form's fields, in the query, in headers, or in JSON within a
/// field. All of it goes by names: <c>header:uploader-file-id</c> is a header, <c>metadata:fileName</c> a property of
/// the JSON object in the field <c>metadata</c>, and the parts of <c>Content-Range</c> have names of their own. Where
/// clients differ in spelling only, a name is several with <c>|</c> between, of which the first that is there counts.
/// </summary>
public sealed class ClientFields
{
    public const string RangeStart = "content-range:start";
    public const string RangeLength = "content-range:length";
    public const string RangeSize = "content-range:size";
    const string Header = "header";

    readonly IReadOnlyDictionary<string, string> _form;
    readonly IQueryCollection _query;
    readonly IHeaderDictionary _headers;
    readonly Dictionary<string, string> _range;
    readonly Dictionary<string, IReadOnlyDictionary<string, string>> _json = [];

    /// <param name="form">May grow as the form is read.</param>
    public ClientFields(HttpRequest request, IReadOnlyDictionary<string, string> form)
    {
        (_form, _query, _headers) = (form, request.Query, request.Headers);
        _range = RangeOf(request.Headers.ContentRange.ToString());
    }

    /// <summary>A value; null if it is not there.</summary>
    public string? this[string names] =>
        Array.ConvertAll(names.Split('|'), Find).FirstOrDefault(value => value is not null);

    public bool Has(string name) => this[name] is not null;

    /// <summary>A whole number; null if the field is not there.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.InvalidInput"/>.</exception>
    public long? Number(string? name) =>
        name is null || this[name] is not { } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new UploadException(UploadErrorCode.InvalidInput, $"{name} must be a whole number.");

    /// <summary>A text that is not blank; null if it is or the field is not there.</summary>
    public string? Text(string? name) =>
        name is not null && this[name] is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    string? Find(string name) =>
        FindField(name) ?? name.Split(':', 2) switch
        {
            [Header, var header] => _headers.TryGetValue(header, out var values) ? values.ToString() : null,
            [var field, var property] => FindField(field) is { } json ? JsonIn(json).GetValueOrDefault(property) : null,
            _ => null,
        };

    string? FindField(string name) =>
        _form.TryGetValue(name, out var value) || _range.TryGetValue(name, out value) ? value
        : _query.TryGetValue(name, out var values) ? values.ToString()
        : null;

    IReadOnlyDictionary<string, string> JsonIn(string text) =>
        _json.TryGetValue(text, out var properties) ? properties : _json[text] = JsonFields.Read(text);

    /// <exception cref="UploadException"><see cref="UploadErrorCode.InvalidInput"/>: a part of a file must not be
    /// taken for all of it.</exception>
    static Dictionary<string, string> RangeOf(string header) =>
        header.Length == 0 ? []
        : ContentRangeHeaderValue.TryParse(header, out var range)
            && range is { Unit.Value: "bytes", From: { } from, To: { } to, Length: { } size }
            ? new Dictionary<string, string>
            {
                [RangeStart] = from.ToString(CultureInfo.InvariantCulture),
                [RangeLength] = (to - from + 1).ToString(CultureInfo.InvariantCulture),
                [RangeSize] = size.ToString(CultureInfo.InvariantCulture),
            }
        : throw new UploadException(
            UploadErrorCode.InvalidInput, "Content-Range must be bytes, the first and the last one, and the size.");
}
