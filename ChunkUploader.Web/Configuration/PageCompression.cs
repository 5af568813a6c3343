using ChunkUploader.Web.Pages;

namespace ChunkUploader.Web.Configuration;

/// <summary>
/// Pages and their texts are sent compressed, over https too: the secrets in them are antiforgery tokens, which no two
/// answers have in common. Stored files pass by, as the layer between would copy their bytes.
/// </summary>
static class PageCompression
{
    public static IServiceCollection AddPageCompression(this IServiceCollection services) =>
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = ["text/html", LanguagesController.ContentType];
        });

    /// <summary>To be used when it is known what answers.</summary>
    public static IApplicationBuilder UsePageCompression(this IApplicationBuilder app) =>
        app.UseWhen(
            static context => context.GetEndpoint()?.Metadata.GetMetadata<UncompressedAttribute>() is null,
            static pages => pages.UseResponseCompression());
}

/// <summary>An action that sends stored bytes.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class UncompressedAttribute : Attribute;
