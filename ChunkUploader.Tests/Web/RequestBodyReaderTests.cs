using System.Buffers;
using System.IO.Pipelines;
using ChunkUploader.Tests.Support.Core;
using ChunkUploader.Tests.Web.Clients;
using ChunkUploader.Web.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>Time is counted only while a read waits for the sender.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RequestBodyReaderTests : IDisposable
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    readonly Pipe _pipe = new();
    readonly ManualTime _time = new();
    readonly Connection _connection = new();
    readonly RequestBodyReader _body;

    public RequestBodyReaderTests()
    {
        var context = FormRequest.Of(_pipe.Reader, null).HttpContext;
        context.Request.Protocol = "HTTP/1.1";
        context.Features.Set<IConnectionLifetimeNotificationFeature>(_connection);
        _body = new RequestBodyReader(context, _time);
    }

    [TearDown]
    public void Dispose() => _body.Dispose();

    [Test]
    public async Task A_body_that_brings_nothing_for_half_a_minute_has_timed_out_whatever_came_before()
    {
        await SendAsync(50_000);
        await TakeAsync();
        var read = _body.ReadAsync().AsTask();
        _time.Advance(RequestBodyReader.IdleTimeout - Second);
        Assert.That(read.IsCompleted, Is.False);
        _time.Advance(Second);

        await AssertTimedOutAsync(read);
        await AssertTimedOutAsync(_body.ReadAsync().AsTask());
        Assert.That(_connection.IsToClose);
    }

    [Test]
    public async Task Every_byte_begins_a_new_half_minute_and_no_read_a_new_timer()
    {
        for (var times = 0; times < 5; times++)
        {
            var read = TakeAsync();
            _time.Advance(RequestBodyReader.IdleTimeout - Second);
            await SendAsync(1);
            Assert.That(await read, Is.EqualTo(1));
            Assert.That(_time.Waits, Is.LessThanOrEqualTo(1));
        }

        var last = _body.ReadAsync().AsTask();
        _time.Advance(RequestBodyReader.IdleTimeout);
        await AssertTimedOutAsync(last);
    }

    [Test]
    public async Task As_long_as_nobody_reads_nobody_is_silent([Values] bool whileHeld)
    {
        var first = TakeAsync();
        await SendAsync(1);
        await first;
        if (whileHeld)
        {
            await SendAsync(1);
            var held = await _body.ReadAsync();
            _time.Advance(TimeSpan.FromHours(1));
            _body.AdvanceTo(held.Buffer.End);
        }

        _time.Advance(TimeSpan.FromHours(1));
        var read = TakeAsync();
        _time.Advance(RequestBodyReader.IdleTimeout - Second);
        await SendAsync(7);

        Assert.That(await read, Is.EqualTo(7));
    }

    [Test]
    public async Task A_cancelled_token_ends_the_wait_and_loses_no_byte()
    {
        await SendAsync(3);
        var first = await _body.ReadAsync();
        _body.AdvanceTo(first.Buffer.GetPosition(1), first.Buffer.End);
        using var cancellation = new CancellationTokenSource();
        var pending = _body.ReadAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => pending);

        Assert.That(_body.TryRead(out _), Is.False, "what was examined is nothing new");
        await SendAsync(1);
        Assert.That(await TakeAsync(), Is.EqualTo(3));
    }

    [Test]
    public async Task A_consumer_may_cancel_its_read_and_go_on()
    {
        var pending = _body.ReadAsync().AsTask();
        _body.CancelPendingRead();
        var cancelled = await pending;
        Assert.That(cancelled.IsCanceled);
        _body.AdvanceTo(cancelled.Buffer.End);
        await SendAsync(2);
        Assert.That(await TakeAsync(), Is.EqualTo(2));
    }

    [Test]
    public async Task What_its_consumer_holds_at_the_end_is_given_back_to_the_server()
    {
        await SendAsync(3);
        await _body.ReadAsync();
        _body.Dispose();
        await SendAsync(4);
        var rest = await _pipe.Reader.ReadAsync();
        Assert.That(rest.Buffer.Length, Is.EqualTo(4));
    }

    async Task SendAsync(int length) => await _pipe.Writer.WriteAsync(new byte[length]);

    async Task<long> TakeAsync()
    {
        var read = await _body.ReadAsync();
        _body.AdvanceTo(read.Buffer.End);
        return read.Buffer.Length;
    }

    static async Task AssertTimedOutAsync(Task read)
    {
        var exception = await Assert.ThrowsAsync<BadHttpRequestException>(() => read.WaitAsync(Until.Limit));
        Assert.That(exception!.StatusCode, Is.EqualTo(StatusCodes.Status408RequestTimeout));
    }

    sealed class Connection : IConnectionLifetimeNotificationFeature
    {
        public bool IsToClose { get; private set; }

        public CancellationToken ConnectionClosedRequested { get; set; }

        public void RequestClose() => IsToClose = true;
    }
}
