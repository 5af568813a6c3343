using System.Text.Json.Nodes;
using ChunkUploader.Domain;
using ChunkUploader.Web.Errors;
using ChunkUploader.Web.Security;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ChunkUploader.Web.OpenApi;

/// <summary>Describes the refusals of each call: what it says itself, and what all of its kind have in common. Statuses,
/// codes and titles are those of <see cref="ErrorTable"/>.</summary>
sealed class Refusals : IOpenApiOperationTransformer, IOpenApiDocumentTransformer
{
    const string Component = "Problem";

    static readonly Dictionary<int, (string Name, string Description)> Headers = new()
    {
        [409] = ("Retry-After", "Seconds after which the same request may succeed; without it, it does not."),
        [415] = ("Accept-Encoding", "Which encoding is taken."),
        [429] = ("Retry-After", "Seconds after which the same request may succeed."),
        [503] = ("Retry-After", "Seconds after which the same request may succeed."),
    };

    public Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (var refusals in OfCall(operation, context.Description)
            .Distinct()
            .OrderBy(refusal => refusal.Code, StringComparer.Ordinal)
            .GroupBy(refusal => refusal.Status)
            .OrderBy(group => group.Key))
        {
            // Many calls have them in common.
            var name = string.Join('.', refusals.Select(refusal => refusal.Code));
            if (context.Document!.Components?.Responses?.ContainsKey(name) != true)
            {
                context.Document.AddComponent(name, Describe(refusals, context.Document));
            }

            (operation.Responses ??= []).Add($"{refusals.Key}", new OpenApiResponseReference(name, context.Document));
        }

        return Task.CompletedTask;
    }

    /// <summary>What all refusals have.</summary>
    public Task TransformAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.AddComponent(Component, new OpenApiSchema
        {
            Description = "A refusal, as problem details (RFC 9457).",
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "title", "status", "detail", "code" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = Of(JsonSchemaType.String, "An address about the status; seldom there."),
                ["title"] = Of(JsonSchemaType.String, "One for each code."),
                ["status"] = Of(JsonSchemaType.Integer, "That of the answer."),
                ["detail"] = Of(JsonSchemaType.String, "In English, for people."),
                ["code"] = CodeOf(ErrorTable.Codes),
                ["traceId"] = Of(JsonSchemaType.String, "Of the request; seldom there."),
                ["errors"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Description = "With `invalid-request`: what is wrong with each field.",
                    AdditionalProperties = ListOf(Of(JsonSchemaType.String)),
                },
                ["missing"] = ListOf(
                    SchemaConventions.PairOf(Of(JsonSchemaType.Integer)),
                    "With `chunks-missing`: the first runs of missing chunks, first and last index."),
                ["maxFileSize"] = Of(JsonSchemaType.Integer, "With `file-too-large`: the most that a file may have, in bytes."),
            },
        });
        return Task.CompletedTask;
    }

    static OpenApiResponse Describe(
        IGrouping<int, (int Status, string Code, string Title)> refusals, OpenApiDocument document) =>
        new()
        {
            Description = string.Join("; ", refusals.Select(refusal => $"`{refusal.Code}`: {refusal.Title}")),
            Headers = Headers.TryGetValue(refusals.Key, out var header)
                ? new Dictionary<string, IOpenApiHeader> { [header.Name] = Answers.Header(header.Description) }
                : null,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] = new()
                {
                    Schema = new OpenApiSchema
                    {
                        AllOf =
                        [
                            new OpenApiSchemaReference(Component, document),
                            new OpenApiSchema
                            {
                                Type = JsonSchemaType.Object,
                                Properties = new Dictionary<string, IOpenApiSchema>
                                {
                                    ["code"] = CodeOf(refusals.Select(refusal => refusal.Code)),
                                },
                            },
                        ],
                    },
                },
            },
        };

    static IEnumerable<(int Status, string Code, string Title)> OfCall(OpenApiOperation operation, ApiDescription call)
    {
        var metadata = call.ActionDescriptor.EndpointMetadata;
        var codes = metadata.OfType<RefusesAttribute>().SelectMany(refuses => refuses.Codes);
        if (metadata.OfType<RateLimitedAttribute>().Any())
        {
            codes = codes.Append(UploadErrorCode.RateLimited);
        }

        if (operation.RequestBody is not null)
        {
            codes = codes.Append(UploadErrorCode.Timeout);
            yield return OfStatus(StatusCodes.Status415UnsupportedMediaType);
        }

        if (!HttpMethods.IsGet(call.HttpMethod!))
        {
            yield return (StatusCodes.Status403Forbidden, ErrorTable.CrossSite, ErrorTable.CrossSiteTitle);
        }

        foreach (var code in codes)
        {
            yield return ErrorTable.Rows[code];
        }

        yield return OfStatus(StatusCodes.Status500InternalServerError);
    }

    static (int Status, string Code, string Title) OfStatus(int status)
    {
        var (code, title, _) = ErrorTable.OfStatus(status);
        return (status, code, title);
    }

    static OpenApiSchema CodeOf(IEnumerable<string> codes) =>
        new() { Type = JsonSchemaType.String, Enum = [.. codes.Select(code => (JsonNode)code)] };

    static OpenApiSchema ListOf(IOpenApiSchema items, string? description = null) =>
        new() { Type = JsonSchemaType.Array, Items = items, Description = description };

    static OpenApiSchema Of(JsonSchemaType type, string? description = null) =>
        new() { Type = type, Description = description };
}
