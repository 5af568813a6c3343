using System.Text;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Multipart;

[TestFixture]
public class NearDelimiterTests
{
    [TestCase("\r\n--FormBoundar")]
    [TestCase("\r\n--FormBoundar\r\n--FormBoundar")]
    [TestCase("\r\n\r\n--")]
    [TestCase("--FormBoundary\r\n")]
    [TestCase("--FormBoundary--")]
    [TestCase("\n--FormBoundary")]
    [TestCase("\r--FormBoundary")]
    [TestCase("\r\r\n-")]
    [TestCase("\r")]
    [TestCase("\r\n")]
    [TestCase("\r\n-")]
    [TestCase("ends in CR\r")]
    [TestCase("\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r\r")]
    public async Task Is_content(string text)
    {
        var content = Encoding.ASCII.GetBytes(text);
        var body = new SentForm("FormBoundary").File("file", "a", content).Field("after", "1").Close();
        foreach (var pieces in new[] { ReceivedForm.Cut(body), ReceivedForm.CutIntoBytes(body) })
        {
            var parts = await ReceivedForm.ReadAsync(new PieceReader(pieces), "FormBoundary");
            Assert.That(parts, Has.Count.EqualTo(2));
            Assert.That(parts[0].Content, Is.EqualTo(content));
        }
    }

    [TestCase("--b\r\n", TestName = "A_first_boundary_without_a_line_break_before_it")]
    [TestCase("\r\n--b\r\n", TestName = "A_first_boundary_after_an_empty_line")]
    [TestCase("\r\n\r\n--b\r\n", TestName = "A_first_boundary_after_two_empty_lines")]
    [TestCase("To whom it may concern --b\r\n\r--b\r\n--b\r\n", TestName = "A_first_boundary_after_a_preamble")]
    [TestCase("--\r\n--b\r\n", TestName = "A_first_boundary_after_a_preamble_that_begins_like_one")]
    [TestCase("--b \t \r\n", TestName = "A_boundary_with_transport_padding")]
    public async Task Is_understood(string beginning)
    {
        var body = Encoding.ASCII.GetBytes(
            beginning + "Content-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b \r\n"
            + "content-disposition: form-data; name=b\r\n\r\n2\r\n--b--\r\nepilogue --b\r\n--b\r\n");
        foreach (var pieces in new[] { ReceivedForm.Cut(body), ReceivedForm.CutIntoBytes(body) })
        {
            var parts = await ReceivedForm.ReadAsync(new PieceReader(pieces), "b");
            Assert.That(parts.Select(part => part.ToString()), Is.EqualTo(["a|(field)|31", "b|(field)|32"]));
        }
    }

    [Test]
    public async Task Reads_no_further_than_the_closing_boundary([Values] bool allAtOnce)
    {
        var form = new SentForm().Field("a", "1").Close("");
        var source = new PieceReader(
            ReceivedForm.Cut([.. form, .. "the next request"u8], form.Length - 1, form.Length), allAtOnce);
        await ReceivedForm.ReadAsync(source);
        Assert.That(source.Consumed, Is.EqualTo(form.Length));
        Assert.That(source.IsCompleted, Is.False);
    }

    [Test]
    public async Task A_form_without_parts_is_empty() =>
        Assert.That(await ReceivedForm.ReadAsync(new PieceReader(new SentForm().Close())), Is.Empty);
}
