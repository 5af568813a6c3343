namespace ChunkUploader.Tests.Support;

/// <summary>The application on a real socket, in this process or in another.</summary>
public interface IServer : IAsyncDisposable
{
    Uri BaseAddress { get; }

    int Port => BaseAddress.Port;

    string DataFolder { get; }

    Task<string> AdminPasswordAsync();
}
