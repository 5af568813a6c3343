using ChunkUploader.Web.Errors;
using ChunkUploader.Web.Security;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ChunkUploader.Web.OpenApi;

/// <summary>Describes by what owners are told apart. Whoever says nothing is a guest, so none of it is required.</summary>
sealed class Owners : IOpenApiOperationTransformer, IOpenApiDocumentTransformer
{
    static readonly Dictionary<string, OpenApiSecurityScheme> Schemes = new()
    {
        ["owner"] = new()
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = OwnerResolver.Header,
            Description = $"128 random bits of a script's own: `{OwnerResolver.Pattern}`. Goes before any cookie.",
        },
        ["visitor"] = new()
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Cookie,
            Name = Visitor.OwnCookie,
            Description = "A visitor of this server's pages, which set it.",
        },
        ["otherVisitor"] = new()
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Cookie,
            Name = Visitor.OtherCookie,
            Description = "A visitor of another site's page; it holds for that site alone.",
        },
    };

    public Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<OfOwnerAttribute>().Any())
        {
            operation.Security =
            [
                .. Schemes.Keys.Select(name => new OpenApiSecurityRequirement
                {
                    [new OpenApiSecuritySchemeReference(name, context.Document)] = [],
                }),
                [],
            ];
        }

        return Task.CompletedTask;
    }

    public Task TransformAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (var (name, scheme) in Schemes)
        {
            document.AddComponent(name, scheme);
        }

        return Task.CompletedTask;
    }
}
