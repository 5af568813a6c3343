using System.Text;
using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

[TestFixture]
public sealed class JsonAnswerTests : ServedTests
{
    static readonly string Somebody = new('a', 32);

    /// <summary>Its end is then no write of its own, before which the server may be killed.</summary>
    [TestCase("GET", "uploads", "", 200)]
    [TestCase("GET", "uploads/limits", "", 200)]
    [TestCase("GET", "uploads/none", "", 404)]
    [TestCase("GET", "no/such/call", "", 404)]
    [TestCase("PATCH", "uploads", "", 405)]
    [TestCase("POST", "uploads/none/digests", "md5=", 400)]
    [TestCase("POST", "uploads", "fileName=a", 400)]
    [TestCase("POST", "upload", "", 400)]
    public async Task Has_a_length(string method, string path, string form, int expected)
    {
        using var connection = new RawConnection(App.Address, Somebody);
        await connection.SendHeadAsync(
            method, path, form.Length, "Content-Type: application/x-www-form-urlencoded", "Accept: application/json");
        await connection.SendAsync(Encoding.ASCII.GetBytes(form));

        var (status, head, body) = await connection.ReadAnswerAsync();

        Assert.That(status, Is.EqualTo(expected), body);
        Assert.That(head, Does.Contain($"\r\nContent-Length: {body.Length}\r\n").And.Not.Contain("Transfer-Encoding"));
        Assert.That(body, Does.StartWith("{").Or.StartWith("["));
    }

    [Test]
    public async Task Of_a_chunk_that_was_received_has_a_length()
    {
        var file = TestFile.Random(10);
        var session = await Client.BeginAsync(file.Name, file.Size);
        using var connection = new RawConnection(App.Address, Client.Owner!);
        await connection.SendHeadAsync("PUT", $"uploads/{session.Id}/chunks/0", file.Size);
        await connection.SendAsync(file.Bytes);

        var (status, head, body) = await connection.ReadAnswerAsync();

        Assert.That(status, Is.EqualTo(200), body);
        Assert.That(head, Does.Contain($"\r\nContent-Length: {body.Length}\r\n"));
    }

    /// <summary>What has secrets in it is never compressed, whatever is asked for.</summary>
    [TestCase("text/json", "utf-8")]
    [TestCase("application/json", "utf-16")]
    [TestCase("text/plain", "utf-8")]
    public async Task Is_JSON_in_UTF_8_and_not_compressed(string accept, string charset)
    {
        using var connection = new RawConnection(App.Address, Somebody);
        await connection.SendHeadAsync(
            "GET", "uploads", 0, $"Accept: {accept}", $"Accept-Charset: {charset}", "Accept-Encoding: gzip, br");

        var (_, head, body) = await connection.ReadAnswerAsync();

        Assert.That(head, Does.Contain("\r\nContent-Type: application/json; charset=utf-8\r\n"));
        Assert.That(head, Does.Not.Contain("Content-Encoding"));
        Assert.That(body, Is.EqualTo("[]"));
    }
}
