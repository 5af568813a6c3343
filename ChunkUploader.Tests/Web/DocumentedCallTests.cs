using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Support.OpenApi;
using ChunkUploader.Web.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>API.md shows each call with its answer: it is the one that the server gives.</summary>
[TestFixture]
[Platform("Linux")]
public sealed partial class DocumentedCallTests : ServedTests
{
    static readonly IReadOnlyList<DocumentedCall> Calls = DocumentedCall.In(Documents.Api);

    /// <summary>Those that the document says the server was started with.</summary>
    protected override (string Key, string Value)[] Settings =>
        [.. Setting().Matches(Documents.Api).Select(setting => (setting.Groups[1].Value, setting.Groups[2].Value))];

    protected override void Replace(IServiceCollection services)
    {
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new QuickTime()));
        HeldHasher.Register(services);
    }

    [Test]
    public async Task Every_answer_is_the_one_that_is_shown()
    {
        Programs.Require("curl");
        Programs.Require("openssl");
        using var folder = new TempFolder();
        await using var shell = new Shell(folder.Path);
        await shell.RunAsync("exec 2>&1; curl() { command curl -sSi -w '\\n%{method} %{url}' \"$@\"; }");
        var values = new DocumentedValues();
        var hasher = App.Services.GetRequiredService<HeldHasher>();
        hasher.Hold(); // until the answer is shown that nothing is verified yet

        using var all = Assert.EnterMultipleScope();
        foreach (var call in Calls)
        {
            var output = await shell.RunAsync(values.InPlace(call.Script)
                .Replace("http://localhost:5080", App.Address.ToString().TrimEnd('/'), StringComparison.Ordinal));
            if (call.Answer is { } shown)
            {
                var (answer, request) = Split(output);
                values.AssertEqual(answer, shown, call.Section);
                AssertDescribed(answer, request);
                if (shown.StatusLine == "HTTP/1.1 202 Accepted")
                {
                    hasher.Release();
                }
            }
        }
    }

    [Test]
    public void Every_call_is_shown()
    {
        var shown = Calls.Where(call => call.Answer is not null).Select(call => call.Section).ToHashSet();
        var calls = App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<ControllerActionDescriptor>()?.ControllerTypeInfo.Namespace
                == typeof(UploadsController).Namespace)
            .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
                .Where(method => !HttpMethods.IsHead(method))
                .Select(method => $"`{method} /{endpoint.RoutePattern.RawText}`"))
            .ToList();

        Assert.That(calls, Is.Not.Empty);
        Assert.That(calls.Concat(["`GET /files/{id}`", "`GET /files/{id}/download`"]), Is.SubsetOf(shown));
    }

    /// <summary>The answer, and behind it the method and the address.</summary>
    static (HttpText Answer, string[] Request) Split(string output)
    {
        var end = output.TrimEnd().LastIndexOf('\n');
        return (HttpText.Parse(output[..end]), output[end..].Trim().Split(' '));
    }

    static void AssertDescribed(HttpText answer, string[] request) => ApiDescription.AssertDescribed(
        request[0],
        new Uri(request[1]).AbsolutePath,
        int.Parse(answer.StatusLine.Split(' ')[1], CultureInfo.InvariantCulture),
        answer.Headers.GetValueOrDefault("Content-Type")?.Split(';')[0],
        answer.Headers.Keys,
        Encoding.UTF8.GetBytes(answer.Body));

    [GeneratedRegex(@"started with\s+`--(\w+:\w+) (\w+)`")]
    private static partial Regex Setting();
}
