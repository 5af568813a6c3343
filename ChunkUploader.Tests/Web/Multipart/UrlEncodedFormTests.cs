using System.Text;
using ChunkUploader.Tests.Web.Clients;
using ChunkUploader.Web.Multipart;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Multipart;

[TestFixture]
public class UrlEncodedFormTests
{
    static Task<UploadForm> ReadAsync(string body) => FormRequest.ReadAsync(FormRequest.Of(
        new PieceReader(ReceivedForm.Cut(Encoding.UTF8.GetBytes(body), body.Length / 2)),
        "application/x-www-form-urlencoded; charset=UTF-8"));

    [Test]
    public async Task Is_decoded()
    {
        await using var form = await ReadAsync(
            "fileName=a+b%2B%26%3D%E6%96%87&size=5&&flag&empty=&x=1=2&X=last&ü=ü&bad=%zz");
        Assert.That(form.Fields, Is.EquivalentTo(new Dictionary<string, string>
        {
            ["fileName"] = "a b+&=文",
            ["size"] = "5",
            ["flag"] = "",
            ["empty"] = "",
            ["x"] = "last",
            ["ü"] = "ü",
            ["bad"] = "%zz",
        }));
        Assert.That(form.File, Is.Null);
    }

    [TestCase(2048, true)]
    [TestCase(2049, false)]
    public async Task Allows_2048_fields(int count, bool isAllowed)
    {
        var body = string.Join('&', Enumerable.Repeat("a=1", count));
        if (isAllowed)
        {
            Assert.That((await ReadAsync(body)).Fields, Has.Count.EqualTo(1));
        }
        else
        {
            Assert.That(await FormRefusal.OfAsync(() => ReadAsync(body)), Is.EqualTo(MalformedFormReason.Unreadable));
        }
    }

    [TestCase(0, true)]
    [TestCase(2, false)]
    public async Task Allows_a_field_of_256_KiB(int excess, bool isAllowed)
    {
        var body = "a=" + string.Concat(Enumerable.Repeat("ü", (256 * 1024 + excess) / 2));
        if (isAllowed)
        {
            Assert.That((await ReadAsync(body)).Fields["a"], Has.Length.EqualTo(128 * 1024));
        }
        else
        {
            Assert.That(await FormRefusal.OfAsync(() => ReadAsync(body)), Is.EqualTo(MalformedFormReason.FieldTooLong));
        }
    }

    [TestCase(0, true)]
    [TestCase(1, false)]
    public async Task Allows_1_MiB(int excess, bool isAllowed)
    {
        var body = new string('&', 1024 * 1024 + excess);
        if (isAllowed)
        {
            Assert.That((await ReadAsync(body)).Fields, Is.Empty);
        }
        else
        {
            Assert.That(await FormRefusal.OfAsync(() => ReadAsync(body)), Is.EqualTo(MalformedFormReason.TooLarge));
        }
    }
}
