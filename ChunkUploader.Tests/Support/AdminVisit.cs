using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace ChunkUploader.Tests.Support;

/// <summary>A browser that visits the admin's pages, without being one.</summary>
/// <param name="scheme">What a proxy in front says that it is: http or https.</param>
/// <param name="forwardedFor">From where, as it says.</param>
public sealed partial class AdminVisit(
    Uri address, CookieContainer? cookies = null, string? scheme = null, string? forwardedFor = null) : IDisposable
{
    readonly UploadClient _client = UploadClient.Guest(address, cookies: cookies ?? new CookieContainer());

    public async Task<ApiAnswer> SignInAsync(string password) =>
        await PostAsync("admin/sign-in", await GetAsync("admin/sign-in"), ("password", password));

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <param name="page">Where the form is.</param>
    public Task<ApiAnswer> PostAsync(string path, ApiAnswer page, params (string Name, string Value)[] fields)
    {
        var token = TokenIn(page);
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(
                fields.Append(("__RequestVerificationToken", token))
                    .Select(field => KeyValuePair.Create(field.Item1, field.Item2))),
        });
    }

    /// <summary>The antiforgery token of a page's form.</summary>
    public static string TokenIn(ApiAnswer page) =>
        Token().Match(Encoding.UTF8.GetString(page.Body)).Groups[1].Value;

    public void Dispose() => _client.Dispose();

    Task<ApiAnswer> SendAsync(HttpRequestMessage request)
    {
        if (scheme is not null)
        {
            request.Headers.Add("X-Forwarded-Proto", scheme);
        }

        if (forwardedFor is not null)
        {
            request.Headers.Add("X-Forwarded-For", forwardedFor);
        }

        return _client.SendAsync(request);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
