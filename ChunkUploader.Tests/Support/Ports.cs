using System.Net;
using System.Net.Sockets;

namespace ChunkUploader.Tests.Support;

/// <summary>Ports that must stay free between two uses, as while a server restarts.</summary>
static class Ports
{
    // Below those that systems give out by themselves: while nobody listens on one, no connection may take it.
    const int First = 20_000;
    const int Count = 10_000;

    static int _next = Random.Shared.Next(Count);

    /// <summary>One that is free, and given to nobody else.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else listens there.
            }
        }
    }
}
