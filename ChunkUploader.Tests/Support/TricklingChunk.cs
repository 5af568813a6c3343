namespace ChunkUploader.Tests.Support;

/// <summary>A chunk that comes in by the byte, and so keeps others from writing it.</summary>
public sealed class TricklingChunk : IDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    readonly CancellationTokenSource _ended = new();
    readonly Task _trickling;
    int _sent;

    TricklingChunk(RawConnection connection)
    {
        Connection = connection;
        _trickling = TrickleAsync();
    }

    public RawConnection Connection { get; }

    /// <summary>Returns when the server is reading the chunk.</summary>
    public static async Task<TricklingChunk> BeginAsync(Uri server, string owner, string session, int index, int length)
    {
        var connection = new RawConnection(server, owner);
        await connection.SendHeadAsync("PUT", $"uploads/{session}/chunks/{index}", length, "Expect: 100-continue");
        await connection.ReadAnswerAsync(); // 100: the body is wanted, so the chunk is this connection's
        return new TricklingChunk(connection);
    }

    /// <summary>Ends the trickle.</summary>
    /// <returns>How many bytes have been sent, all of them 0.</returns>
    public async Task<int> StopAsync()
    {
        await _ended.CancelAsync();
        await _trickling;
        return _sent;
    }

    public void Dispose()
    {
        _ended.Cancel();
        Connection.Dispose();
        _ended.Dispose();
    }

    async Task TrickleAsync()
    {
        var one = new byte[1];
        try
        {
            while (!_ended.IsCancellationRequested)
            {
                await Connection.SendAsync(one);
                _sent++;
                await Task.Delay(Pause, _ended.Token);
            }
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The server or the test has had enough.
        }
    }
}
