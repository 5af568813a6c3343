using ChunkUploader.Domain.Chunks;
using ChunkUploader.Web.Api;
using ChunkUploader.Web.Errors;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ChunkUploader.Web.OpenApi;

/// <summary>Describes what answers have in common, and the parameters that addresses do.</summary>
sealed class Answers : IOpenApiOperationTransformer
{
    public Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Summary = operation.Summary?.OnOneLine().TrimEnd('.');
        operation.Description = operation.Description?.OnOneLine();
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            Describe(parameter);
        }

        var responses = operation.Responses ??= [];
        if (metadata.OfType<SendsFileAttribute>().Any())
        {
            AddFile(responses);
        }

        foreach (var content in responses.Values.Select(response => response.Content).OfType<IDictionary<string, OpenApiMediaType>>())
        {
            foreach (var text in content.Where(type => type.Key.StartsWith("text/", StringComparison.Ordinal)))
            {
                text.Value.Schema = new OpenApiSchema { Type = JsonSchemaType.String };
            }
        }

        AddHeader(responses, "201", "Location", "The session.");
        AddHeader(responses, "302", "Location", "The page.");
        if (metadata.OfType<OfSessionAttribute>().Any())
        {
            AddHeader(responses, "202", "Retry-After", "Seconds after which to ask again.");
        }

        return Task.CompletedTask;
    }

    public static OpenApiHeader Header(string description) =>
        new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    static void Describe(OpenApiParameter parameter)
    {
        var schema = (OpenApiSchema)parameter.Schema!;
        parameter.Description = parameter.Description?.OnOneLine();
        switch (parameter.Name)
        {
            case "id":
                schema.Pattern = Rules.IdPattern;
                break;
            case "index":
                (schema.Type, schema.Format) = (JsonSchemaType.Integer, "int32");
                schema.Maximum = $"{ChunkPlan.MaxChunks - 1}";
                break;
        }

        if (schema.Type == JsonSchemaType.Integer)
        {
            schema.Minimum = "0"; // everything is counted from 0 on
        }
    }

    static void AddFile(OpenApiResponses responses)
    {
        var bytes = new Dictionary<string, OpenApiMediaType>
        {
            ["*/*"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
        };
        responses["200"] = new OpenApiResponse { Description = "All bytes.", Content = bytes };
        responses["206"] = new OpenApiResponse { Description = "Those of the `Range`.", Content = bytes };
        responses["304"] = new OpenApiResponse { Description = "The client has them: `If-None-Match`." };
        responses["416"] = new OpenApiResponse { Description = "There are not so many bytes." };
        AddHeader(responses, "206", "Content-Range", "Which bytes these are.");
        AddHeader(responses, "416", "Content-Range", "How many bytes there are.");
        foreach (var status in new[] { "200", "206", "304" })
        {
            AddHeader(responses, status, "ETag", "The content hash.");
        }
    }

    static void AddHeader(OpenApiResponses responses, string status, string name, string description)
    {
        if (responses.TryGetValue(status, out var response))
        {
            (((OpenApiResponse)response).Headers ??= new Dictionary<string, IOpenApiHeader>()).Add(name, Header(description));
        }
    }
}
