using System.Data.Common;
using System.Xml;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Infrastructure.Persistence;
using ChunkUploader.Infrastructure.Persistence.Sqlite;
using ChunkUploader.Web.Configuration;
using ChunkUploader.Web.Connections;
using ChunkUploader.Web.Localization;
using ChunkUploader.Web.OpenApi;
using ChunkUploader.Web.Security;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;

if (CommandLineArguments.FindFault(args) is { } fault)
{
    await Console.Error.WriteLineAsync(fault);
    return 1;
}

// Published, the application stands beside its files, wherever it is started from.
// The settings are read once: watching their files would mean watching every folder beside them, all data too.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = ["--hostBuilder:reloadConfigOnChange=false", .. args],
    ContentRootPath = Directory.Exists(Path.Combine(AppContext.BaseDirectory, "wwwroot"))
        ? AppContext.BaseDirectory
        : null,
});

builder.WebHost.UseDefaultAddress(builder.Configuration);
builder.Services.AddUploader();
var app = builder.Build();
try
{
    app.Services.GetRequiredService<IStartupValidator>().Validate();
}
catch (OptionsValidationException exception)
{
    await Console.Error.WriteLineAsync(
        string.Join(Environment.NewLine, exception.Failures.Prepend("The configuration is not valid:")));
    return 1;
}

if ("true".Equals(builder.Configuration["ForwardedHeaders_Enabled"], StringComparison.OrdinalIgnoreCase))
{
    await Console.Error.WriteLineAsync(
        "ASPNETCORE_FORWARDEDHEADERS_ENABLED believes whoever connects: remove it, and name the proxies in Proxy:Known.");
    return 1;
}

if (builder.Configuration["urls"]?.Split(';').FirstOrDefault(HasPath) is { } address)
{
    await Console.Error.WriteLineAsync(
        $"{address} has a path: addresses to listen on have none; where a proxy serves the application below a path, set PublicUrl.");
    return 1;
}

var settings = app.Services.GetRequiredService<IOptions<UploaderSettings>>().Value;
try
{
    app.Services.GetRequiredService<Languages>();
    app.Services.GetRequiredService<UploaderDatabase>().Open(settings.Recover);
    app.Services.GetRequiredService<ServerSecret>();
    app.Services.GetRequiredService<IKeyManager>().GetAllKeys();
    await RecoverAsync(app.Services.GetRequiredService<BlobRecovery>(), settings.Recover);
    var password = app.Services.GetRequiredService<AdminPassword>();
    if (await password.EnsureAsync(settings.Admin.ResetPassword, CancellationToken.None) is { } shownOnce)
    {
        await Console.Out.WriteLineAsync($"The admin password, shown only this once: {shownOnce}");
    }
}
catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or UploadException)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}
catch (Exception exception) when (exception is XmlException or DbException)
{
    await Console.Error.WriteLineAsync(
        $"The data folder '{settings.Storage.Root}' holds damaged {(exception is DbException ? "data" : "keys")}: "
        + exception.Message);
    return 1;
}

app.UsePlausiblePrefix();
app.UseForwardedHeaders();
app.UsePublicUrl(settings.PublicUrl);
app.UseRequestBodyReader();
app.UseExceptionHandler(new ExceptionHandlerOptions
{
    ExceptionHandlingPath = "/error",
    SuppressDiagnosticsCallback = static fault => fault.Exception is BadHttpRequestException, // the client's fault
});
app.UseSecurityHeaders();
app.UseStatusCodePagesWithReExecute("/error/{0}");
app.UseRouting(); // not before, as the path may begin with that of the application
app.UsePageCompression();
app.UseCors();
app.UseMiddleware<CrossSiteGuard>();
app.UseMiddleware<ContentEncodingGuard>();
app.UseBeginLimit();
app.UseAuthentication();
app.UseAuthorization();
app.MapStaticAssets().RequireCors(CorsOrigins.Policy);
app.MapControllers().WithStaticAssets();
ApiDocument.Map(app);
ApiPage.Map(app);
try
{
    await app.StartAsync();
}
catch (Exception exception)
{
    // Addresses that cannot be listened on, most of all; Kestrel has as many types of exceptions for that as reasons.
    await Console.Error.WriteLineAsync($"The server cannot start: {exception.Message}");
    return 1;
}

await app.WaitForShutdownAsync();
await app.DisposeAsync(); // what is being committed is, and the log is written
return 0;

static bool HasPath(string address) =>
    address.IndexOf("://", StringComparison.Ordinal) is > 0 and var at
    && address[(at + 3)..] is var target
    && !target.StartsWith("unix:", StringComparison.OrdinalIgnoreCase)
    && !target.StartsWith("pipe:", StringComparison.OrdinalIgnoreCase)
    && target.TrimEnd('/').Contains('/', StringComparison.Ordinal);

static async Task RecoverAsync(BlobRecovery recovery, RecoverMode? mode)
{
    if (mode == RecoverMode.Adopt)
    {
        await Console.Out.WriteLineAsync("Stored files that the database does not know are hashed; it takes a while.");
        var adopted = await recovery.AdoptAsync(CancellationToken.None);
        await Console.Out.WriteLineAsync($"{adopted} stored files came back.");
    }
    else if (mode == RecoverMode.Quarantine)
    {
        await Console.Out.WriteLineAsync(
            $"{await recovery.QuarantineAsync(CancellationToken.None)} stored files were moved to quarantine.");
    }
}
