using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using ChunkUploader.Web.Multipart;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Multipart;

/// <summary>A part's body keeps the rules of a pipe.</summary>
[TestFixture]
public class MultipartPartBodyTests
{
    static readonly byte[] Head = new SentForm().File("file", "a", []).Unclosed()[..^2];

    static async Task<(Pipe Pipe, MultipartFormReader Form, PipeReader Body)> OpenAsync()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(Head);
        var form = new MultipartFormReader(pipe.Reader, SentForm.Boundary, MultipartLimits.Default);
        return (pipe, form, (await form.ReadNextPartAsync(default))!.Body);
    }

    [Test]
    public async Task A_read_after_everything_was_examined_waits_for_more()
    {
        var (pipe, _, body) = await OpenAsync();
        await pipe.Writer.WriteAsync("abc"u8.ToArray());
        var read = await body.ReadAsync();
        body.AdvanceTo(read.Buffer.Start, read.Buffer.End);

        var next = body.ReadAsync().AsTask();
        Assert.That(next.IsCompleted, Is.False);
        await pipe.Writer.WriteAsync("\r\n"u8.ToArray());
        Assert.That(next.IsCompleted, Is.False, "what may begin the delimiter is nothing new for the consumer");
        await pipe.Writer.WriteAsync("d"u8.ToArray());
        Assert.That((await next).Buffer.ToArray(), Is.EqualTo("abc\r\nd"u8.ToArray()));
    }

    [Test]
    public async Task A_read_after_not_all_was_examined_does_not_wait()
    {
        var (pipe, _, body) = await OpenAsync();
        await pipe.Writer.WriteAsync("abc\r"u8.ToArray());
        var read = await body.ReadAsync();
        body.AdvanceTo(read.Buffer.Start, read.Buffer.GetPosition(2));
        var next = body.ReadAsync();
        Assert.That(next.IsCompleted);
        Assert.That((await next).Buffer.ToArray(), Is.EqualTo("abc"u8.ToArray()));
    }

    [Test]
    public async Task TryRead_tells_whether_there_is_anything_new()
    {
        var (pipe, _, body) = await OpenAsync();
        Assert.That(body.TryRead(out _), Is.False);
        await pipe.Writer.WriteAsync("\r\n--"u8.ToArray());
        Assert.That(body.TryRead(out _), Is.False);
        await pipe.Writer.WriteAsync("x"u8.ToArray());
        Assert.That(body.TryRead(out var read));
        Assert.That(read.Buffer.ToArray(), Is.EqualTo("\r\n--x"u8.ToArray()));
        body.AdvanceTo(read.Buffer.End);
        await pipe.Writer.WriteAsync(new SentForm().Text("\r\n").Close());
        Assert.That(body.TryRead(out read));
        Assert.That(read.IsCompleted);
        Assert.That(read.Buffer.IsEmpty);
    }

    [Test]
    public async Task A_pending_read_can_be_cancelled_and_reading_goes_on()
    {
        var (pipe, form, body) = await OpenAsync();
        var pending = body.ReadAsync().AsTask();
        body.CancelPendingRead();
        var cancelled = await pending.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(cancelled.IsCanceled);
        body.AdvanceTo(cancelled.Buffer.Start, cancelled.Buffer.End);
        await pipe.Writer.WriteAsync(new SentForm().Text("abc\r\n").Close());
        Assert.That(await ReceivedForm.ReadToEndAsync(body), Is.EqualTo("abc"u8.ToArray()));
        Assert.That(await form.ReadNextPartAsync(default), Is.Null);
    }

    [Test]
    public async Task A_cancelled_token_ends_the_wait()
    {
        var (_, _, body) = await OpenAsync();
        using var cancellation = new CancellationTokenSource();
        var pending = body.ReadAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => pending);
    }

    [Test]
    public async Task A_completed_body_is_read_no_more_but_the_form_goes_on([Values] bool whileReading)
    {
        var (pipe, form, body) = await OpenAsync();
        await pipe.Writer.WriteAsync(new SentForm().Text("abc\r\n").Field("after", "1").Close());
        if (whileReading)
        {
            await body.ReadAsync();
        }

        await body.CompleteAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await body.ReadAsync());
        var next = await form.ReadNextPartAsync(default);
        Assert.That((await next!.ReadTextAsync(10, default)).Value, Is.EqualTo("1"));
    }

    [Test]
    public async Task Asking_for_the_next_part_ends_the_one_before()
    {
        var (pipe, form, body) = await OpenAsync();
        await pipe.Writer.WriteAsync(new SentForm().Text("abc\r\n").Field("after", "1").Close());
        var next = await form.ReadNextPartAsync(default);
        Assert.That(next!.Name, Is.EqualTo("after"));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await body.ReadAsync());
    }

    [Test]
    public async Task Advancing_out_of_turn_or_beyond_the_read_is_refused()
    {
        var (pipe, _, body) = await OpenAsync();
        Assert.Throws<InvalidOperationException>(() => body.AdvanceTo(default));
        await pipe.Writer.WriteAsync("abc"u8.ToArray());
        var read = await body.ReadAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await body.ReadAsync());
        Assert.Throws<InvalidOperationException>(() => body.AdvanceTo(read.Buffer.End, read.Buffer.Start));
    }

    [Test]
    public async Task Slices_are_the_memory_of_the_source()
    {
        byte[][] pieces = [Head, new byte[4096], new byte[100], new SentForm().Text("\r\n").Close()];
        var form = new MultipartFormReader(new PieceReader(pieces), SentForm.Boundary, MultipartLimits.Default);
        var body = (await form.ReadNextPartAsync(default))!.Body;
        for (var ended = false; !ended;)
        {
            var read = await body.ReadAsync();
            foreach (var memory in read.Buffer)
            {
                Assert.That(MemoryMarshal.TryGetArray(memory, out var array));
                Assert.That(pieces, Has.Some.SameAs(array.Array));
            }

            body.AdvanceTo(read.Buffer.End);
            ended = read.IsCompleted;
        }
    }
}
