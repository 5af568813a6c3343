using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ChunkUploader.Web.OpenApi;

/// <summary>The description of the API, by OpenAPI 3.1, and a page for people who read it.</summary>
public sealed class ApiDocument
{
    public const string Path = "/openapi/v1.json";

    const string Name = "v1";

    readonly Lazy<Task<byte[]>> _bytes;

    public ApiDocument([FromKeyedServices(Name)] IOpenApiDocumentProvider provider) =>
        _bytes = new(() => WriteAsync(provider));

    /// <summary>It is made when somebody asks for it the first time.</summary>
    public Task<byte[]> BytesAsync() => _bytes.Value;

    public static void Add(IServiceCollection services)
    {
        // Schemas go by these options; the controllers, which write the answers, have their own.
        services.Configure<JsonOptions>(options => options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict);
        services.AddSingleton<ApiDocument>();
        services.AddOpenApi(Name, options =>
        {
            options.ShouldInclude = description => !HttpMethods.IsHead(description.HttpMethod!); // it goes without saying
            options.CreateSchemaReferenceId = type =>
                OpenApiOptions.CreateDefaultSchemaReferenceId(type)?.Replace("Model", "", StringComparison.Ordinal);
            options.AddSchemaTransformer<SchemaConventions>();
            options.AddOperationTransformer<RequestBodies>();
            options.AddOperationTransformer<Answers>();
            options.AddOperationTransformer<Refusals>();
            options.AddOperationTransformer<Owners>();
            options.AddDocumentTransformer<Refusals>();
            options.AddDocumentTransformer<Owners>();
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new()
                {
                    Title = "ChunkUploader",
                    Version = "1",
                    Description = "A file goes up in a session: begin it, send its chunks, complete it. Requests are forms, answers "
                        + "are JSON. What answers GET answers HEAD, too.",
                };
                document.Servers = [new() { Url = ".." }]; // from this document's address on, wherever a proxy puts it
                document.Tags = new HashSet<OpenApiTag>
                {
                    new() { Name = "Uploads", Description = "Sessions: one file on its way in each." },
                    new() { Name = "Chunks", Description = "What a session is sent in, in any order and in parallel." },
                    new() { Name = "Files", Description = "What is stored, for everybody who has a file's link." },
                    new() { Name = ClientFormAttribute.Tag, Description = "The forms of clients that know no session." },
                };
                foreach (var input in document.Components!.Schemas!.Keys.Where(name => name.EndsWith("Input", StringComparison.Ordinal)).ToList())
                {
                    document.Components.Schemas.Remove(input); // each form is described where it is taken
                }

                return Task.CompletedTask;
            });
        });
    }

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet(
        Path, async (ApiDocument document) => Results.Bytes(await document.BytesAsync(), "application/json"))
        .ExcludeFromDescription();

    static async Task<byte[]> WriteAsync(IOpenApiDocumentProvider provider)
    {
        var document = await provider.GetOpenApiDocumentAsync(CancellationToken.None);
        using var stream = new MemoryStream();
        await document.SerializeAsync(stream, OpenApiSpecVersion.OpenApi3_1, OpenApiConstants.Json, CancellationToken.None);
        return stream.ToArray();
    }
}
