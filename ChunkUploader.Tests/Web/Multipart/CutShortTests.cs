using System.IO.Pipelines;
using ChunkUploader.Web.Multipart;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Multipart;

[TestFixture]
public class CutShortTests
{
    static readonly byte[] Body = new SentForm()
        .Text("preamble\r\n").Field("index", "1").File("file", "a.bin", new byte[50]).Field("after", "2").Close("");

    [Test]
    public async Task Is_refused_wherever_the_body_ends([Values] Taking taking, [Values] bool byteByByte)
    {
        for (var length = 0; length < Body.Length; length++)
        {
            var body = Body[..length];
            var source = new PieceReader(byteByByte ? ReceivedForm.CutIntoBytes(body) : ReceivedForm.Cut(body));
            var reason = await FormRefusal.OfAsync(() => ReceivedForm.ReadAsync(source, taking: taking));
            Assert.That(reason, Is.EqualTo(MalformedFormReason.CutShort), $"{length} bytes");
        }
    }

    [Test]
    public async Task What_arrived_of_a_file_is_handed_on_before_the_refusal()
    {
        var source = new PieceReader(new SentForm().File("file", "a", "arrived"u8.ToArray()).Unclosed()[..^2]);
        var part = await new MultipartFormReader(source, SentForm.Boundary, MultipartLimits.Default)
            .ReadNextPartAsync(default);
        var read = await part!.Body.ReadAsync();
        Assert.That(read.Buffer.FirstSpan.ToArray(), Is.EqualTo("arrived"u8.ToArray()));
        Assert.That(read.IsCompleted, Is.False);
        part.Body.AdvanceTo(read.Buffer.End);
        await Assert.ThrowsAsync<MalformedFormException>(async () => await part.Body.ReadAsync());
        Assert.Throws<MalformedFormException>(() => part.Body.TryRead(out _));
    }

    [Test]
    public async Task A_failure_of_the_source_passes_through()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(new SentForm().File("file", "a", new byte[9]).Unclosed());
        var reader = new MultipartFormReader(pipe.Reader, SentForm.Boundary, MultipartLimits.Default);
        Assert.That(await reader.ReadNextPartAsync(default), Is.Not.Null);
        await pipe.Writer.CompleteAsync(new IOException("reset"));
        await Assert.ThrowsAsync<IOException>(() => reader.ReadNextPartAsync(default));
    }

    [Test]
    public async Task A_form_that_was_refused_is_not_read_on()
    {
        var reader = new MultipartFormReader(new PieceReader([]), SentForm.Boundary, MultipartLimits.Default);
        await Assert.ThrowsAsync<MalformedFormException>(() => reader.ReadNextPartAsync(default));
        await Assert.ThrowsAsync<InvalidOperationException>(() => reader.ReadNextPartAsync(default));
    }
}
