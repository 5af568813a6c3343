using System.Text.Encodings.Web;
using System.Text.Unicode;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;
using ChunkUploader.Domain.Clients;
using ChunkUploader.Domain.Completion;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Infrastructure;
using ChunkUploader.Infrastructure.Storage;
using ChunkUploader.Web.Api;
using ChunkUploader.Web.Clients;
using ChunkUploader.Web.Connections;
using ChunkUploader.Web.Downloads;
using ChunkUploader.Web.Errors;
using ChunkUploader.Web.Localization;
using ChunkUploader.Web.Multipart;
using ChunkUploader.Web.OpenApi;
using ChunkUploader.Web.Pages;
using ChunkUploader.Web.Security;
using FluentValidation;
using FluentValidation.AspNetCore;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.WebEncoders;

namespace ChunkUploader.Web.Configuration;

/// <summary>What the application is made of.</summary>
public static class UploaderServices
{
    public static IServiceCollection AddUploader(this IServiceCollection services) =>
        services.AddSingleton(TimeProvider.System).AddQuietLogging().AddSettings().AddInfrastructure().AddDomain().AddConnections().AddPages();

    /// <summary>Whoever sends a token of another server, or none, is refused: no fault of the server's to be written down,
    /// as often as anybody likes.</summary>
    static IServiceCollection AddQuietLogging(this IServiceCollection services) =>
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.None));

    static IServiceCollection AddSettings(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<UploaderSettings>, UploaderSettingsValidator>();
        services.AddOptions<UploaderSettings>()
            .Configure<IConfiguration, IHostEnvironment>(UploaderSettings.Read)
            .ValidateOnStart();
        return services
            .AddSingleton(provider => provider.GetRequiredService<IOptions<UploaderSettings>>().Value.Policy(
                provider.GetRequiredService<IPartStore>().Limits))
            .AddPart(settings => settings.Storage)
            .AddPart(settings => settings.Limits)
            .AddPart(settings => settings.Downloads);
    }

    static IServiceCollection AddPart<T>(this IServiceCollection services, Func<UploaderSettings, T> part)
        where T : class =>
        services.AddSingleton(provider => part(provider.GetRequiredService<IOptions<UploaderSettings>>().Value));

    /// <summary>The domain's services; what is behind their ports is registered apart.</summary>
    public static IServiceCollection AddDomain(this IServiceCollection services)
    {
        services.AddSingleton<ActiveUploads>();
        services.AddSingleton<BlobIntegrity>();
        services.AddSingleton<PossessionClaims>();
        services.AddSingleton<InstantUpload>();
        services.AddSingleton<UploadCompletion>();
        services.AddSingleton<UploadService>();
        services.AddSingleton<OwnershipTransfer>();
        services.AddSingleton<WholeFileUpload>();
        services.AddSingleton<ChunkReceiver>();
        services.AddSingleton<ReceivedBlocks>();
        services.AddSingleton<UploadExpiry>();
        services.AddSingleton<FileCatalog>();
        services.AddSingleton<Trash>();
        services.AddSingleton<BlobJanitor>();
        services.AddSingleton<BlobRecovery>();
        services.AddSingleton<ClientSessions>();
        services.AddSingleton<SplitUploads>();
        services.AddSingleton<RepeatedChunks>();
        services.AddSingleton<ClientChunkReceiver>();
        services.AddSingleton<ClientCompletion>();
        services.AddSingleton<IStagedBlobs, StagedBlobs>();
        services.AddSingleton<IKeyedLock, KeyedLock>();
        services.AddSingleton<ClientUploads>();
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

    static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddSingleton<MediaTypes>();
        services.AddSingleton<FilePreviews>();
        services.AddSingleton<UploadFormReader>();
        services.AddSingleton<ClientChunkReader>();
        services.AddSingleton<ClientRequests>();
        services.AddSingleton<PlainFiles>();
        services.AddSingleton<Visitor>();
        services.AddSingleton<ServerSecret>();
        services.AddSingleton(provider => provider.GetRequiredService<ServerSecret>().ResumeLinkSecrets());
        services.AddSingleton<IOwnerResolver, OwnerResolver>();
        services.AddSingleton<RequestLimits>();
        services.AddSingleton<CorsOrigins>();
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<IOptions<UploaderSettings>>(
            (cors, settings) => CorsOrigins.Configure(cors, settings.Value.Cors));
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<UploaderSettings>>((forwarded, settings) =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor
                | ForwardedHeaders.XForwardedProto
                | ForwardedHeaders.XForwardedPrefix;
            forwarded.ForwardLimit = null; // as many as are known
            settings.Value.Proxy.Networks().ToList().ForEach(forwarded.KnownIPNetworks.Add);
        });
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<RequestLimits, IOwnerResolver>(BeginLimit.Configure);
        services.AddSingleton<IActionResultExecutor<FileStreamResult>, StoredFileExecutor>();
        services.AddAdminCookie();

        // Cookies stay valid over restarts, wherever the process runs.
        services.AddDataProtection().SetApplicationName("ChunkUploader");
        services.AddOptions<KeyManagementOptions>().Configure<BlobPaths, ILoggerFactory>((keys, paths, loggers) =>
            keys.XmlRepository = new FileSystemXmlRepository(new DirectoryInfo(paths.Keys), loggers));

        services.AddFluentValidationAutoValidation();
        services.AddValidatorsFromAssemblyContaining<BeginInputValidator>(ServiceLifetime.Singleton);
        services.AddSingleton(_ => Languages.Read(Path.Combine(AppContext.BaseDirectory, "Languages")));
        services.Configure<WebEncoderOptions>(options =>
            options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All)); // Chinese is not spelt in numbers
        services.AddProblemDetails();
        services.AddPageCompression();
        services.AddAntiforgery(options => options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);
        services.Configure<CookieTempDataProviderOptions>(
            options => options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);
        services.AddControllersWithViews(options =>
        {
            options.Conventions.Add(new HeadConvention());
            options.Filters.Add<RefusalFilter>();
            options.Filters.Add<PageLanguageFilter>();
            options.ModelMetadataDetailsProviders.Add(new SuppressChildValidationMetadataProvider(typeof(UploadForm)));
            options.ModelMetadataDetailsProviders.Add(new SuppressChildValidationMetadataProvider(typeof(MultipartPart)));
        }).ConfigureApiBehaviorOptions(options =>
            options.InvalidModelStateResponseFactory = context => Problems.Of(context.ModelState));
        services.AddOptions<MvcOptions>().Configure<IOptions<JsonOptions>>(
            (mvc, json) => BufferedJsonFormatter.Configure(mvc, json.Value));
        ApiDocument.Add(services);
        return services;
    }
}
