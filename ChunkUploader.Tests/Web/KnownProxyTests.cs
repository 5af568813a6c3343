using ChunkUploader.Tests.Support;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>Who a request comes from is said by proxies that are known, and by nobody else.</summary>
[TestFixture]
public class KnownProxyTests
{
    [Test]
    public async Task Of_an_unknown_proxy_nothing_is_believed()
    {
        var own = Array.Find(
            System.Net.Dns.GetHostAddresses(System.Net.Dns.GetHostName()),
            address => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
                && !System.Net.IPAddress.IsLoopback(address));
        if (own is null)
        {
            Assert.Ignore("This machine has no address but loopback.");
            return;
        }

        foreach (var known in new[] { "", $"10.255.0.0/16 {own}" })
        {
            using var folder = new TempFolder();
            var start = ServerProcess.Application(
                "--urls", $"http://{own}:0", "--Storage:Root", folder.Combine("data"), "--Limits:WrongGuesses", "1",
                "--Proxy:Known", known);
            await using var server = await ServerProcess.StartAsync(start);
            var statuses = new List<int>();
            for (var guess = 0; guess < 3; guess++)
            {
                using var client = new AdminVisit(server.BaseAddress, forwardedFor: $"198.51.100.{guess}");
                statuses.Add((await client.SignInAsync("wrong")).Status);
            }

            Assert.That(statuses, Is.EqualTo(known.Length == 0 ? new[] { 401, 429, 429 } : [401, 401, 401]));
        }
    }

    [TestCase("true")]
    [TestCase("TRUE")]
    public async Task The_variable_that_believes_everybody_ends_the_start(string value)
    {
        using var folder = new TempFolder();
        var (exitCode, output) = await ServerProcess.RunAsync(
            "--urls", "http://127.0.0.1:0", "--Storage:Root", folder.Combine("data"), "--ForwardedHeaders_Enabled", value);
        Assert.That((exitCode, Directory.Exists(folder.Combine("data"))), Is.EqualTo(((int?)1, false)), output);
        Assert.That(output, Does.Contain("Proxy:Known"));
    }
}
