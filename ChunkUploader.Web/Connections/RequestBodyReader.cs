using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace ChunkUploader.Web.Connections;

/// <summary>
/// A request's body with a timeout, and which the server can always read on. Kestrel's own timeout is a rate, the
/// average over the body: one that has brought much at once could be silent for hours. And a read that fails, whose
/// token is cancelled, or that nobody has advanced when the request ends, leaves Kestrel's reader in a state in which
/// it neither drains the body nor takes the connection's next request, and logs an error (dotnet/aspnetcore issue
/// 17840).
/// </summary>
public sealed class RequestBodyReader(HttpContext context, TimeProvider time)
    : PipeReader, IRequestBodyPipeFeature, IDisposable
{
    /// <summary>How long a body may bring nothing while it is being read.</summary>
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(30);

    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    readonly PipeReader _source = context.Request.BodyReader;
    readonly Lock _lock = new();

    // Under the lock: the timer and the reads look at them. One timer looks every second how long the wait of that
    // moment has lasted, so that a read costs no more than the time of day.
    ITimer? _timer;
    long? _waitingSince;
    bool _isTimedOut;

    ReadOnlySequence<byte> _buffer;

    /// <summary>How much of what is not consumed was examined. The source refuses to hear less than before.</summary>
    long _examined;
    bool _reading;
    bool _cancelled;
    bool _completed;

    PipeReader IRequestBodyPipeFeature.Reader => this;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ThrowIfTimedOut();
            if (TryHandOn(await ReadSourceAsync(cancellationToken), out var result))
            {
                return result;
            }
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        while (_source.TryRead(out var read))
        {
            if (TryHandOn(read, out result))
            {
                return true;
            }
        }

        result = default;
        return false;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (!_reading)
        {
            throw new InvalidOperationException("There is no read to advance.");
        }

        _examined = examined.Equals(consumed) ? 0 : _buffer.Slice(consumed, examined).Length;
        _source.AdvanceTo(consumed, examined);
        (_buffer, _reading) = (default, false);
    }

    public override void CancelPendingRead()
    {
        Volatile.Write(ref _cancelled, true);
        _source.CancelPendingRead();
    }

    public override void Complete(Exception? exception = null) => _source.Complete(exception);

    /// <summary>Ends its use, before the request ends.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _timer?.Dispose();
            _timer = null;
        }

        try
        {
            if (_reading)
            {
                AdvanceTo(_buffer.End);
            }
            else if (_completed && _source.TryRead(out var rest))
            {
                _source.AdvanceTo(rest.Buffer.End); // else Kestrel still reads it when it begins the next request
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            CloseConnection(); // it is broken: nobody reads it any more
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    async ValueTask<ReadResult> ReadSourceAsync(CancellationToken ct)
    {
        try
        {
            var read = _source.ReadAsync(CancellationToken.None);
            return read.IsCompleted ? await read : await WaitAsync(read, ct);
        }
        catch (IOException exception) when (exception is not (BadHttpRequestException or ConnectionResetException))
        {
            CloseConnection(); // nobody knows where this body ends
            throw new BadHttpRequestException("The body's chunked encoding cannot be read.", exception);
        }
        catch (Exception exception)
        {
            CloseConnection();
            if (exception is not BadHttpRequestException)
            {
                context.Abort(); // it is broken: nobody is there to be answered, nor anything to be drained
            }

            throw;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    async ValueTask<ReadResult> WaitAsync(ValueTask<ReadResult> read, CancellationToken ct)
    {
        StartWait();
        try
        {
            using (ct.UnsafeRegister(static reader => ((RequestBodyReader)reader!).Wake(), this))
            {
                return await read;
            }
        }
        finally
        {
            lock (_lock)
            {
                _waitingSince = null;
            }
        }
    }

    void StartWait()
    {
        lock (_lock)
        {
            _waitingSince = time.GetTimestamp();
            _timer ??= time.CreateTimer(
                static reader => ((RequestBodyReader)reader!).CheckSilence(),
                this,
                Interval,
                Interval);
        }
    }

    void CheckSilence()
    {
        lock (_lock)
        {
            var isOver = _waitingSince is { } since && time.GetElapsedTime(since) >= IdleTimeout;
            if (!isOver || _isTimedOut || _timer is null)
            {
                return;
            }

            _isTimedOut = true;
        }

        Wake();
    }

    /// <exception cref="BadHttpRequestException">Status 408, as Kestrel's own timeout.</exception>
    void ThrowIfTimedOut()
    {
        lock (_lock)
        {
            if (!_isTimedOut)
            {
                return;
            }
        }

        CloseConnection(); // RFC 9110, 15.5.9
        throw new BadHttpRequestException(
            $"The body brought nothing for {IdleTimeout.TotalSeconds:0} seconds.",
            StatusCodes.Status408RequestTimeout);
    }

    /// <summary>Over HTTP/1 the next request could not be told from the rest of this body.</summary>
    void CloseConnection()
    {
        var protocol = context.Request.Protocol;
        if (HttpProtocol.IsHttp11(protocol) || HttpProtocol.IsHttp10(protocol))
        {
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
    }

    /// <summary>Ends the wait for bytes; the read finds out what for.</summary>
    void Wake()
    {
        try
        {
            _source.CancelPendingRead();
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The connection was aborted, so the wait ends by itself.
        }
    }

    /// <summary>False if the read was cancelled, though not by its consumer: nothing came of it.</summary>
    bool TryHandOn(in ReadResult read, out ReadResult result)
    {
        (_buffer, _reading, _completed, result) = (read.Buffer, true, read.IsCompleted, read);
        if (!read.IsCanceled || Interlocked.Exchange(ref _cancelled, false))
        {
            return true;
        }

        AdvanceTo(_buffer.Start, _buffer.GetPosition(_examined));
        return false;
    }
}

public static class RequestBodyMiddleware
{
    /// <summary>Everything behind it reads bodies through a <see cref="RequestBodyReader"/>.</summary>
    public static IApplicationBuilder UseRequestBodyReader(this IApplicationBuilder app)
    {
        var time = app.ApplicationServices.GetRequiredService<TimeProvider>();
        return app.Use(async (context, next) =>
        {
            if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
            {
                await next(context);
                return;
            }

            using var reader = new RequestBodyReader(context, time);
            context.Features.Set<IRequestBodyPipeFeature>(reader);
            context.Request.Body = reader.AsStream(leaveOpen: true);
            await next(context);
        });
    }
}
