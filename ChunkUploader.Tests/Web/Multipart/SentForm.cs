using System.Buffers;
using System.Text;

namespace ChunkUploader.Tests.Web.Multipart;

/// <summary>Encodes a form as browsers do (WHATWG HTML, multipart/form-data encoding algorithm).</summary>
sealed class SentForm(string boundary = SentForm.Boundary)
{
    public const string Boundary = "----FormBoundary7MA4YWxkTrZu0gW";

    readonly ArrayBufferWriter<byte> _body = new();

    public List<SentPart> Parts { get; } = [];

    public string ContentType => $"multipart/form-data; boundary={boundary}";

    public SentForm Field(string name, string value)
    {
        Parts.Add(new SentPart(name, null, Encoding.UTF8.GetBytes(value)));
        return Raw($"Content-Disposition: form-data; name=\"{Escape(name)}\"", Encoding.UTF8.GetBytes(value));
    }

    public SentForm File(string name, string fileName, byte[] content)
    {
        Parts.Add(new SentPart(name, fileName, content));
        return Raw($"Content-Disposition: form-data; name=\"{Escape(name)}\"; filename=\"{Escape(fileName)}\"\r\n"
            + "Content-Type: application/octet-stream", content);
    }

    /// <param name="headers">Without the empty line.</param>
    public SentForm Raw(string headers, byte[] content) =>
        Text($"--{boundary}\r\n{headers}\r\n\r\n").Bytes(content).Text("\r\n");

    public SentForm Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));

    public SentForm Bytes(ReadOnlySpan<byte> bytes)
    {
        _body.Write(bytes);
        return this;
    }

    public byte[] Unclosed() => _body.WrittenSpan.ToArray();

    public byte[] Close(string epilogue = "\r\n") => Text($"--{boundary}--{epilogue}").Unclosed();

    static string Escape(string name) => name
        .Replace("\"", "%22", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal)
        .Replace("\n", "%0A", StringComparison.Ordinal);
}

sealed record SentPart(string Name, string? FileName, byte[] Content)
{
    public override string ToString() => $"{Name}|{FileName ?? "(field)"}|{Convert.ToHexString(Content)}";
}
