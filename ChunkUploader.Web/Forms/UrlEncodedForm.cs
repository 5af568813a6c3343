using System.IO.Pipelines;
using System.Net;
using System.Text;

namespace ChunkUploader.Web.Forms;

static class UrlEncodedForm
{
    public static async Task ReadAsync(
        PipeReader body,
        Dictionary<string, string> fields,
        UploadFormOptions options,
        CancellationToken ct)
    {
        var text = await BoundedText.ReadAsync(
            body, options.MaxUrlEncodedLength, MalformedFormReason.TooLarge, ct);
        var count = 0;
        foreach (var range in text.AsSpan().Split('&'))
        {
            var pair = text[range];
            if (pair.Length == 0)
            {
                continue;
            }

            if (++count > options.Limits.MaxFields)
            {
                throw new MalformedFormException(MalformedFormReason.TooManyFields, "The form has too many fields.");
            }

            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var value = equals < 0 ? "" : WebUtility.UrlDecode(pair[(equals + 1)..]);
            if (Encoding.UTF8.GetByteCount(value) > options.Limits.MaxFieldLength)
            {
                throw new MalformedFormException(MalformedFormReason.FieldTooLong, "A field of the form is too long.");
            }

            fields[WebUtility.UrlDecode(equals < 0 ? pair : pair[..equals])] = value;
        }
    }
}
