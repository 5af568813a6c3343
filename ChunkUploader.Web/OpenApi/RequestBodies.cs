using System.Text.Json;
using System.Text.Json.Nodes;
using ChunkUploader.Web.Api;
using FluentValidation;
using FluentValidation.Validators;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ChunkUploader.Web.OpenApi;

/// <summary>Describes the bodies that actions read themselves: forms by their input and its validator.</summary>
sealed class RequestBodies : IOpenApiOperationTransformer
{
    const string Multipart = "multipart/form-data";
    const string UrlEncoded = "application/x-www-form-urlencoded";
    const string FileField = "file";

    public async Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var action = context.Description.ActionDescriptor;
        if (action.Parameters.OfType<ControllerParameterDescriptor>()
            .Select(parameter => (parameter.Name, Form: FormOf(parameter)))
            .FirstOrDefault(parameter => parameter.Form is not null) is ({ } name, { } form))
        {
            operation.Parameters = operation.Parameters?.Where(parameter => parameter.Name != name).ToList();
            operation.RequestBody = await DescribeAsync(form, context, cancellationToken);
        }
        else if (action.EndpointMetadata.OfType<ClientFormAttribute>().SingleOrDefault() is { } clients)
        {
            if (!HttpMethods.IsGet(context.Description.HttpMethod!))
            {
                operation.RequestBody = Describe(clients);
                return;
            }

            operation.Parameters = [.. clients.Fields.Select(
                field => new OpenApiParameter { Name = field, In = ParameterLocation.Query, Schema = Text() })];
        }
        else if (action.EndpointMetadata.OfType<ReadsBodyAttribute>().SingleOrDefault() is { } body)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [body.ContentType] = new() { Schema = body.ContentType.StartsWith("text/") ? Text() : Binary() },
                },
            };
            if (body.Digest is { } header)
            {
                (operation.Parameters ??= []).Add(new OpenApiParameter
                {
                    Name = header,
                    In = ParameterLocation.Header,
                    Description = "Of the body, by RFC 9530: it is verified on arrival.",
                    Schema = Text(),
                    Example = JsonValue.Create("sha-256=:MV9b23bQeMQ7isAGTkoBZGErH853yGk0W/yUx1iU7dM=:"),
                });
            }
        }
    }

    static IUploadFormMetadata? FormOf(ControllerParameterDescriptor parameter) =>
        parameter.ParameterInfo.GetCustomAttributes(inherit: false).OfType<IUploadFormMetadata>().SingleOrDefault();

    /// <summary>As multipart, and without the file as urlencoded where that is all that is needed.</summary>
    static async Task<OpenApiRequestBody> DescribeAsync(
        IUploadFormMetadata form, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var type = typeof(IValidator<>).MakeGenericType(form.Input);
        var rules = ((IValidator?)context.ApplicationServices.GetService(type))?.CreateDescriptor()
            .GetMembersWithValidators()
            .ToDictionary(
                member => JsonNamingPolicy.CamelCase.ConvertName(member.Key),
                member => member.Select(rule => rule.Validator).ToList()) ?? [];
        var fields = (await context.GetOrCreateSchemaAsync(form.Input, null, ct)).Properties!.ToDictionary(
            field => field.Key,
            field => (IOpenApiSchema)DescribeField(
                field.Value.Description?.OnOneLine(), rules.GetValueOrDefault(field.Key)?.OfType<ITextRule>().SingleOrDefault()));
        var required = form.IsAllRequired
            ? fields.Keys.ToHashSet()
            : [.. rules.Where(field => field.Value.Exists(rule => rule is INotNullValidator)).Select(field => field.Key)];
        var content = new Dictionary<string, OpenApiMediaType>();
        if (!required.Contains(FileField))
        {
            content.Add(UrlEncoded, new() { Schema = FormOf(new Dictionary<string, IOpenApiSchema>(fields), required) });
        }

        if (form.Input.GetProperty("File") is not null)
        {
            fields.Add(FileField, Binary());
        }

        content.Add(Multipart, new() { Schema = FormOf(fields, required) });
        return new() { Required = required.Count > 0, Content = content };
    }

    static OpenApiSchema DescribeField(string? description, ITextRule? rule) =>
        rule?.Numbers is var (min, max)
            ? new()
            {
                Type = JsonSchemaType.Integer,
                Format = "int64",
                Minimum = $"{min}",
                Maximum = max < long.MaxValue ? $"{max}" : null,
                Description = description,
            }
            : new() { Type = JsonSchemaType.String, Pattern = rule?.Pattern, Description = description };

    static OpenApiRequestBody Describe(ClientFormAttribute clients)
    {
        OpenApiSchema Form(bool hasFile)
        {
            var fields = clients.Fields.ToDictionary(field => field, _ => (IOpenApiSchema)Text());
            if (hasFile)
            {
                fields.Add(FileField, Binary());
            }

            var form = FormOf(fields, new HashSet<string>());
            form.AdditionalProperties = new OpenApiSchema();
            return form;
        }

        return new()
        {
            Content = clients.TakesJson
                ? new Dictionary<string, OpenApiMediaType>
                {
                    [UrlEncoded] = new() { Schema = Form(hasFile: false) },
                    [Multipart] = new() { Schema = Form(hasFile: false) },
                    ["application/json"] = new() { Schema = Form(hasFile: false) },
                }
                : new() { [Multipart] = new() { Schema = Form(hasFile: true) } },
        };
    }

    static OpenApiSchema FormOf(IDictionary<string, IOpenApiSchema> fields, ISet<string> required) =>
        new() { Type = JsonSchemaType.Object, Properties = fields, Required = required };

    static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };

    static OpenApiSchema Binary() => new() { Type = JsonSchemaType.String, Format = "binary" };
}
