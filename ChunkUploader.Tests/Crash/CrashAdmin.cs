using System.Collections.Concurrent;
using System.Net;
using ChunkUploader.Tests.Support;

namespace ChunkUploader.Tests.Crash;

/// <summary>Deletes stored files into the trash, and restores them or deletes them for good, by the admin's forms.</summary>
sealed class CrashAdmin(
    CrashingServer server, ConcurrentBag<TrackedUpload> uploads, Random random, CancellationToken ct) : IDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    readonly HttpClient _http = new(new SocketsHttpHandler
    {
        CookieContainer = new CookieContainer(), UseProxy = false, AllowAutoRedirect = false,
    })
    {
        BaseAddress = server.Address,
    };

    public async Task RunAsync()
    {
        while (!ct.IsCancellationRequested)
        {
            var stored = uploads.Where(upload => upload.FileId is not null && !upload.MayBeGone).ToArray();
            if (stored.Length > 0)
            {
                await DeleteAsync(stored[random.Next(stored.Length)]);
            }

            await Task.Delay(Pause, ct);
        }
    }

    public void Dispose() => _http.Dispose();

    async Task DeleteAsync(TrackedUpload upload)
    {
        upload.MayBeTrashed = true;
        await PostUntilAsync($"admin/delete/{upload.FileId}", upload, HttpStatusCode.NotFound);
        if (random.Next(2) == 0)
        {
            await PostUntilAsync($"admin/trash/restore/{upload.FileId}", upload, HttpStatusCode.OK);
            upload.MayBeTrashed = false;
        }
        else
        {
            upload.MayBeGone = true;
            await PostUntilAsync($"admin/trash/delete/{upload.FileId}", upload, HttpStatusCode.NotFound);
            upload.IsGone = true;
        }
    }

    /// <summary>Sends a form, again where the server died meanwhile, until the file's page answers as it then must.</summary>
    async Task PostUntilAsync(string form, TrackedUpload upload, HttpStatusCode wanted)
    {
        while (true)
        {
            var posted = await server.TryAsync(() => PostAsync(form), ct, isAdmin: true);
            if (posted is { Status: 302 }
                && await server.TryAsync(
                    () => SendAsync(HttpMethod.Get, $"files/{upload.FileId}"), ct, isAdmin: true) is { } page
                && page.Status == (int)wanted)
            {
                return;
            }

            await Task.Delay(Pause, ct);
        }
    }

    async Task<ApiAnswer> PostAsync(string form)
    {
        // A restart has made a new password, so it has ended every sign-in.
        var list = await SendAsync(HttpMethod.Get, "admin");
        if (list.Status != 200)
        {
            var ask = await SendAsync(HttpMethod.Get, "admin/sign-in");
            await SendAsync(HttpMethod.Post, "admin/sign-in", AdminVisit.TokenIn(ask), server.Process.AdminPassword);
            list = await SendAsync(HttpMethod.Get, "admin");
        }

        return list.Status == 200 ? await SendAsync(HttpMethod.Post, form, AdminVisit.TokenIn(list)) : list;
    }

    async Task<ApiAnswer> SendAsync(HttpMethod method, string path, string? token = null, string? password = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
        {
            request.Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["__RequestVerificationToken"] = token, ["password"] = password ?? "",
            });
        }

        using var response = await _http.SendAsync(request, ct);
        return await ApiAnswer.ReadAsync(response, ct);
    }
}
