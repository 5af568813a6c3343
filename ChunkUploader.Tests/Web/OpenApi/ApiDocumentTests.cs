using System.Text;
using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Support.OpenApi;
using ChunkUploader.Web.Api;
using ChunkUploader.Web.Clients;
using ChunkUploader.Web.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.OpenApi;

/// <summary>The description of the API, which clients are generated from. That answers are as it says is asserted wherever a
/// test gets one.</summary>
/// <seealso cref="ApiDescription"/>
[TestFixture]
public sealed class ApiDocumentTests : ServedTests
{
    [Test]
    public async Task The_kept_document_is_the_one_that_is_served()
    {
        var answer = await Client.GetAsync("openapi/v1.json");
        Assert.That((answer.Status, answer.MediaType), Is.EqualTo((200, "application/json")));
        var served = $"{Encoding.UTF8.GetString(answer.Body)}\n";
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "true")
        {
            await File.WriteAllTextAsync(ApiDescription.Path, served);
        }

        Assert.That(
            await File.ReadAllTextAsync(ApiDescription.Path),
            Is.EqualTo(served),
            "UPDATE_DOCS=true dotnet test --filter Name~The_kept_document writes it anew.");
    }

    [Test]
    public async Task It_is_valid_OpenAPI()
    {
        var answer = await Client.GetAsync("openapi/v1.json");
        Assert.That(answer["openapi"].GetString(), Does.StartWith("3.1."));

        var (document, diagnostic) = await OpenApiDocument.LoadAsync(new MemoryStream(answer.Body), OpenApiConstants.Json);
        Assert.That(diagnostic!.Errors, Is.Empty);
        Assert.That(diagnostic.Warnings, Is.Empty);
        Assert.That(document!.Validate(ValidationRuleSet.GetDefaultRuleSet()), Is.Empty);
    }

    [Test]
    public void Every_route_of_the_API_is_in_it_and_nothing_else()
    {
        string?[] api = [typeof(UploadsController).Namespace, typeof(ClientUploadController).Namespace];
        var routes = App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint =>
                api.Contains(endpoint.Metadata.GetMetadata<ControllerActionDescriptor>()?.ControllerTypeInfo.Namespace)
                || endpoint.RoutePattern.RawText!.StartsWith("files/{", StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
                .Where(method => !HttpMethods.IsHead(method))
                .Select(method => $"{method} /{endpoint.RoutePattern.RawText}"));

        Assert.That(ApiDescription.Calls.Select(call => call.Name), Is.EquivalentTo(routes));
    }

    [Test]
    public void Every_call_says_what_it_does()
    {
        foreach (var (name, call) in ApiDescription.Calls)
        {
            Assert.That(call.TryGetProperty("summary", out _), Is.True, name);
        }
    }

    [Test]
    public void Every_code_is_given_by_a_call_or_by_what_is_none()
    {
        string[] ofOtherAddresses = ["not-found", "method-not-allowed"];
        Assert.That(
            ApiDescription.Calls.SelectMany(call => ApiDescription.CodesIn(call.Call)).Concat(ofOtherAddresses).Distinct(),
            Is.EquivalentTo(ErrorTable.Codes));
    }

    [TestCase("POST /uploads", "application/x-www-form-urlencoded", "fileName size")]
    [TestCase("POST /uploads", "multipart/form-data", "fileName size")]
    [TestCase("POST /uploads/{id}/chunks", "multipart/form-data", "index file")]
    [TestCase("POST /uploads/{id}/digests", "application/x-www-form-urlencoded", "md5 contentHash")]
    [TestCase("POST /uploads/{id}/proof", "multipart/form-data", "answer")]
    [TestCase("POST /uploads/{id}/take-over", "multipart/form-data", "secret")]
    [TestCase("POST /uploads/{id}/complete", "multipart/form-data", "")]
    public async Task A_form_without_a_field_that_is_required_is_refused(string name, string type, string fields)
    {
        var body = ApiDescription.Calls.Single(call => call.Name == name).Call.GetProperty("requestBody");
        var schema = body.GetProperty("content").GetProperty(type).GetProperty("schema");
        var required = schema.TryGetProperty("required", out var names)
            ? names.EnumerateArray().Select(field => field.GetString()!)
            : [];
        Assert.That(required, Is.EquivalentTo(fields.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.That(body.TryGetProperty("required", out var isRequired) && isRequired.GetBoolean(), Is.EqualTo(required.Any()));

        var session = await Client.BeginAsync("a.txt", 10);
        var empty = await Client.PostAsync(name["POST /".Length..].Replace("{id}", session.Id), []);
        Assert.That(empty.Status, Is.EqualTo(required.Any() ? 400 : 409), empty.ToString());
    }

    [TestCase("POST /uploads")]
    [TestCase("POST /uploads/{id}/digests")]
    [TestCase("POST /uploads/{id}/proof")]
    [TestCase("POST /uploads/{id}/complete")]
    public async Task A_field_that_is_not_as_it_is_described_is_refused(string name)
    {
        var fields = ApiDescription.Calls.Single(call => call.Name == name).Call.GetProperty("requestBody").GetProperty("content")
            .GetProperty("application/x-www-form-urlencoded").GetProperty("schema").GetProperty("properties")
            .EnumerateObject().ToList();
        var narrow = fields.Where(field => field.Value.TryGetProperty("pattern", out _) || field.Value.GetProperty("type").ValueEquals("integer"));

        var session = await Client.BeginAsync("a.txt", 10);
        var answer = await Client.PostUrlEncodedAsync(
            name["POST /".Length..].Replace("{id}", session.Id), [.. fields.Select(field => (field.Name, (object?)"-"))]);
        Assert.That(answer, Refused.With(400, "invalid-request"));
        Assert.That(
            answer["errors"].EnumerateObject().Select(field => field.Name), Is.EquivalentTo(narrow.Select(field => field.Name)));
    }
}
