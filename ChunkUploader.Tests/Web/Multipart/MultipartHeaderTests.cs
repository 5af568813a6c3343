using System.Text;
using ChunkUploader.Web.Multipart;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Multipart;

[TestFixture]
public class MultipartHeaderTests
{
    static async Task<MultipartPart> ReadFirstAsync(string headers)
    {
        var source = new PieceReader(new SentForm().Raw(headers, [1]).Close());
        return (await new MultipartFormReader(source, SentForm.Boundary, MultipartLimits.Default)
            .ReadNextPartAsync(default))!;
    }

    static Task<MalformedFormReason> RefusalOf(string headers) => FormRefusal.OfAsync(() => ReadFirstAsync(headers));

    [TestCase("filename=\"plain.txt\"", "plain.txt")]
    [TestCase("filename=plain.txt", "plain.txt")]
    [TestCase("filename=\"\"", "")]
    [TestCase("FileName = \"spaced.txt\" ", "spaced.txt")]
    [TestCase("filename=\"grüße 文件 🙂.txt\"", "grüße 文件 🙂.txt")]
    [TestCase("filename=\"a%22b%22.txt\"", "a\"b\".txt")]
    [TestCase("filename=\"a%0D%0Ab.txt\"", "a\r\nb.txt")]
    [TestCase("filename=\"100%.txt\"", "100%.txt")]
    [TestCase("filename=\"a%20b%2F.txt\"", "a%20b%2F.txt")]
    [TestCase("filename=\"C:\\dir\\new.txt\"", "C:\\dir\\new.txt")]
    [TestCase("filename=\"\\\\server\\share\"", "\\\\server\\share")]
    [TestCase("filename=\"a\\\"b.txt\"", "a\"b.txt")]
    [TestCase("filename=\"a\\\"b\\\"c.txt\"", "a\"b\"c.txt")]
    [TestCase("filename=\"a\\\"; b.txt\"", "a\"; b.txt")]
    [TestCase("filename=\"ends in backslash\\\"", "ends in backslash\\")]
    [TestCase("filename=\"ends in backslash\\\"; x=\"y\"", "ends in backslash\\")]
    [TestCase("filename=\"a;b=c;name=d.txt\"", "a;b=c;name=d.txt")]
    [TestCase("filename=\"../../etc/passwd\"", "../../etc/passwd")]
    [TestCase("filename=\"fallback.txt\"; filename*=UTF-8''%e2%82%ac%20rates+.txt", "€ rates+.txt")]
    [TestCase("filename*=utf-8'en'first.txt; filename=\"fallback.txt\"", "first.txt")]
    [TestCase("filename*=koi8-r''%C1; filename=\"fallback.txt\"", "\u0430")]
    [TestCase("filename=\"first.txt\"; filename=\"second.txt\"", "first.txt")]
    [TestCase("filename", "")]
    public async Task Names_the_file_as_it_was_sent(string parameter, string expected)
    {
        var part = await ReadFirstAsync($"Content-Disposition: form-data; name=\"file\"; {parameter}");
        Assert.That((part.Name, part.FileName), Is.EqualTo(("file", expected)));
        part = await ReadFirstAsync($"content-disposition:Form-Data;{parameter};name=file");
        Assert.That((part.Name, part.FileName), Is.EqualTo(("file", expected)));
    }

    [Test]
    public async Task Reads_a_very_long_name()
    {
        var name = new string('文', 5000);
        var part = await ReadFirstAsync($"Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"");
        Assert.That(part.FileName, Is.EqualTo(name));
    }

    [Test]
    public async Task Reads_names_of_fields_and_content_types()
    {
        var part = await ReadFirstAsync("Content-Type: text/plain; charset=utf-8\r\nX-Other: 1\r\n"
            + "Content-Transfer-Encoding: binary\r\nContent-Disposition: form-data;\r\n name=\"a%22b[]\"");
        Assert.That((part.Name, part.FileName, part.ContentType),
            Is.EqualTo(("a\"b[]", (string?)null, "text/plain; charset=utf-8")));
    }

    [TestCase("Content-Type: text/plain")]
    [TestCase("")]
    [TestCase("Content-Disposition: form-data")]
    [TestCase("Content-Disposition: form-data; filename=\"a\"")]
    [TestCase("Content-Disposition: attachment; name=\"a\"")]
    [TestCase("Content-Disposition: form-data; name=\"a")]
    [TestCase("Content-Disposition: form-data; name=\"a\"\r\nno colon")]
    [TestCase("Content-Disposition: form-data; name=\"a\"\r\n: no name")]
    [TestCase("Content-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64")]
    public async Task Refuses_what_it_cannot_understand(string headers) =>
        Assert.That(await RefusalOf(headers), Is.EqualTo(MalformedFormReason.MalformedPart));

    [Test]
    public async Task Refuses_a_boundary_that_goes_on()
    {
        var source = new PieceReader(Encoding.ASCII.GetBytes("--bX\r\nContent-Disposition: form-data; name=a\r\n\r\n"));
        Assert.That(await FormRefusal.OfAsync(() => ReceivedForm.ReadAsync(source, "b")),
            Is.EqualTo(MalformedFormReason.MalformedPart));
    }

    [TestCase(32, true)]
    [TestCase(33, false)]
    public async Task Allows_32_headers(int count, bool isAllowed)
    {
        var headers = "Content-Disposition: form-data; name=\"a\""
            + string.Concat(Enumerable.Repeat("\r\nX-Other: 1", count - 1));
        if (isAllowed)
        {
            Assert.That((await ReadFirstAsync(headers)).Name, Is.EqualTo("a"));
        }
        else
        {
            Assert.That(await RefusalOf(headers), Is.EqualTo(MalformedFormReason.HeadersTooLong));
        }
    }

    [TestCase(0, true)]
    [TestCase(1, false)]
    public async Task Allows_16_KiB_of_headers(int excess, bool isAllowed)
    {
        const string start = "Content-Disposition: form-data; name=\"a\"\r\nX-Other: ";
        var lineEnds = "\r\n".Length + "\r\n\r\n".Length;
        var headers = start + new string('x', 16 * 1024 - start.Length - lineEnds + excess);
        if (isAllowed)
        {
            Assert.That((await ReadFirstAsync(headers)).Name, Is.EqualTo("a"));
        }
        else
        {
            Assert.That(await RefusalOf(headers), Is.EqualTo(MalformedFormReason.HeadersTooLong));
        }
    }

    [Test]
    public async Task Refuses_endless_headers_without_reading_them_all()
    {
        var start = new SentForm().Text($"--{SentForm.Boundary}\r\nX: ").Unclosed();
        var source = new PieceReader(Enumerable.Repeat((ReadOnlyMemory<byte>)new byte[1000], 1000).Prepend(start));
        Assert.That(await FormRefusal.OfAsync(() => ReceivedForm.ReadAsync(source)),
            Is.EqualTo(MalformedFormReason.HeadersTooLong));
        Assert.That(source.MostHeld, Is.LessThan(20_000));
    }

    [TestCase(0, false)]
    [TestCase(70, true)]
    [TestCase(71, false)]
    public void Allows_a_boundary_of_70_characters(int length, bool isAllowed)
    {
        Action create = () => _ = new MultipartFormReader(
            new PieceReader([]), new string('x', length), MultipartLimits.Default);
        if (isAllowed)
        {
            Assert.That(create, Throws.Nothing);
        }
        else
        {
            Assert.That(create, Throws.TypeOf<MalformedFormException>());
        }
    }

    [Test]
    public void Refuses_a_boundary_with_a_line_end() =>
        Assert.Throws<MalformedFormException>(
            () => _ = new MultipartFormReader(new PieceReader([]), "a\r\nb", MultipartLimits.Default));
}
