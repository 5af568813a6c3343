using ChunkUploader.Infrastructure.Persistence;
using ChunkUploader.Web.Configuration;
using ChunkUploader.Web.Security;

var builder = WebApplication.CreateBuilder(args);

UploaderSettings settings;
try
{
    settings = UploaderSettings.Read(builder.Configuration, builder.Environment.ContentRootPath);
}
catch (InvalidSettingsException exception)
{
    await Console.Error.WriteLineAsync($"The configuration is not valid:{Environment.NewLine}{exception.Message}");
    return 1;
}

builder.WebHost.UseDefaultAddress(builder.Configuration);
builder.Services.AddUploader(settings);

var app = builder.Build();
try
{
    app.Services.GetRequiredService<UploaderDatabase>().Open();
}
catch (IOException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}

var password = app.Services.GetRequiredService<AdminPassword>();
if (await password.EnsureAsync(settings.Admin.ResetPassword, CancellationToken.None) is { } shownOnce)
{
    await Console.Out.WriteLineAsync($"The admin password, shown only this once: {shownOnce}");
}

app.UseExceptionHandler("/error");
app.UseSecurityHeaders();
app.UseMiddleware<CrossSiteGuard>();
app.UseAuthentication();
app.UseAuthorization();
app.MapStaticAssets();
app.MapControllers().WithStaticAssets();
await app.RunAsync();
return 0;
