using System.Text;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Tests.Support.Core;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ChunkUploader.Tests.Domain.Catalog;

/// <summary>Any name becomes one that is safe to show and to download.</summary>
[TestFixture]
public class FileNameTests
{
    const string Bad =
        "/\\\0\a\n\r\u001b\u007f\u0085\u200e\u202e\u2066\ufeff\u2028 ..aé文\u200d😀\ud83d\ude00.%\"'<>:|?*\t";

    [TestCase("a.txt", "a.txt")]
    [TestCase("../../etc/passwd", "passwd")]
    [TestCase("..\\..\\boot.ini", "boot.ini")]
    [TestCase("C:\\Users\\me\\Pictures\\cat.jpg", "cat.jpg")]
    [TestCase("\\\\server\\share\\a b.doc", "a b.doc")]
    [TestCase("folder/", "file")]
    [TestCase("", "file")]
    [TestCase("   ", "file")]
    [TestCase(".", "file")]
    [TestCase("..", "file")]
    [TestCase(".. . ..", "file")]
    [TestCase("a\0b.txt", "ab.txt")]
    [TestCase("a\r\nSet-Cookie: b\u001b[31m.txt", "aSet-Cookie: b[31m.txt")]
    [TestCase("\u202egpj.exe", "gpj.exe")]
    [TestCase("a\u2066b\u2069c\u200e\u200f\ufeff.txt", "abc.txt")]
    [TestCase("a\u2028b\u2029.txt", "ab.txt")]
    [TestCase("photo.jpg. . ", "photo.jpg")]
    [TestCase("  leading.txt", "leading.txt")]
    [TestCase(".gitignore", ".gitignore")]
    [TestCase("文件 名.txt", "文件 名.txt")]
    [TestCase("👩\u200d👩\u200d👧.png", "👩\u200d👩\u200d👧.png")]
    [TestCase("می\u200cخواهم.txt", "می\u200cخواهم.txt")]
    [TestCase("e\u0301.txt", "e\u0301.txt")]
    [TestCase("\u200d", "file")]
    [TestCase("\u200c.\u200d", "file")]
    [TestCase("\u3164", "file")]
    [TestCase("\u2800 \u115f", "file")]
    [TestCase("\u0301\ufe0f", "file")]
    [TestCase("back\\slash.txt", "back\\slash.txt")]
    [TestCase("folder/back\\slash.txt", "back\\slash.txt")]
    [TestCase("d:/a\\b.txt", "b.txt")]
    public void Is_made_safe(string sent, string expected) => Assert.That(FileName.Clean(sent), Is.EqualTo(expected));

    [TestCase("a.txt", "a.txt")]
    [TestCase("a.txt:b", "a.txt_b")]
    [TestCase("what? <1>|\"2\" *\\.txt", "what_ _1___2_ __.txt")]
    [TestCase("con", "_con")]
    [TestCase("AUX.c", "_AUX.c")]
    [TestCase("lpt1 .tar.gz", "_lpt1 .tar.gz")]
    [TestCase("COM\u00b2", "_COM\u00b2")]
    [TestCase("console.log", "console.log")]
    [TestCase("com10.txt", "com10.txt")]
    public void Is_downloaded_as_every_system_can_store_it(string name, string expected) =>
        Assert.That(FileName.ForDownload(name), Is.EqualTo(expected));

    [Test]
    public void Half_a_character_becomes_a_harmless_one() =>
        Assert.That(FileName.Clean("half \ud83d.txt"), Is.EqualTo("half \ufffd.txt"));

    [Test]
    public void Is_never_empty_never_a_path_and_never_too_long() =>
        Chance.Check(
            from source in Chance.Sources
            from length in Chance.Between(0, 600)
            select string.Concat(Enumerable.Range(0, length).Select(_ => Bad[source.Random.Next(Bad.Length)])),
            sent =>
            {
                var clean = FileName.Clean(sent);
                Assert.That(clean, Has.Length.InRange(1, 255));
                Assert.That(clean, Does.Not.Contain('/'));
                Assert.That(clean.Any(char.IsControl), Is.False);
                Assert.That(clean.Trim(' ', '.'), Is.Not.Empty);
                Assert.That(clean[^1], Is.Not.EqualTo('.').And.Not.EqualTo(' '));
                Assert.That(clean.EnumerateRunes().Select(rune => rune.Value), Has.None.AnyOf(0x202E, 0x2066, 0xFEFF));
                Assert.That(FileName.Clean(clean), Is.EqualTo(clean), "once more changes nothing");
            },
            tests: 2000);

    [TestCase("txt")]
    [TestCase("tar.gz")]
    public void Of_10_000_characters_keeps_its_extension(string extension)
    {
        var clean = FileName.Clean(new string('x', 10_000) + "." + extension);
        Assert.That(clean, Has.Length.EqualTo(255).And.EndWith(Path.GetExtension("." + extension)));
    }

    [Test]
    public void Is_not_cut_through_a_character([Range(200, 260)] int before)
    {
        var clean = FileName.Clean(new string('x', before) + string.Concat(Enumerable.Repeat("😀", 5000)) + ".txt");
        Assert.That(clean.EnumerateRunes(), Has.None.EqualTo(Rune.ReplacementChar));
        Assert.That(clean, Has.Length.InRange(254, 255).And.EndWith(".txt"));
    }

    [Test]
    public void With_too_long_an_extension_is_just_cut()
    {
        var clean = FileName.Clean("name." + new string('y', 10_000));
        Assert.That(clean, Is.EqualTo("name." + new string('y', 250)));
    }

    [TestCase(null, null)]
    [TestCase("a.txt", null)]
    [TestCase("photos/2024/a.jpg", "photos/2024/a.jpg")]
    [TestCase("photos\\2024\\a.jpg", "photos/2024/a.jpg")]
    [TestCase("../../etc/passwd", "etc/passwd")]
    [TestCase("/absolute/a.jpg", "absolute/a.jpg")]
    [TestCase("./a.jpg", null)]
    [TestCase("a\0b/c\nd.jpg", "ab/cd.jpg")]
    [TestCase("a//b", "a/b")]
    public void A_path_is_made_safe_part_by_part(string? sent, string? expected) =>
        Assert.That(FileName.CleanPath(sent), Is.EqualTo(expected));

    [Test]
    public void A_path_that_is_too_long_keeps_the_folders_that_there_is_room_for_and_the_files_name()
    {
        Assert.That(FileName.CleanPath(string.Join('/', Enumerable.Repeat("abc", 256))), Has.Length.EqualTo(1023));
        Assert.That(
            FileName.CleanPath($"{string.Join('/', Enumerable.Range(0, 300).Select(i => $"{i:000}"))}/name.txt"),
            Is.EqualTo($"{string.Join('/', Enumerable.Range(0, 254).Select(i => $"{i:000}"))}/name.txt"));
    }
}
