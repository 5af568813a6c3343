using System.Text;

namespace ChunkUploader.Tests.Benchmarks.Driving;

/// <summary>How a server wants its uploads.</summary>
abstract class Protocol(Target target)
{
    const string Boundary = "----ChunkUploaderBenchmark";
    const string PartStart = $"--{Boundary}\r\nContent-Disposition: form-data; ";
    protected static readonly byte[] FormTail = Encoding.ASCII.GetBytes($"\r\n--{Boundary}--\r\n");

    protected Target Target => target;

    public static Protocol Of(Target target) => target.Server switch
    {
        ServerKind.Ours => new NativeProtocol(target),
        ServerKind.Classic => new ClassicProtocol(target),
        _ => new DiscardedProtocol(target),
    };

    /// <summary>Begins a file.</summary>
    /// <returns>The upload's id.</returns>
    public abstract string Begin(DriverConnection connection, string name, long size, int chunkSize);

    /// <summary>Completes an upload whose chunks are in.</summary>
    /// <returns>Null where nothing is kept, so that there is nothing to complete.</returns>
    /// <exception cref="InvalidOperationException">It is not completed.</exception>
    public abstract StoredAnswer? Complete(DriverConnection connection, string id, int chunkCount, string name);

    /// <summary>Sends a file that is one chunk, in as few requests as can be.</summary>
    public abstract void SendSmall(DriverConnection connection, int file, int size);

    /// <summary>Sends a chunk but for its form's end, so that it is still under way.</summary>
    public void StartChunk(DriverConnection connection, string id, int file, int chunk, long length)
    {
        connection.Send(ChunkHead(id, file, chunk, length));
        connection.Send(Content.Rest(length));
    }

    /// <summary>Sends the form's end and reads the answer.</summary>
    public static void EndChunk(DriverConnection connection)
    {
        connection.Send(FormTail);
        connection.Read().Ensure(200);
    }

    /// <summary>A chunk's request up to and with the stamp.</summary>
    public byte[] ChunkHead(string id, int file, int chunk, long length)
    {
        var (path, fields) = ChunkForm(id, chunk);
        return FormHead(path, fields, Content.Stamp(file, chunk), length);
    }

    public string GetHead(string path, string? range = null) =>
        $"GET {path} HTTP/1.1\r\n{CommonHeaders}{(range is null ? "" : $"Range: bytes={range}\r\n")}\r\n";

    public string Post(string path, params (string Name, string Value)[] fields)
    {
        var body = string.Join('&', fields.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}"));
        var type = fields.Length > 0 ? "Content-Type: application/x-www-form-urlencoded\r\n" : "";
        return $"POST {path} HTTP/1.1\r\n{CommonHeaders}{type}Content-Length: {body.Length}\r\n\r\n{body}";
    }

    protected abstract (string Path, (string Name, string Value)[] Fields) ChunkForm(string id, int chunk);

    /// <summary>A multipart request up to and with the first bytes of its file.</summary>
    protected byte[] FormHead(string path, (string Name, string Value)[] fields, byte[] start, long fileLength)
    {
        var form = new StringBuilder();
        foreach (var (name, value) in fields)
        {
            form.Append(PartStart).Append("name=\"").Append(name).Append("\"\r\n\r\n").Append(value).Append("\r\n");
        }

        form.Append(PartStart).Append("name=\"file\"; filename=\"blob\"\r\n")
            .Append("Content-Type: application/octet-stream\r\n\r\n");
        var head = $"POST {path} HTTP/1.1\r\n{CommonHeaders}"
            + $"Content-Type: multipart/form-data; boundary={Boundary}\r\n"
            + $"Content-Length: {form.Length + fileLength + FormTail.Length}\r\n\r\n{form}";
        return [.. Encoding.ASCII.GetBytes(head), .. start];
    }

    string CommonHeaders => $"Host: {target.Address.Authority}\r\nX-Upload-Owner: {target.Owner}\r\n";
}

/// <param name="Path">Where the stored bytes are read.</param>
/// <param name="Md5">As the server says; null if it does not.</param>
sealed record StoredAnswer(string Path, string? Md5);
