using System.Security.Cryptography.X509Certificates;

namespace ChunkUploader.Tests.Support;

/// <summary>The application on a real socket, in this process or in another.</summary>
public interface IServer : IAsyncDisposable
{
    /// <summary>As browsers know it.</summary>
    Uri BaseAddress { get; }

    /// <summary>Its own socket; another one than that of <see cref="BaseAddress"/> where a proxy is in between.</summary>
    Uri DirectAddress => BaseAddress;

    int Port => BaseAddress.Port;

    string DataFolder { get; }

    Task<string> AdminPasswordAsync();

    /// <summary>Of <see cref="BaseAddress"/>, where that is https.</summary>
    X509Certificate2? Certificate => null;

    /// <summary>A client that comes the way browsers do.</summary>
    HttpClient NewHttpClient() =>
        new(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => Certificate!.Equals(shown) },
        })
        {
            BaseAddress = BaseAddress,
        };

    /// <summary>The same for a script.</summary>
    UploadClient NewUploadClient() => new(BaseAddress, certificate: Certificate);
}
