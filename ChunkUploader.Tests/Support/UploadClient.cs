using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ChunkUploader.Tests.Support;

/// <summary>Speaks the native API over a real connection, as a script would.</summary>
public sealed class UploadClient : IDisposable
{
    const string OwnerHeader = "X-Upload-Owner";
    const string HeaderPrefix = "header:";

    readonly HttpClient _http;

    UploadClient(
        Uri address,
        int connections,
        IPAddress? from = null,
        CookieContainer? cookies = null,
        X509Certificate2? certificate = null)
    {
        var handler = new SocketsHttpHandler
        {
            UseCookies = cookies is not null,
            UseProxy = false,
            AllowAutoRedirect = false,
            MaxConnectionsPerServer = connections,
        };
        if (cookies is not null)
        {
            handler.CookieContainer = cookies;
        }

        if (certificate is not null)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => certificate.Equals(shown);
        }

        if (from is not null)
        {
            handler.ConnectCallback = (context, ct) => ConnectAsync(from, context.DnsEndPoint, ct);
        }

        _http = new HttpClient(handler) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
    }

    /// <param name="owner">Null: a new random one.</param>
    /// <param name="connections">At most so many at a time.</param>
    /// <param name="certificate">The server's, where it listens for https.</param>
    public UploadClient(
        Uri address, string? owner = null, int connections = 16, X509Certificate2? certificate = null)
        : this(address, connections, certificate: certificate)
    {
        Owner = owner ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _http.DefaultRequestHeaders.Add(OwnerHeader, Owner);
    }

    /// <summary>What it sends as its owner; null if it is a guest.</summary>
    public string? Owner { get; }

    /// <summary>Somebody who does not say who they are.</summary>
    /// <param name="from">The address on the loopback network that it comes from; null: the usual one.</param>
    /// <param name="cookies">Null: it keeps none.</param>
    public static UploadClient Guest(
        Uri address, string? userAgent = null, IPAddress? from = null, CookieContainer? cookies = null)
    {
        var client = new UploadClient(address, connections: 16, from, cookies);
        if (userAgent is not null)
        {
            client._http.DefaultRequestHeaders.UserAgent.ParseAdd(userAgent);
        }

        return client;
    }

    /// <summary>Begins an upload; the fields beside <c>fileName</c> and <c>size</c> are optional.</summary>
    public Task<ApiAnswer> BeginAsync(string fileName, long size, params (string Name, object? Value)[] fields) =>
        PostAsync("uploads", [("fileName", fileName), ("size", size), .. fields]);

    /// <summary>Begins an upload of a file with all that can be said of it.</summary>
    public Task<ApiAnswer> BeginHashedAsync(TestFile file, params (string Name, object? Value)[] fields) =>
        BeginAsync(
            file.Name,
            file.Size,
            [("md5", file.Md5), ("contentHash", file.ContentHash), ("firstBlock", file.FirstBlock), .. fields]);

    public Task<ApiAnswer> PostChunkAsync(string id, object index, ReadOnlyMemory<byte> bytes, string? sha256 = null) =>
        PostAsync($"uploads/{id}/chunks", [("index", index), ("sha256", sha256)], bytes);

    public Task<ApiAnswer> PutChunkAsync(
        string id,
        object index,
        ReadOnlyMemory<byte> bytes,
        string? contentDigest = null,
        CancellationToken ct = default)
    {
        var request = new HttpRequestMessage(
            HttpMethod.Put, string.Create(CultureInfo.InvariantCulture, $"uploads/{id}/chunks/{index}"))
        {
            Content = new ReadOnlyMemoryContent(bytes),
        };
        if (contentDigest is not null)
        {
            request.Headers.Add("Content-Digest", contentDigest);
        }

        return SendAsync(request, ct);
    }

    public Task<ApiAnswer> CompleteAsync(string id, string? md5 = null, string? contentHash = null) =>
        PostAsync($"uploads/{id}/complete", [("md5", md5), ("contentHash", contentHash)]);

    public Task<ApiAnswer> ProveAsync(string id, string answer) =>
        PostAsync($"uploads/{id}/proof", [("answer", answer)]);

    /// <summary>Takes a session over by the link in one of its owner's answers.</summary>
    public Task<ApiAnswer> TakeOverAsync(ApiAnswer session)
    {
        var link = session["resumeUrl"].GetString()!.Split('=')[1].Split('.');
        return PostAsync($"uploads/{link[0]}/take-over", [("secret", link[1])]);
    }

    public Task<ApiAnswer> GetSessionAsync(string id) => GetAsync($"uploads/{id}");

    public Task<ApiAnswer> DeleteAsync(string id) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"uploads/{id}"));

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Posts a form: the fields that are not null, then the file part if there is one. A name that begins with
    /// <c>header:</c> is that of a header.</summary>
    /// <param name="late">Fields behind the file part.</param>
    public Task<ApiAnswer> PostAsync(
        string path,
        (string Name, object? Value)[] fields,
        ReadOnlyMemory<byte>? file = null,
        params (string Name, object? Value)[] late)
    {
        var form = new MultipartFormDataContent();
        var headers = HeadersIn(fields);
        foreach (var (name, value) in fields.Where(field => field.Value is not null).Except(headers))
        {
            form.Add(new StringContent(TextOf(value)), name);
        }

        if (file is { } bytes)
        {
            form.Add(new ReadOnlyMemoryContent(bytes), "file", "blob");
        }

        foreach (var (name, value) in late)
        {
            form.Add(new StringContent(TextOf(value)), name);
        }

        return SendAsync(With(
            headers, new HttpRequestMessage(HttpMethod.Post, path) { Content = form.Any() ? form : null }));
    }

    /// <summary>Asks by a query.</summary>
    public Task<ApiAnswer> AskAsync(string path, (string Name, object? Value)[] fields)
    {
        var headers = HeadersIn(fields);
        var query = fields.Except(headers).Select(field => $"{field.Name}={Uri.EscapeDataString(TextOf(field.Value))}");
        return SendAsync(With(headers, new HttpRequestMessage(HttpMethod.Get, $"{path}?{string.Join('&', query)}")));
    }

    public Task<ApiAnswer> PostUrlEncodedAsync(string path, params (string Name, object? Value)[] fields) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(
                fields.Select(field => new KeyValuePair<string, string>(field.Name, TextOf(field.Value)))),
        });

    public Task<ApiAnswer> PostJsonAsync(string path, string json) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(json, null, "application/json"),
        });

    public async Task<ApiAnswer> SendAsync(HttpRequestMessage request, CancellationToken ct = default)
    {
        using (request)
        {
            using var response = await _http.SendAsync(request, ct);
            return await ApiAnswer.ReadAsync(response, ct);
        }
    }

    /// <summary>Sends all chunks of a file that the session's answer says are missing, and completes.</summary>
    public async Task<ApiAnswer> FinishAsync(ApiAnswer session, TestFile file)
    {
        await SendMissingAsync(session, file);
        return await CompleteAsync(session.Id);
    }

    public async Task SendMissingAsync(ApiAnswer session, TestFile file)
    {
        var received = session["received"].EnumerateArray()
            .Select(range => (First: range[0].GetInt32(), Last: range[1].GetInt32()))
            .ToList();
        var missing = Enumerable.Range(0, session["chunkCount"].GetInt32())
            .Where(index => !received.Exists(range => index >= range.First && index <= range.Last));
        await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (index, _) =>
        {
            var answer = await PostChunkAsync(session.Id, index, file.Chunk(index, session["chunkSize"].GetInt32()));
            if (answer.Status != 200)
            {
                throw new InvalidOperationException($"Chunk {index}: {answer}");
            }
        });
    }

    /// <summary>Uploads a file from begin to complete.</summary>
    public async Task<ApiAnswer> UploadAsync(TestFile file, long? chunkSize = null) =>
        await FinishAsync(await BeginAsync(file.Name, file.Size, ("chunkSize", chunkSize)), file);

    public void Dispose() => _http.Dispose();

    static async ValueTask<Stream> ConnectAsync(IPAddress from, DnsEndPoint to, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(to.Host, to.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static (string Name, object? Value)[] HeadersIn((string Name, object? Value)[] fields) =>
        Array.FindAll(fields, field => field.Name.StartsWith(HeaderPrefix, StringComparison.Ordinal));

    static HttpRequestMessage With((string Name, object? Value)[] headers, HttpRequestMessage request)
    {
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name[HeaderPrefix.Length..], TextOf(value));
        }

        return request;
    }

    static string TextOf(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
