using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Hashing;
using ChunkUploader.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Moq;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

[TestFixture]
public class AnswerHeadersTests : ServedTests
{
    const string Inside = "what only the log may know";

    protected override void Replace(IServiceCollection services)
    {
        var broken = new Mock<IStoredFileRepository>(MockBehavior.Strict);
        broken.SetReturnsDefault(Task.FromException<bool>(new InvalidOperationException(Inside)));
        broken.Setup(files => files.FindBlobAsync(
                It.IsAny<long>(), It.IsAny<Sha256Digest>(), It.IsAny<string?>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new InvalidOperationException(Inside));
        services.Replace(ServiceDescriptor.Singleton(broken.Object));
    }

    [TestCase("GET", "", 200)]
    [TestCase("GET", "favicon.svg", 200)]
    [TestCase("GET", "uploads", 200)]
    [TestCase("GET", "uploads/none", 404)]
    [TestCase("GET", "no/such/page", 404)]
    [TestCase("POST", "uploads", 400)]
    [TestCase("PATCH", "uploads", 405)]
    [TestCase("GET", "admin", 302)]
    public async Task Every_answer_tells_browsers_to_be_careful(string method, string path, int status)
    {
        var answer = await Client.SendAsync(new HttpRequestMessage(HttpMethod.Parse(method), path));

        Assert.That(answer.Status, Is.EqualTo(status), answer.ToString());
        AssertCareful(answer);
    }

    [Test]
    public async Task A_refusal_to_another_site_is_no_exception()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "uploads")
        {
            Headers = { { "Sec-Fetch-Site", "cross-site" } },
        };

        AssertCareful(await Client.SendAsync(request));
    }

    [Test]
    public async Task A_fault_of_ours_is_told_without_its_inside()
    {
        var answer = await Client.BeginAsync("broken.bin", 10, ("firstBlock", new string('0', 64)));

        Assert.That(answer.Status, Is.EqualTo(500));
        Assert.That(answer.MediaType, Is.EqualTo("application/problem+json"));
        Assert.That(answer.ToString(), Does.Not.Contain(Inside).And.Not.Contain("Exception"));
        AssertCareful(answer);
    }

    static void AssertCareful(ApiAnswer answer)
    {
        Assert.That(answer.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(["nosniff"]));
        Assert.That(answer.Headers.GetValues("Referrer-Policy"), Is.EqualTo(["same-origin"]));
        Assert.That(answer.Headers.GetValues("Content-Security-Policy").Single(), Does.Contain("default-src 'none'"));
        Assert.That(answer.Headers.Contains("Server"), Is.False);
    }
}
