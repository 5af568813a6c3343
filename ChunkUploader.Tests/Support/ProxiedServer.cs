using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace ChunkUploader.Tests.Support;

/// <summary>What stands between the browser and the application.</summary>
public enum ProxyKind
{
    None,
    Nginx,
    Caddy,
}

/// <summary>
/// The application behind a proxy that is set up as OPERATIONS.md says: below a path, over https, with HTTP/2.
/// </summary>
sealed partial class ProxiedServer : IServer
{
    const string Prefix = "/share";

    readonly IServer _server;
    readonly TempFolder _folder = new();
    IAsyncDisposable? _proxy;

    ProxiedServer(IServer server, int port, X509Certificate2 certificate)
    {
        (_server, Certificate) = (server, certificate);
        BaseAddress = new Uri($"https://127.0.0.1:{port}{Prefix}/");
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    public Uri BaseAddress { get; }

    public X509Certificate2 Certificate { get; }

    X509Certificate2? IServer.Certificate => Certificate;

    public Uri DirectAddress => _server.DirectAddress;

    public string DataFolder => _server.DataFolder;

    string CertificateFile => _folder.Combine("certificate.pem");

    string KeyFile => _folder.Combine("key.pem");

    /// <summary>Puts a proxy in front of a server, which belongs to it from then on.</summary>
    public static async Task<IServer> StartAsync(IServer server, ProxyKind kind)
    {
        if (kind == ProxyKind.None)
        {
            return server;
        }

        var proxied = new ProxiedServer(server, Ports.Next(), Certificates.ForLoopback());
        proxied._proxy = kind == ProxyKind.Nginx ? await proxied.StartNginxAsync() : await proxied.StartCaddyAsync();
        return proxied;
    }

    public Task<string> AdminPasswordAsync() => _server.AdminPasswordAsync();

    public async ValueTask DisposeAsync()
    {
        await (_proxy?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _server.DisposeAsync();
        Certificate.Dispose();
        _folder.Dispose();
    }

    /// <summary>What is documented for a proxy, about this server.</summary>
    string Configuration(string language) =>
        Documents.ExampleIn(Documents.Operations, language)
            .Replace("localhost:5080", $"127.0.0.1:{DirectAddress.Port}", StringComparison.Ordinal);

    async Task<IAsyncDisposable> StartNginxAsync() =>
        await Nginx.StartAsync(
            $"listen 127.0.0.1:{BaseAddress.Port} ssl http2; ssl_certificate {CertificateFile}; ssl_certificate_key {KeyFile};"
            + Configuration("nginx")
                .Replace("location / {", $"location {Prefix}/ {{", StringComparison.Ordinal)
                .Replace($":{DirectAddress.Port};", $":{DirectAddress.Port}/;", StringComparison.Ordinal)
                .Replace("X-Forwarded-Prefix \"\"", $"X-Forwarded-Prefix {Prefix}", StringComparison.Ordinal)
                .Replace("/srv/uploads", DataFolder, StringComparison.Ordinal));

    async Task<IAsyncDisposable> StartCaddyAsync() =>
        await Caddy.StartAsync(
            ReverseProxy().Replace(Configuration("caddy"), $"handle_path {Prefix}/* {{\n$0}}\n")
                .Replace("-X-Forwarded-Prefix", $"X-Forwarded-Prefix {Prefix}", StringComparison.Ordinal)
                .Replace(
                    "example.com {",
                    $"https://127.0.0.1:{BaseAddress.Port} {{\ntls {CertificateFile} {KeyFile}",
                    StringComparison.Ordinal),
            BaseAddress.Port);

    [GeneratedRegex(@"reverse_proxy [^}]+\}\n")]
    private static partial Regex ReverseProxy();
}
