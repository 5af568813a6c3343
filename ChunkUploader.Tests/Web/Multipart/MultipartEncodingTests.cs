using System.Text;
using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Support.Core;
using ChunkUploader.Tests.Web.Clients;
using ChunkUploader.Web.Multipart;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Multipart;

/// <summary>Names arrive as they were sent, in whatever charset, and never with a replacement character.</summary>
[TestFixture]
public sealed class MultipartEncodingTests : ServedTests
{
    const string ChineseFirst = "zh-CN,zh;q=0.9,en;q=0.8";
    const string GermanFirst = "de-DE,de;q=0.9,zh;q=0.5";

    [TestCase("M\u00fcller.txt", "utf-8", null, null, ChineseFirst)]
    [TestCase("M\u00fcller.txt", "windows-1252", null, null, GermanFirst)]
    [TestCase("M\u00fcller.txt", "windows-1252", null, null, null)]
    [TestCase("\u201equoted\u201c.txt", "windows-1252", null, null, GermanFirst)]
    [TestCase("\u6d4b\u8bd5.txt", "gb18030", null, null, ChineseFirst)]
    [TestCase("\u6d4b\u8bd5.txt", "gb18030", "gbk", null, GermanFirst)]
    [TestCase("\u6d4b\u8bd5.txt", "gb18030", null, "gb2312", GermanFirst)]
    [TestCase("\u8a66\u9a57.txt", "big5", "big5", "windows-1252", ChineseFirst)]
    [TestCase("\u8868\u793a.txt", "shift_jis", "Shift_JIS", null, null)]
    [TestCase("M\u00fcller.txt", "windows-1252", "utf-8", "nonsense", GermanFirst)]
    [TestCase("M\u00fcller.txt", "iso-8859-1", null, "\"ISO-8859-1\"", ChineseFirst)]
    [TestCase("M\u00fcller.csv", "windows-1252", null, "utf-16", GermanFirst)]
    [TestCase("M\u00fcller.csv", "windows-1252", "utf-16", "us-ascii", GermanFirst)]
    [TestCase("M\u00fcller.csv", "windows-1252", "utf-7", "us-ascii", null)]
    [TestCase("caf\u00e9.txt", "windows-1252", null, null, ChineseFirst)]
    [TestCase("\u8305\u53f0.txt", "gb18030", "gbk", null, GermanFirst)] // whose bytes are UTF-8 too
    [TestCase("\u65e5\u672c\u8a9e.txt", "iso-2022-jp", "ISO-2022-JP", null, null)] // in bytes of ASCII
    [TestCase("\u6e2c\u8a66\u6a94\u6848.txt", "big5", null, null, "zh-TW,zh;q=0.9")]
    [TestCase("\u6e2c\u8a66.txt", "big5", null, null, "zh-Hant-HK")]
    [TestCase("\u8868\u793a.txt", "shift_jis", null, null, "ja")]
    [TestCase("\u0442\u0435\u0441\u0442.txt", "windows-1251", null, null, "ru-RU,ru;q=0.9")]
    public async Task A_name_is_read_in_the_charset_that_it_was_sent_in(
        string name, string encoding, string? charset, string? partCharset, string? languages)
    {
        var form = new SentForm();
        _ = charset is null ? form : form.Field("_charset_", charset);
        var bytes = (CodePagesEncodingProvider.Instance.GetEncoding(encoding) ?? Encoding.GetEncoding(encoding)).GetBytes(name);
        var type = partCharset is null ? "" : $"Content-Type: text/plain; charset={partCharset}\r\n";
        form.Text($"--{SentForm.Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"")
            .Bytes(bytes)
            .Text($"\"\r\n{type}\r\nabc\r\n");
        Assert.That(await NameOfAsync(form, languages), Is.EqualTo(name));
    }

    [TestCase("filename=\"=?UTF-8?B?TcO8bGxlci50eHQ=?=\"", "M\u00fcller.txt")]
    [TestCase("filename=\"=?utf-8?Q?M=C3=BCller_a.txt?=\"", "M\u00fcller a.txt")]
    [TestCase("filename=\"=?iso-8859-1?q?M=FCller?= =?UTF-8?B?LnR4dA==?=\"", "M\u00fcller.txt")]
    [TestCase("filename=\"=?UTF-8?B?not base64?=.txt\"", "=?UTF-8?B?not base64?=.txt")]
    [TestCase("filename*=iso-8859-1'en'M%FCller.txt", "M\u00fcller.txt")]
    [TestCase("filename*=nonsense''a.txt", "file")]
    [TestCase("filename*=utf8''M%C3%BCller.txt", "M\u00fcller.txt")]
    [TestCase("filename=\"fallback.txt\"; filename*=us-ascii''M%FCller.txt", "fallback.txt")]
    [TestCase("filename=\"=?UTF-8?B?6LWE5g==?= =?UTF-8?B?lpk=?=.txt\"", "\u8d44\u6599.txt")]
    [TestCase("filename=\"=?UTF-8?B?TfxsbGVyLnR4dA==?=\"", "=?UTF-8?B?TfxsbGVyLnR4dA==?=")]
    [TestCase("filename=\"=?UTF-8?Q?M=C3=BCller Report.txt?=\"", "M\u00fcller Report.txt")]
    [TestCase("filename=\"=?UTF-8?B?TcO8bGxlci50eHQ?=\"", "M\u00fcller.txt")]
    [TestCase("filename=\"=?UTF-8?Q?a?= b =?utf-8?Q?c?=.txt\"", "a b c.txt")]
    [TestCase("filename=\"=?a?b?=?=.txt\"", "=?a?b?=?=.txt")]
    [TestCase("filename*=utf-7''a.txt", "file")]
    [TestCase("filename=\"=?utf-7?Q?a?=\"", "=?utf-7?Q?a?=")]
    public async Task A_name_that_is_encoded_is_decoded(string parameter, string name)
    {
        var form = new SentForm().Raw($"Content-Disposition: form-data; name=\"file\"; {parameter}", "abc"u8.ToArray());
        Assert.That(await NameOfAsync(form, null), Is.EqualTo(name));
    }

    [TestCase("application/octet-stream", true)]
    [TestCase("image/png", true)]
    [TestCase("text/plain", false)]
    [TestCase("text/plain; charset=utf-8", false)]
    [TestCase("application/json", false)]
    [TestCase("multipart/form-data", false)]
    [TestCase("application/ld+json", false)]
    [TestCase("application/x-www-form-urlencoded", false)]
    [TestCase(null, false)]
    public async Task A_part_without_a_name_is_a_file_where_no_field_has_its_type(string? type, bool isFile)
    {
        var form = new SentForm().Raw(
            $"Content-Disposition: form-data; name=\"a\"{(type is null ? "" : $"\r\nContent-Type: {type}")}", "abc"u8.ToArray());
        await using var read = await FormRequest.ReadAsync(FormRequest.Of(form));
        Assert.That((read.File is not null, read.Field("a")), Is.EqualTo((isFile, isFile ? null : "abc")));
    }

    [Test]
    public async Task A_fields_text_is_read_in_the_charset_of_the_form()
    {
        var gbk = CodePagesEncodingProvider.Instance.GetEncoding("gbk")!;
        var form = new SentForm().Field("_charset_", "gbk")
            .Raw("Content-Disposition: form-data; name=\"title\"", gbk.GetBytes("\u6d4b\u8bd5"));
        await using var read = await FormRequest.ReadAsync(FormRequest.Of(form));
        Assert.That(read.Field("title"), Is.EqualTo("\u6d4b\u8bd5"));
    }

    [Test]
    public async Task A_charset_behind_them_counts_for_fields_and_files_too()
    {
        var gbk = CodePagesEncodingProvider.Instance.GetEncoding("gbk")!;
        var form = new SentForm().Raw("Content-Disposition: form-data; name=\"title\"", gbk.GetBytes("\u6d4b\u8bd5"))
            .Text($"--{SentForm.Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"")
            .Bytes(gbk.GetBytes("\u6d4b\u8bd5.txt"))
            .Text("\"\r\n\r\nabc\r\n")
            .Field("_charset_", "gbk");
        Assert.That(await NameOfAsync(form, GermanFirst), Is.EqualTo("\u6d4b\u8bd5.txt"));
        await using var read = await FormRequest.ReadAsync(FormRequest.Of(form));
        await read.ReadRemainingFieldsAsync(default);
        Assert.That((read.Field("title"), read.File!.FileName), Is.EqualTo(("\u6d4b\u8bd5", "\u6d4b\u8bd5.txt")));
    }

    /// <summary>The name tells which file a chunk is of: it must be known before the chunk's place is.</summary>
    [Test]
    public async Task A_charset_behind_it_counts_for_a_chunk_too([Values] bool isNative)
    {
        var gbk = CodePagesEncodingProvider.Instance.GetEncoding("gbk")!;
        var form = isNative
            ? new SentForm().Raw("Content-Disposition: form-data; name=\"fileName\"", gbk.GetBytes("\u6d4b\u8bd5.txt"))
                .Field("size", "3")
            : new SentForm().Field("dzuuid", "3f1c").Field("dzchunkindex", "0").Field("dztotalchunkcount", "1")
                .Field("dztotalfilesize", "3").Field("dzchunksize", "1000").Field("dzchunkbyteoffset", "0");
        form.Text($"--{SentForm.Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"")
            .Bytes(gbk.GetBytes("\u6d4b\u8bd5.txt"))
            .Text("\"\r\n\r\nabc\r\n")
            .Field("_charset_", "gbk");
        var answer = await SendAsync(form, GermanFirst, isNative ? "uploads" : "upload");
        Assert.That(answer["file"].GetProperty("name").GetString(), Is.EqualTo("\u6d4b\u8bd5.txt"), answer.ToString());
    }

    /// <summary>Looked for to the end of the text, each, they would take minutes.</summary>
    [TestCase("=?a?b?")]
    [TestCase("=?utf-8?B?/w==?= ")]
    [TestCase("=?utf-8?Q?")]
    [TestCase("=?")]
    [TestCase("=?a?B?%%%%?=")]
    public async Task Words_that_never_end_are_not_looked_for_to_the_end(string word)
    {
        foreach (var end in new[] { "", "\u00e9?=" })
        {
            var text = string.Concat(Enumerable.Repeat(word, 1_000_000 / word.Length)) + end;
            Assert.That(await Task.Run(() => EncodedWords.Decode(text)).WaitAsync(Until.Limit), Is.EqualTo(text));
        }
    }

    [Test]
    public async Task The_first_charset_counts()
    {
        var form = new SentForm();
        for (var i = 0; i < 1000; i++)
        {
            form.Raw($"Content-Disposition: form-data; name=\"{i}\"", [0xff]);
        }

        for (var i = 0; i < 20; i++)
        {
            form.Field("_charset_", i == 0 ? "windows-1251" : "windows-1252");
        }

        await using var read = await FormRequest.ReadAsync(FormRequest.Of(form));
        Assert.That(read.Field("999"), Is.EqualTo("\u044f"));
    }

    [Test]
    public async Task The_files_of_a_picked_folder_keep_their_paths()
    {
        var form = new SentForm().File("files", "holiday/sea/1.jpg", [1]).File("files", "holiday/2.jpg", [2])
            .File("files", "holiday\\3.jpg", [3]);
        var answer = await SendAsync(form, null);
        Assert.That(
            answer["files"].EnumerateArray().Select(file => file.GetProperty("name").GetString()),
            Is.EqualTo(new[] { "1.jpg", "2.jpg", "holiday\\3.jpg" }));
        Assert.That(
            App.Data.Query("SELECT RelativePath FROM StoredFiles WHERE RelativePath LIKE 'holiday%' ORDER BY Name"),
            Is.EqualTo(new[] { "holiday/sea/1.jpg", "holiday/2.jpg" }));
    }

    async Task<string?> NameOfAsync(SentForm form, string? languages) =>
        (await SendAsync(form, languages))["file"].GetProperty("name").GetString();

    async Task<ApiAnswer> SendAsync(SentForm form, string? languages, string path = "upload")
    {
        var content = new ByteArrayContent(form.Close());
        content.Headers.TryAddWithoutValidation("Content-Type", form.ContentType);
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (languages is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Language", languages);
        }

        return await Client.SendAsync(request);
    }
}
