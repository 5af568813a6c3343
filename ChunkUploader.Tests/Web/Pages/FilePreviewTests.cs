using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Pages;

/// <summary>A file is shown by its bytes: text in whatever encoding it is, archives by what they hold.</summary>
[TestFixture]
public sealed partial class FilePreviewTests : ServedTests
{
    const string English = "The quick brown fox jumps over the lazy dog, again and again.\n";
    const string Chinese = "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。\n";
    const string Traditional = "人人生而自由，在尊嚴和權利上一律平等。他們賦有理性和良心，並應以兄弟關係的精神相對待。\n";
    const string Japanese = "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。\n";
    const string German = "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Schöne Grüße aus Köln.\n";
    const string Russian = "Все люди рождаются свободными и равными в своем достоинстве и правах.\n";

    [TestCase("utf-8", Chinese, "utf-8")]
    [TestCase("gb2312", Chinese, "gb18030|gbk|gb2312")]
    [TestCase("gb18030", Chinese, "gb18030|gbk|gb2312")]
    [TestCase("big5", Traditional, "big5")]
    [TestCase("shift_jis", Japanese, "shift_jis")]
    [TestCase("euc-jp", Japanese, "euc-jp")]
    [TestCase("windows-1252", German, "windows-1252|iso-8859-1|iso-8859-15")]
    [TestCase("windows-1251", Russian, "windows-1251")]
    [TestCase("utf-16", Chinese, "utf-16")]
    [TestCase("utf-16BE", Chinese, "utf-16BE")]
    [TestCase("utf-8", "", "utf-8")]
    public async Task Text_is_shown_in_the_encoding_that_it_has(string encoding, string text, string charset)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var source = Encoding.GetEncoding(encoding);
        var stored = await StoreAsync($"{encoding}.txt", [.. source.GetPreamble(), .. source.GetBytes(text)]);

        Assert.That(await TextAsync(stored), Is.EqualTo(text));
        using var preview = await PreviewAsync(stored);
        Assert.That(preview.Content.Headers.ContentType!.CharSet, Does.Match($"^({charset})$").IgnoreCase);
        Assert.That(preview.Content.Headers.ContentDisposition!.DispositionType, Is.EqualTo("inline"));
        Assert.That(await preview.Content.ReadAsByteArrayAsync(), Is.EqualTo(source.GetPreamble().Concat(source.GetBytes(text))));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Wide_text_needs_no_mark(bool isBigEndian)
    {
        var stored = await StoreAsync("wide.txt", new UnicodeEncoding(isBigEndian, byteOrderMark: false).GetBytes(English));
        Assert.That(await TextAsync(stored), Is.EqualTo(English));
    }

    [TestCase(Chinese)]
    [TestCase(Traditional)]
    [TestCase(Japanese)]
    [TestCase("모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.\n")]
    [TestCase("中文\n测试\n")]
    [TestCase("茅台\n")]
    [TestCase("第1章，2026-11-30 12:00:00 开始，编号 A-1023；\n")]
    [TestCase("Все люди рождаются свободными и равными в своем достоинстве и правах.\n")]
    [TestCase("for (var i = 0; i < 10; i++) { Print(i); } // 一个例子\n")]
    public async Task Wide_text_of_East_Asia_needs_no_mark_either(string text)
    {
        foreach (var isBigEndian in new[] { false, true })
        {
            var repeated = string.Concat(Enumerable.Repeat(text, isBigEndian ? 1 : 1000));
            var stored = await StoreAsync("wide.txt", new UnicodeEncoding(isBigEndian, byteOrderMark: false).GetBytes(repeated));
            Assert.That(await TextAsync(stored), Is.EqualTo(repeated[..Math.Min(repeated.Length, 128 * 1024)]));
        }
    }

    [TestCase("产品报价表、采购单、发票")]
    [TestCase("————————————————")]
    [TestCase("优の良品是一个品牌，在很多地方都有分店。")]
    public async Task Chinese_is_no_Korean_and_no_Japanese_to_who_reads_it(string text)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var stored = await StoreAsync("short.txt", Encoding.GetEncoding("gb18030").GetBytes(text));
        Assert.That(await TextAsync(stored, "zh-CN"), Is.EqualTo(text));
    }

    [TestCase("zh-CN,zh;q=0.9", "中文")]
    [TestCase("de", "ÖÐÎÄ")]
    public async Task Where_so_few_bytes_do_not_tell_the_readers_language_does(string language, string text)
    {
        var stored = await StoreAsync("short.txt", [0xd6, 0xd0, 0xce, 0xc4]);
        Assert.That(await TextAsync(stored, language), Is.EqualTo(text));
    }

    [TestCase("euc-kr", "안녕하세요. 반갑습니다. 좋은 하루 되세요.\n")]
    [TestCase("euc-jp", "会議の記録について\n")]
    public async Task What_is_no_Chinese_is_not_shown_as_such(string encoding, string text)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var bytes = Encoding.GetEncoding(encoding).GetBytes(string.Concat(Enumerable.Repeat(text, 10)));
        var stored = await StoreAsync("note.txt", bytes);
        foreach (var language in new[] { "en", "zh-CN" })
        {
            Assert.That(await TextAsync(stored, language), Does.StartWith(text));
        }
    }

    [Test]
    public async Task What_is_shown_and_what_is_told_of_a_text_agree()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var text = new string('a', 80_000) + Chinese;
        var stored = await StoreAsync("late.txt", Encoding.GetEncoding("gb18030").GetBytes(text));
        Assert.That(await TextAsync(stored), Is.EqualTo(text));
        using var preview = await PreviewAsync(stored);
        Assert.That(preview.Content.Headers.ContentType!.CharSet, Is.EqualTo("gb18030"));
    }

    [TestCase("server.log")]
    [TestCase("settings.yaml")]
    [TestCase("README.md")]
    [TestCase("Program.cs")]
    [TestCase("main.ts")] // which by its extension is a video
    [TestCase("Makefile")]
    [TestCase("data.json", "application/json")]
    [TestCase("drawing.svg", "image/svg+xml")]
    [TestCase("page.html", "text/html")]
    [TestCase("unknown", "application/octet-stream")]
    public async Task What_is_text_is_shown_as_text_whatever_it_is_called(string name, string? type = null)
    {
        const string Text = "<script>alert(1)</script> & more: text\n";
        var stored = await StoreAsync(name, Encoding.UTF8.GetBytes(Text), type);
        Assert.That(await TextAsync(stored), Is.EqualTo(Text));
        using var preview = await PreviewAsync(stored);
        Assert.That(preview.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/plain; charset=utf-8"));
        Assert.That(preview.Headers.GetValues("Content-Security-Policy").Single(), Does.EndWith("sandbox"));
    }

    [Test]
    public async Task What_is_no_text_is_not_shown_as_such()
    {
        foreach (var bytes in new byte[][] { [.. "text"u8, 0, 1, 2], [.. "\x01text"u8], [0xff, 0xfe, 0, 0, 65, 0, 0, 0], [0xff, 0xfe, .. Sample.Of(3000)],
            [0xfe, 0xff, .. Sample.Of(3000)], Sample.Of(6), Sample.Of(3000), Sample.Of(100_000) })
        {
            var stored = await StoreAsync("data.txt", bytes);
            Assert.That(await TextAsync(stored), Is.Null);
            using var preview = await PreviewAsync(stored);
            Assert.That(preview.Content.Headers.ContentDisposition!.DispositionType, Is.EqualTo("attachment"));
            Assert.That(preview.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/octet-stream"));
        }
    }

    [TestCase(256 * 1024, false)]
    [TestCase((256 * 1024) + 1, true)]
    [TestCase(6_700_000, true)]
    public async Task Of_a_repeatedtext_the_beginning_is_shown_and_a_link_to_the_rest(int length, bool isCut)
    {
        var text = string.Concat(new string('文', length / 3), new string('x', length % 3));
        var stored = await StoreAsync("long.txt", Encoding.UTF8.GetBytes(text));
        var page = await PageAsync(stored);

        var shown = TextIn(page)!;
        Assert.That(text.StartsWith(shown, StringComparison.Ordinal), "no half character at the end");
        Assert.That(shown.Length, Is.EqualTo(256 * 1024 / 3).Within(1));
        Assert.That(page.Contains("This is the beginning, 256 KiB.", StringComparison.Ordinal), Is.EqualTo(isCut));
        Assert.That(page.Length, Is.LessThan(300_000));
    }

    [Test]
    public async Task Of_an_archive_it_is_shown_what_is_in_it()
    {
        var stored = await StoreAsync("holiday.zip", Zip(Encoding.UTF8, ("day 1/", ""), ("day 1/海.txt", "12345"), ("<b>.txt", "1")));
        var page = await PageAsync(stored);
        Assert.That(page, Does.Contain("3 entries, 6 bytes unpacked"));
        Assert.That(EntriesIn(page), Is.EqualTo(new[] { "day 1/", "day 1/海.txt 5 bytes", "<b>.txt 1 byte" }));
    }

    [TestCase("stub.zip")]
    [TestCase("comment.zip")]
    [TestCase("zip64.zip")]
    public async Task An_archive_may_have_more_around_its_directory(string name)
    {
        var zip = Zip(Encoding.UTF8, ("a.txt", "12345"), ("b.txt", "1"));
        var bytes = name switch
        {
            "stub.zip" => (byte[])[.. "MZ, a program that unpacks itself\0"u8, .. zip],
            "comment.zip" => [.. zip[..^2], 40, 0, .. "PK\x05\x06"u8, .. new byte[36]],
            _ => WithZip64(zip),
        };
        Assert.That(EntriesIn(await PageAsync(await StoreAsync(name, bytes))), Is.EqualTo(new[] { "a.txt 5 bytes", "b.txt 1 byte" }));
    }

    [Test]
    public async Task Names_in_an_archive_may_be_in_an_encoding_that_it_does_not_tell()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        string[] names = ["旅行照片/第一天的风景.txt", "工作报告与会议记录.doc", "plain.txt"];
        var stored = await StoreAsync("gbk.zip", Zip(Encoding.GetEncoding("gb18030"), [.. names.Select(name => (name, ""))]));
        Assert.That(EntriesIn(await PageAsync(stored)), Is.EqualTo(names.Select(name => $"{name} 0 bytes")));
    }

    [TestCase("Café.doc")]
    [TestCase("Übung für später.txt")]
    public async Task Names_in_an_archive_of_Windows_are_in_that_of_DOS(string name)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var stored = await StoreAsync("dos.zip", Zip(Encoding.GetEncoding(850), (name, "")));
        Assert.That(EntriesIn(await PageAsync(stored)), Is.EqualTo(new[] { $"{name} 0 bytes" }));
    }

    [TestCase("テスト.txt")]
    [TestCase("データ.csv")]
    [TestCase("バックアップ.zip")]
    public async Task Names_in_an_archive_of_Japan_are_in_none_of_DOS(string name)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var stored = await StoreAsync("japan.zip", Zip(Encoding.GetEncoding(932), (name, ""), ("会議の記録について.txt", "")));
        Assert.That(EntriesIn(await PageAsync(stored)), Does.Contain($"{name} 0 bytes"));
    }

    [Test]
    public async Task A_name_in_an_archive_does_not_hide_its_extension() =>
        Assert.That(
            EntriesIn(await PageAsync(await StoreAsync("evil.zip", Zip(Encoding.UTF8, ("photo\u202egnp.exe", ""))))),
            Is.EqualTo(new[] { "photognp.exe 0 bytes" }));

    [Test]
    public async Task An_archive_of_sizes_that_nothing_has_is_not_listed()
    {
        var zip = Zip(Encoding.UTF8, ("a.txt", "hello"));
        var entry = zip.AsSpan().IndexOf("PK\x01\x02"u8);
        var name = entry + 46;
        byte[] extra = [1, 0, 8, 0, .. Enumerable.Repeat((byte)255, 8)]; // APPNOTE.TXT, 4.5.3: its size
        byte[] directory = [.. zip[entry..(name + 5)], .. extra];
        BitConverter.GetBytes(uint.MaxValue).CopyTo(directory, 24);
        directory[30] = (byte)extra.Length;
        byte[] end = [.. zip[^22..]];
        BitConverter.GetBytes(directory.Length).CopyTo(end, 12);
        var page = await PageAsync(await StoreAsync("minus.zip", [.. zip[..entry], .. directory, .. end]));
        Assert.That(EntriesIn(page), Is.Empty);
        Assert.That(page, Does.Not.Contain("-1 bytes"));
    }

    [Test]
    public async Task Of_a_large_archive_the_first_thousand_entries_are_listed()
    {
        var entries = Enumerable.Range(0, 1234).Select(i => ($"{i}.txt", "")).ToArray();
        var page = await PageAsync(await StoreAsync("many.zip", Zip(Encoding.UTF8, entries)));
        Assert.That(EntriesIn(page), Has.Count.EqualTo(1000));
        Assert.That(page, Does.Contain("and 234 more"));
    }

    [TestCase("zh-CN")]
    [TestCase("en")]
    public async Task Short_names_in_an_archive_are_Chinese_where_their_bytes_are(string language)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        foreach (var name in new[] { "说明文.txt", "作业本.zip", "合同书.pdf", "照片集.jpg", "简历表.doc" })
        {
            var stored = await StoreAsync("gbk.zip", Zip(Encoding.GetEncoding("gb18030"), (name, "")));
            Assert.That(EntriesIn(await PageAsync(stored, language)), Is.EqualTo(new[] { $"{name} {(language == "en" ? "0 bytes" : "0 字节")}" }));
        }
    }

    [Test]
    public async Task An_archive_of_too_many_entries_says_so()
    {
        var entries = Enumerable.Range(0, 66_000).Select(i => ($"{i}", "")).ToArray();
        var page = await PageAsync(await StoreAsync("huge.zip", Zip(Encoding.UTF8, entries)));
        Assert.That(EntriesIn(page), Is.Empty);
        Assert.That(page, Does.Contain("its list is too long to be shown here"));
    }

    [Test]
    public async Task One_entry_is_said_to_be_one() =>
        Assert.That(
            await PageAsync(await StoreAsync("one.zip", Zip(Encoding.UTF8, ("a", "12")))), Does.Contain("1 entry, 2 bytes unpacked"));

    [Test]
    public async Task A_text_that_is_damaged_at_one_place_stays_readable([Values] bool isCutInFront)
    {
        var text = string.Concat(Enumerable.Repeat(Chinese, 20));
        var bytes = Encoding.UTF8.GetBytes(text);
        var stored = await StoreAsync("log.txt", isCutInFront ? bytes[1..] : [.. bytes[..300], 0xff, .. bytes[300..]]);
        Assert.That(await TextAsync(stored), Does.Contain("和权利上一律平等").And.EndWith(Chinese));
    }

    [Test]
    public async Task A_text_that_is_called_an_archive_is_a_text() =>
        Assert.That(await TextAsync(await StoreAsync("notes.zip", Encoding.UTF8.GetBytes(English))), Is.EqualTo(English));

    [TestCase("song.m4a", "audio/x-m4a", "<audio")]
    [TestCase("song.mp3", "audio/mp3", "<audio")]
    [TestCase("photo.jpg", "image/jpg", "<img src=\"/files")]
    public async Task What_is_called_otherwise_by_some_is_shown_all_the_same(string name, string type, string shown) =>
        Assert.That(await PageAsync(await StoreAsync(name, [1, 2, 3], type)), Does.Contain(shown));

    [TestCase("nothing", 0)]
    [TestCase("cut", 100)]
    [TestCase("spoilt", -1)]
    public async Task A_damaged_archive_can_only_be_downloaded(string what, int length)
    {
        var zip = Zip(Encoding.UTF8, ("a.txt", "hello"));
        var directory = zip.AsSpan().IndexOf("PK\x01\x02"u8);
        zip[directory + 42] ^= 0xff; // where its entry begins
        zip[directory] ^= 0xff;
        var stored = await StoreAsync($"{what}.zip", length < 0 ? zip : zip[..Math.Min(length, zip.Length / 2)]);
        var page = await PageAsync(stored);
        Assert.That(EntriesIn(page), Is.Empty);
        Assert.That(page, Does.Match("<a [^>]*href=\"[^\"]+/download\">Download</a>"));
    }

    [Test]
    public async Task An_archive_whose_directory_is_not_as_repeatedas_it_says_is_not_read()
    {
        var zip = Zip(Encoding.UTF8, ("a.txt", "hello"), ("b.txt", "hello"));
        var length = zip.AsSpan().IndexOf("PK\x05\x06"u8) + 12;
        zip[length]--;
        Assert.That(EntriesIn(await PageAsync(await StoreAsync("odd.zip", zip))), Is.Empty);
    }

    [TestCase("photo.heic", null)]
    [TestCase("photo", "image/heif")]
    public async Task A_picture_that_browsers_do_not_show_says_so(string name, string? type)
    {
        var page = await PageAsync(await StoreAsync(name, [0, 0, 0, 24, .. "ftypheic"u8, 0, 0], type));
        Assert.That(page, Does.Contain("Most browsers do not show HEIC pictures."));
    }

    [TestCase("a.png", "image/png", "PNG image")]
    [TestCase("photo", "image/jpeg", "JPEG image")]
    [TestCase("film.mp4", "video/mp4", "MP4 video")]
    [TestCase("letter.pdf", "application/pdf", "PDF document")]
    [TestCase("a.zip", "application/zip", "ZIP file")]
    [TestCase("notes.txt", "text/plain", "TXT text")]
    [TestCase("notes", "text/plain", "text")]
    [TestCase("v1.2", "text/plain", "text")]
    [TestCase("report 2026.11.30", "application/pdf", "document")]
    [TestCase("nothing", "application/octet-stream", "File")]
    public async Task The_page_says_in_words_what_kind_of_file_it_is(string name, string type, string kind)
    {
        var page = await PageAsync(await StoreAsync(name, [1, 2, 3], type));
        Assert.That(page, Does.Contain($"<dd title=\"{type}\">{kind}</dd>"));
    }

    [TestCase("en", "1.2 MiB (1,234,567 bytes)")]
    [TestCase("zh-CN", "1.2 MiB（1,234,567 字节）")]
    public async Task The_page_says_the_size_to_the_byte(string language, string size) =>
        Assert.That(await PageAsync(await StoreAsync("a.bin", new byte[1_234_567]), language), Does.Contain($"<dd>{size}</dd>"));

    [Test]
    public async Task Chats_are_told_what_a_link_leads_to()
    {
        var page = await PageAsync(await StoreAsync("a \"cat\".png", [1, 2, 3], "image/png"));
        Assert.That(page, Does.Contain("<meta property=\"og:title\" content=\"a &quot;cat&quot;.png\">"));
        Assert.That(page, Does.Contain("<meta property=\"og:description\" content=\"PNG image, 3 bytes\">"));
        var picture = Regex.Match(page, "<meta property=\"og:image\" content=\"([^\"]+)\">").Groups[1].Value;
        Assert.That(picture, Does.StartWith(App.Address.ToString()));
        using var http = new HttpClient();
        Assert.That(await http.GetByteArrayAsync(new Uri(picture)), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public async Task A_list_of_files_leaves_out_those_that_are_gone()
    {
        var stored = await StoreAsync("here.txt", [1]);
        var id = stored.Split('/')[^1];
        var some = await PageAsync($"files?id={id}&id={new string('0', 32)}&id=nonsense");
        Assert.That(some, Does.Contain("here.txt").And.Contain("2 of these files are not there any more."));
        Assert.That(await PageAsync($"files?id={id}"), Does.Not.Contain("not there any more"));
        using var none = UploadClient.Guest(App.Address);
        Assert.That(
            await PageAsync($"files?id={id}&id={new string('0', 32)}"), Does.Contain("One of these files is not there any more."));
        var answer = await none.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"files?id={new string('0', 32)}"));
        Assert.That(answer.Status, Is.EqualTo(404));
    }

    /// <summary>As it is written of more than 4 GiB: the record at the end refers to one of Zip64.</summary>
    static byte[] WithZip64(byte[] zip)
    {
        var end = zip.AsSpan(zip.Length - 22);
        var (count, length, start) = (BitConverter.ToUInt16(end[10..]), BitConverter.ToUInt32(end[12..]), BitConverter.ToUInt32(end[16..]));
        return
        [
            .. zip[..^22],
            .. "PK\x06\x06"u8, .. BitConverter.GetBytes(44L), 45, 0, 45, 0, .. new byte[8], .. BitConverter.GetBytes((long)count),
            .. BitConverter.GetBytes((long)count), .. BitConverter.GetBytes((long)length), .. BitConverter.GetBytes((long)start),
            .. "PK\x06\x07"u8, .. new byte[4], .. BitConverter.GetBytes((long)zip.Length - 22), 1, 0, 0, 0,
            .. "PK\x05\x06"u8, .. new byte[4], 255, 255, 255, 255, .. BitConverter.GetBytes(length), 255, 255, 255, 255, 0, 0,
        ];
    }

    static byte[] Zip(Encoding names, params (string Name, string Text)[] entries)
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true, names is UTF8Encoding ? null : names))
        {
            foreach (var (name, text) in entries)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return zip.ToArray();
    }

    /// <returns>The path of its page.</returns>
    async Task<string> StoreAsync(string name, byte[] content, string? type = null)
    {
        var file = new TestFile(name, content);
        var session = await Client.BeginAsync(name, file.Size, ("contentType", type));
        var done = content.Length == 0 ? session : await Client.FinishAsync(session, file);
        return done["file"].GetProperty("url").GetString()!.TrimStart('/');
    }

    async Task<string?> TextAsync(string stored, string language = "en") => TextIn(await PageAsync(stored, language));

    async Task<string> PageAsync(string path, string language = "en")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(App.Address, path));
        request.Headers.Accept.ParseAdd("text/html");
        request.Headers.AcceptLanguage.ParseAdd(language);
        using var http = new HttpClient();
        using var answer = await http.SendAsync(request);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        return await answer.Content.ReadAsStringAsync();
    }

    async Task<HttpResponseMessage> PreviewAsync(string stored)
    {
        using var http = new HttpClient();
        return await http.GetAsync(new Uri(App.Address, $"{stored}/preview"));
    }

    static string? TextIn(string page) =>
        Pre().Match(page) is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;

    static List<string> EntriesIn(string page) =>
        [.. Entry().Matches(page).Select(match =>
            WebUtility.HtmlDecode($"{match.Groups[1].Value} {match.Groups[2].Value}").TrimEnd())];

    [GeneratedRegex("<pre [^>]*>(.*?)</pre>", RegexOptions.Singleline)]
    private static partial Regex Pre();

    [GeneratedRegex("<bdi>(.*?)</bdi><span class=\"number\">(.*?)</span>")]
    private static partial Regex Entry();
}
