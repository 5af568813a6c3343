using System.IO.Pipelines;
using ChunkUploader.Tests.Web.Clients;
using ChunkUploader.Web.Multipart;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Multipart;

/// <summary>A file that comes before what must be known about it is staged, and never left behind.</summary>
[TestFixture]
public class StagingTests
{
    const int Limit = 100_000;

    StagingFolder _folder = null!;

    UploadFormOptions Options => FormRequest.Options(_folder.Paths, Limit, required: "index");

    [SetUp]
    public void CreateFolder() => _folder = new StagingFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public async Task The_file_waits_until_all_fields_are_known([Values(0, 1, 5000, Limit)] int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        var sent = new SentForm().Field("a", "0").File("file", "a.bin", content).Field("index", "1");
        var source = new PieceReader(ReceivedForm.CutIntoBytes(sent.Close()).Chunk(997)
            .Select(run => (ReadOnlyMemory<byte>)run.SelectMany(one => one.ToArray()).ToArray()));

        await using (var form = await UploadForm.ReadAsync(FormRequest.Of(source, sent.ContentType), Options, default))
        {
            Assert.That(form.Fields["index"], Is.EqualTo("1"));
            Assert.That((form.File!.Name, form.File.FileName, form.File.ContentType),
                Is.EqualTo(("file", "a.bin", "application/octet-stream")));
            Assert.That(source.MostHeld, Is.LessThan(3 * 997));
            if (OperatingSystem.IsLinux())
            {
                Assert.That(_folder.Handles.Count(), Is.EqualTo(1));
            }

            if (!OperatingSystem.IsWindows())
            {
                Assert.That(_folder.Names, Is.Empty, "a killed process must leave nothing behind");
            }

            Assert.That(await ReceivedForm.ReadToEndAsync(form.File.Body), Is.EqualTo(content));
            await form.ReadRemainingFieldsAsync(default);
        }

        Assert.That(_folder.Leftovers, Is.Empty);
    }

    [Test]
    public async Task The_file_is_not_staged_when_the_fields_before_it_suffice()
    {
        var sent = new SentForm().Field("index", "1").File("file", "a.bin", new byte[2 * Limit]);
        await using var form = await UploadForm.ReadAsync(FormRequest.Of(sent), Options, default);
        Assert.That(_folder.Leftovers, Is.Empty);
        Assert.That(await ReceivedForm.ReadToEndAsync(form.File!.Body), Has.Length.EqualTo(2 * Limit));
    }

    [Test]
    public async Task A_field_that_never_comes_is_the_endpoints_matter()
    {
        var sent = new SentForm().File("file", "a.bin", [1]);
        await using var form = await UploadForm.ReadAsync(FormRequest.Of(sent), Options, default);
        Assert.That(form.Fields, Is.Empty);
        Assert.That(await ReceivedForm.ReadToEndAsync(form.File!.Body), Is.EqualTo(new byte[] { 1 }));
    }

    [Test]
    public async Task Nothing_is_left_of_a_file_that_was_not_read([Values] bool whileReading)
    {
        var sent = new SentForm().File("file", "a.bin", new byte[9]);
        var form = await UploadForm.ReadAsync(FormRequest.Of(sent), Options, default);
        if (whileReading)
        {
            await form.File!.Body.ReadAsync();
        }

        await form.DisposeAsync();
        Assert.That(_folder.Leftovers, Is.Empty);
    }

    [Test]
    public async Task A_file_beyond_the_limit_is_refused_and_removed()
    {
        var sent = new SentForm().File("file", "a.bin", new byte[Limit + 1]).Field("index", "1");
        var source = new PieceReader(ReceivedForm.Cut(sent.Close(), 40_000, 80_000));
        var request = FormRequest.Of(source, sent.ContentType);
        Assert.That(await FormRefusal.OfAsync(() => UploadForm.ReadAsync(request, Options, default)),
            Is.EqualTo(MalformedFormReason.TooLarge));
        Assert.That(_folder.Leftovers, Is.Empty);
    }

    [Test]
    public async Task A_second_file_is_refused_and_the_first_removed()
    {
        var sent = new SentForm().File("file", "a.bin", [1]).File("file", "b.bin", [2]).Field("index", "1");
        Assert.That(await FormRefusal.OfAsync(() => UploadForm.ReadAsync(FormRequest.Of(sent), Options, default)),
            Is.EqualTo(MalformedFormReason.SecondFile));
        Assert.That(_folder.Leftovers, Is.Empty);
    }

    [Test]
    public async Task A_body_cut_short_anywhere_leaves_nothing()
    {
        var sent = new SentForm().File("file", "a.bin", new byte[100]).Field("index", "1");
        var body = sent.Close("");
        for (var length = 0; length < body.Length; length++)
        {
            var request = FormRequest.Of(body[..length], sent.ContentType);
            Assert.That(await FormRefusal.OfAsync(() => UploadForm.ReadAsync(request, Options, default)),
                Is.EqualTo(MalformedFormReason.CutShort));
        }

        Assert.That(_folder.Leftovers, Is.Empty);
    }

    [Test]
    public async Task A_cancelled_request_leaves_nothing()
    {
        var pipe = new Pipe();
        var sent = new SentForm().File("file", "a.bin", new byte[5000]);
        await pipe.Writer.WriteAsync(sent.Unclosed());
        using var cancellation = new CancellationTokenSource();
        var reading = UploadForm.ReadAsync(
            FormRequest.Of(pipe.Reader, sent.ContentType), Options, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.CatchAsync<OperationCanceledException>(() => reading);
        Assert.That(_folder.Leftovers, Is.Empty);
    }

    [Test]
    public async Task A_connection_that_breaks_leaves_nothing()
    {
        var pipe = new Pipe();
        var sent = new SentForm().File("file", "a.bin", new byte[5000]);
        await pipe.Writer.WriteAsync(sent.Unclosed());
        var reading = UploadForm.ReadAsync(FormRequest.Of(pipe.Reader, sent.ContentType), Options, default);
        await pipe.Writer.CompleteAsync(new IOException("reset"));
        await Assert.ThrowsAsync<IOException>(() => reading);
        Assert.That(_folder.Leftovers, Is.Empty);
    }

    [Test]
    public async Task The_folder_is_made_when_first_needed()
    {
        Directory.Delete(_folder.Paths.Staging);
        var sent = new SentForm().File("file", "a.bin", [1]).Field("index", "1");
        await using var form = await UploadForm.ReadAsync(FormRequest.Of(sent), Options, default);
        Assert.That(Directory.Exists(_folder.Paths.Staging));
    }
}
