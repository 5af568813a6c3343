using System.Text.Encodings.Web;
using System.Text.Unicode;
using ChunkUploader.Domain.Content;
using ChunkUploader.Domain.Files;
using ChunkUploader.Domain.Forms;
using ChunkUploader.Domain.Uploads;
using ChunkUploader.Infrastructure;
using ChunkUploader.Web.Connections;
using ChunkUploader.Web.Downloads;
using ChunkUploader.Web.Errors;
using ChunkUploader.Web.Forms;
using ChunkUploader.Web.Forms.Dialects;
using ChunkUploader.Web.Localization;
using ChunkUploader.Web.Security;
using ChunkUploader.Web.Validation;
using FluentValidation;
using FluentValidation.AspNetCore;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.WebEncoders;

namespace ChunkUploader.Web.Configuration;

/// <summary>What the application is made of.</summary>
public static class UploaderServices
{
    public static IServiceCollection AddUploader(this IServiceCollection services, UploaderSettings settings)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(settings.Policy());
        services.AddSingleton(settings.Limits);
        services.AddSingleton(settings.Downloads);
        services.AddSingleton(settings.Cors);
        services.AddInfrastructure(settings.Storage);
        return services.AddDomain().AddConnections().AddPages(settings);
    }

    /// <summary>The domain's services; what is behind their ports is registered apart.</summary>
    public static IServiceCollection AddDomain(this IServiceCollection services)
    {
        services.AddSingleton<OpenUploads>();
        services.AddSingleton<BlobIntegrity>();
        services.AddSingleton<InstantUpload>();
        services.AddSingleton<UploadCompletion>();
        services.AddSingleton<UploadService>();
        services.AddSingleton<UploadTakeOver>();
        services.AddSingleton<WholeFileUpload>();
        services.AddSingleton<ChunkReceiver>();
        services.AddSingleton<ReceivedBlocks>();
        services.AddSingleton<UploadExpiry>();
        services.AddSingleton<FileCatalog>();
        services.AddSingleton<Trash>();
        services.AddSingleton<BlobJanitor>();
        services.AddSingleton<BlobRecovery>();
        services.AddSingleton<FormSessions>();
        services.AddSingleton<SplitUploads>();
        services.AddSingleton<RepeatedChunks>();
        services.AddSingleton<ParkedChunks>();
        services.AddSingleton<FormPlans>();
        services.AddSingleton<FormChunkReceiver>();
        services.AddSingleton<FormCompletion>();
        services.AddSingleton<Arrivals>();
        services.AddSingleton<FormUploads>();
        services.AddSingleton<Md5Claims>();
        return services;
    }

    static IServiceCollection AddConnections(this IServiceCollection services)
    {
        services.AddSingleton<ConnectionBuffers>();
        services.AddSingleton<IMemoryPoolFactory<byte>>(provider => provider.GetRequiredService<ConnectionBuffers>());
        services.AddHostedService<BufferTrimming>();
        services.Configure<SocketTransportOptions>(options =>
            options.MaxReadBufferSize = 2 * ConnectionBuffers.LargeLength); // one is filled while one is written
        // A phone in a tunnel sends little for a while; it is not to lose its chunk for that.
        services.Configure<KestrelServerOptions>(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MinRequestBodyDataRate =
                new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(30));
        });
        return services;
    }

    static IServiceCollection AddPages(this IServiceCollection services, UploaderSettings settings)
    {
        services.AddSingleton<MediaTypes>();
        services.AddSingleton<UploadFormReader>();
        services.AddSingleton<FormChunkReader>();
        services.AddSingleton<FormRequests>();
        services.AddSingleton<PlainFiles>();
        services.AddSingleton<Visitor>();
        services.AddSingleton<GuestKey>();
        services.AddSingleton(provider => provider.GetRequiredService<GuestKey>().ResumeSecrets());
        services.AddSingleton<OwnerResolver>();
        services.AddSingleton<RequestLimits>();
        services.AddSingleton<OtherOrigins>();
        services.AddCors();
        services.AddSingleton<IActionResultExecutor<FileStreamResult>, StoredFileExecutor>();
        services.AddAdminCookie();

        // Cookies stay valid over restarts, wherever the process runs.
        services.AddDataProtection()
            .SetApplicationName("ChunkUploader")
            .PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(settings.Storage.Root, "keys")));

        services.AddFluentValidationAutoValidation();
        services.AddValidatorsFromAssemblyContaining<BeginInputValidator>(ServiceLifetime.Singleton);
        services.AddSingleton(_ => Languages.Read(Path.Combine(AppContext.BaseDirectory, "Languages")));
        services.Configure<WebEncoderOptions>(options =>
            options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All)); // Chinese is not spelt in numbers
        services.AddProblemDetails();
        services.AddControllersWithViews(options =>
        {
            options.Filters.Add<RefusalFilter>();
            options.Filters.Add<PageLanguageFilter>();
            options.ModelMetadataDetailsProviders.Add(new SuppressChildValidationMetadataProvider(typeof(UploadForm)));
            options.ModelMetadataDetailsProviders.Add(new SuppressChildValidationMetadataProvider(typeof(FormPart)));
        }).ConfigureApiBehaviorOptions(options =>
            options.InvalidModelStateResponseFactory = context => Problems.Of(context.ModelState));
        return services;
    }
}
