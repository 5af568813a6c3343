using System.Reflection;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ChunkUploader.Web.OpenApi;

/// <summary>What types of answers do not say of themselves.</summary>
sealed class SchemaConventions : IOpenApiSchemaTransformer
{
    static readonly NullabilityInfoContext Nullability = new();

    public Task TransformAsync(
        OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        schema.Description = schema.Description?.OnOneLine();
        if (context.JsonPropertyInfo?.AttributeProvider is PropertyInfo property)
        {
            if (schema.Items is OpenApiSchema items
                && Nullability.Create(property).GenericTypeArguments is [{ ReadState: NullabilityState.Nullable }])
            {
                items.Type |= JsonSchemaType.Null;
            }
        }
        else if (schema.Properties is { } properties)
        {
            schema.Required = properties.Keys.ToHashSet(); // null is written, too
            schema.AdditionalProperties = context.JsonTypeInfo.Properties.Any(each => each.IsExtensionData) ? new OpenApiSchema() : null;
        }

        var type = context.JsonTypeInfo.Type;
        if (type == typeof(int[]) || type == typeof(long[]))
        {
            (schema.MinItems, schema.MaxItems) = (2, 2); // a run or a range: there are no other ones
        }

        return Task.CompletedTask;
    }

    /// <summary>A run or a range.</summary>
    public static OpenApiSchema PairOf(IOpenApiSchema items) =>
        new() { Type = JsonSchemaType.Array, Items = items, MinItems = 2, MaxItems = 2 };
}
