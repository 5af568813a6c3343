using ChunkUploader.Tests.Web.Clients;
using ChunkUploader.Web.Multipart;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Multipart;

[TestFixture]
public class UploadFormTests
{
    [Test]
    public async Task Reads_the_fields_up_to_the_file_and_then_the_rest()
    {
        var sent = new SentForm().Field("index", "3").File("file", "a.bin", [1, 2, 3]).Field("sha256", "ab");
        await using var form = await FormRequest.ReadAsync(FormRequest.Of(sent));
        Assert.That(form.Fields.Keys, Is.EqualTo(["index"]));
        Assert.That((form.File!.Name, form.File.FileName), Is.EqualTo(("file", "a.bin")));
        Assert.That(await ReceivedForm.ReadToEndAsync(form.File.Body), Is.EqualTo(new byte[] { 1, 2, 3 }));
        await form.ReadRemainingFieldsAsync(default);
        Assert.That(form.Fields["sha256"], Is.EqualTo("ab"));
        await form.ReadRemainingFieldsAsync(default);
    }

    [Test]
    public async Task Names_have_no_case_and_the_last_of_a_repeated_field_wins()
    {
        var sent = new SentForm().Field("Index", "1").Field("index", "2").Field("größe", "文\r\n");
        await using var form = await FormRequest.ReadAsync(FormRequest.Of(sent));
        Assert.That(form.Fields["INDEX"], Is.EqualTo("2"));
        Assert.That(form.Fields["größe"], Is.EqualTo("文\r\n"));
        Assert.That(form.File, Is.Null);
    }

    [Test]
    public async Task Skips_what_the_caller_left_of_the_file([Values] bool whileReading)
    {
        var sent = new SentForm().File("file", "a.bin", new byte[5000]).Field("after", "1");
        await using var form = await FormRequest.ReadAsync(FormRequest.Of(sent));
        if (whileReading)
        {
            await form.File!.Body.ReadAsync();
        }

        await form.ReadRemainingFieldsAsync(default);
        Assert.That(form.Fields["after"], Is.EqualTo("1"));
    }

    [Test]
    public async Task A_second_file_is_refused()
    {
        var sent = new SentForm().File("file", "a.bin", [1]).Field("index", "1").File("file", "b.bin", [2]);
        await using var form = await FormRequest.ReadAsync(FormRequest.Of(sent));
        Assert.That(await FormRefusal.OfAsync(() => form.ReadRemainingFieldsAsync(default)),
            Is.EqualTo(MalformedFormReason.SecondFile));
    }

    [Test]
    public async Task An_unselected_file_input_is_a_file_without_a_name()
    {
        await using var form = await FormRequest.ReadAsync(FormRequest.Of(new SentForm().File("file", "", [])));
        Assert.That(form.File!.FileName, Is.Empty);
        Assert.That(await ReceivedForm.ReadToEndAsync(form.File.Body), Is.Empty);
    }

    [TestCase(2048, true)]
    [TestCase(2049, false)]
    public async Task Allows_2048_fields(int count, bool isAllowed)
    {
        var sent = new SentForm().File("file", "a", []);
        for (var field = 0; field < count; field++)
        {
            sent.Field("same name", "");
        }

        await using var form = await FormRequest.ReadAsync(FormRequest.Of(sent));
        if (isAllowed)
        {
            await form.ReadRemainingFieldsAsync(default);
        }
        else
        {
            Assert.That(await FormRefusal.OfAsync(() => form.ReadRemainingFieldsAsync(default)),
                Is.EqualTo(MalformedFormReason.TooManyFields));
        }
    }

    [TestCase(0, true)]
    [TestCase(1, false)]
    public async Task Allows_a_field_of_256_KiB(int excess, bool isAllowed)
    {
        var request = FormRequest.Of(new SentForm().Field("a", new string('x', 256 * 1024 + excess)));
        if (isAllowed)
        {
            Assert.That((await FormRequest.ReadAsync(request)).Fields["a"], Has.Length.EqualTo(256 * 1024));
        }
        else
        {
            Assert.That(await FormRefusal.OfAsync(() => FormRequest.ReadAsync(request)),
                Is.EqualTo(MalformedFormReason.FieldTooLong));
        }
    }

    [TestCase(0, true)]
    [TestCase(1, false)]
    public async Task Allows_1_MiB_of_names_and_values(int excess, bool isAllowed)
    {
        var sent = new SentForm();
        for (var field = 0; field < 8; field++)
        {
            sent.Field($"{field}", new string('x', (128 * 1024) - 1 + (field == 7 ? excess : 0)));
        }

        var request = FormRequest.Of(sent);
        if (isAllowed)
        {
            Assert.That((await FormRequest.ReadAsync(request)).Fields, Has.Count.EqualTo(8));
        }
        else
        {
            Assert.That(await FormRefusal.OfAsync(() => FormRequest.ReadAsync(request)),
                Is.EqualTo(MalformedFormReason.TooLarge));
        }
    }

    [Test]
    public async Task An_endless_field_is_refused_without_reading_it_all()
    {
        var start = new SentForm().Field("a", "").Unclosed()[..^2];
        var source = new PieceReader(Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[4096], 1000).Prepend(start));
        var request = FormRequest.Of(source, new SentForm().ContentType);
        Assert.That(await FormRefusal.OfAsync(() => FormRequest.ReadAsync(request)),
            Is.EqualTo(MalformedFormReason.FieldTooLong));
        Assert.That(source.MostHeld, Is.LessThan(256 * 1024 + 2 * 4096));
    }

    [TestCase(null)]
    [TestCase("application/json")]
    [TestCase("text/plain")]
    [TestCase("multipart/mixed; boundary=b")]
    [TestCase("not a type")]
    public async Task Another_content_type_is_refused(string? contentType) =>
        Assert.That(await FormRefusal.OfAsync(() => FormRequest.ReadAsync(FormRequest.Of([1], contentType))),
            Is.EqualTo(MalformedFormReason.UnsupportedContentType));

    [TestCase("multipart/form-data")]
    [TestCase("multipart/form-data; boundary=")]
    [TestCase("multipart/form-data; boundary=\"\"")]
    [TestCase("multipart/form-data; boundary=\"ü\"")]
    public async Task A_missing_boundary_is_refused(string contentType) =>
        Assert.That(await FormRefusal.OfAsync(() => FormRequest.ReadAsync(FormRequest.Of([1], contentType))),
            Is.EqualTo(MalformedFormReason.InvalidBoundary).Or.EqualTo(MalformedFormReason.UnsupportedContentType));

    [Test]
    public async Task A_boundary_may_be_quoted()
    {
        var body = new SentForm("a b:c").Field("index", "1").Close();
        await using var form = await FormRequest.ReadAsync(
            FormRequest.Of(body, "Multipart/Form-Data; charset=utf-8; boundary=\"a b:c\""));
        Assert.That(form.Fields["index"], Is.EqualTo("1"));
    }

    [TestCase(null, null)]
    [TestCase(null, 0L)]
    [TestCase("application/json", 0L)]
    [TestCase("multipart/form-data", 0L)]
    [TestCase("application/x-www-form-urlencoded", null)]
    public async Task A_request_without_a_body_is_an_empty_form(string? contentType, long? contentLength)
    {
        var request = FormRequest.Of(new PieceReader([]), contentType);
        request.ContentLength = contentLength;
        await using var form = await FormRequest.ReadAsync(request);
        Assert.That(form.Fields, Is.Empty);
        Assert.That(form.File, Is.Null);
        await form.ReadRemainingFieldsAsync(default);
    }
}
