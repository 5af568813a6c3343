using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace ChunkUploader.Web.Multipart;

static class UrlEncodedForm
{
    /// <exception cref="MalformedFormException">The form is too large.</exception>
    public static async Task ReadAsync(
        PipeReader body,
        Dictionary<string, string> fields,
        UploadFormOptions options,
        CancellationToken ct)
    {
        var read = await body.ReadAtLeastAsync(options.MaxUrlEncodedLength + 1, ct);
        body.AdvanceTo(read.Buffer.Start, read.Buffer.End); // all of it is there for the reader below
        if (read.Buffer.Length > options.MaxUrlEncodedLength)
        {
            throw new MalformedFormException(
                MalformedFormReason.TooLarge, $"At most {options.MaxUrlEncodedLength} bytes of text are allowed here.");
        }

        var reader = new FormPipeReader(body)
        {
            ValueCountLimit = options.Limits.MaxFields,
            KeyLengthLimit = options.MaxUrlEncodedLength,
            ValueLengthLimit = options.MaxUrlEncodedLength,
        };
        try
        {
            foreach (var (name, values) in await reader.ReadFormAsync(ct))
            {
                fields[name] = values[^1]!;
            }
        }
        catch (InvalidDataException exception)
        {
            throw new MalformedFormException(
                MalformedFormReason.Unreadable, $"The form cannot be read: {exception.Message}");
        }

        if (fields.Values.Any(value => Encoding.UTF8.GetByteCount(value) > options.Limits.MaxFieldLength))
        {
            throw new MalformedFormException(MalformedFormReason.FieldTooLong, "A field of the form is too long.");
        }
    }
}
