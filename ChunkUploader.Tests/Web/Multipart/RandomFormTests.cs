using System.Text;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Multipart;

[TestFixture]
public class RandomFormTests
{
    const string ShortBoundary = "-r";

    [Test]
    public async Task Whatever_is_sent_is_received([Values(0, 1, 2, 3)] int block)
    {
        for (var seed = block * 1000; seed < (block + 1) * 1000; seed++)
        {
            var random = new Random(seed);
            var boundary = random.Next(2) == 0 ? ShortBoundary : SentForm.Boundary;
            var form = new SentForm(boundary);
            for (var left = random.Next(6); left > 0; left--)
            {
                if (random.Next(2) == 0)
                {
                    form.Field(RandomName(random), RandomName(random));
                }
                else
                {
                    form.File(RandomName(random), RandomName(random), RandomContent(random, boundary));
                }
            }

            var body = form.Close(random.Next(2) == 0 ? "" : "\r\n");
            var cuts = Enumerable.Range(0, random.Next(30)).Select(_ => random.Next(body.Length + 1)).Order().ToArray();
            var source = new PieceReader(ReceivedForm.Cut(body, cuts), random.Next(2) == 0, random.Next(2) == 0);

            var parts = await ReceivedForm.ReadAsync(source, boundary, (Taking)random.Next(4));

            Assert.That(parts.Select(part => part.ToString()),
                Is.EqualTo(form.Parts.Select(part => part.ToString())), $"seed {seed}");
        }
    }

    /// <summary>
    /// Half of them made of a delimiter's own characters; never the delimiter, which clients rule out too.
    /// </summary>
    static byte[] RandomContent(Random random, string boundary)
    {
        var delimiter = Encoding.ASCII.GetBytes("\r\n--" + boundary);
        byte[] content;
        do
        {
            content = new byte[random.Next(random.Next(2) == 0 ? 40 : 3000)];
            random.NextBytes(content);
            for (var at = 0; at < content.Length && random.Next(40) > 0; at++)
            {
                content[at] = (byte)"\r\n--r"[random.Next(5)];
            }
        }
        while (content.AsSpan().IndexOf(delimiter) >= 0);
        return content;
    }

    static string RandomName(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => "aü文\"\r\n;= '%\\🙂"[random.Next(11)]));
}
