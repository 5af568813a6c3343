using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using ChunkUploader.Tests.Support;

namespace ChunkUploader.Tests.Crash;

/// <summary>
/// One of those who use the server: uploads files one after the other, in a dialect of its own, and never gives up.
/// </summary>
/// <param name="dialect">A form client's, or <c>native</c>, <c>whole</c> or <c>plain</c>.</param>
/// <param name="isGuest">It does not say who it is, and keeps the cookie that it is given for some uploads.</param>
sealed class CrashClient(
    string dialect, bool isGuest, CrashingServer server, ConcurrentBag<TrackedUpload> uploads, Random random,
    CancellationToken ct)
{
    const int MaxSize = 1_500_000;
    static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(2);
    static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    /// <summary>Of the native API the smallest.</summary>
    const int NativeChunkSize = 256 * 1024;

    CookieContainer _cookies = new();

    public async Task RunAsync()
    {
        while (!ct.IsCancellationRequested)
        {
            var upload = Begin();
            uploads.Add(upload);
            _cookies = random.Next(3) == 0 ? new CookieContainer() : _cookies;
            using var client = isGuest
                ? UploadClient.Guest(server.Address, cookies: _cookies)
                : new UploadClient(server.Address, upload.Owner);
            await (dialect switch
            {
                "native" => UploadNativelyAsync(client, upload),
                "whole" => UploadWholeAsync(client, upload),
                "plain" => UploadPlainlyAsync(client, upload),
                _ => UploadByFormAsync(client, upload),
            });
        }
    }

    /// <summary>A file of any size, in one of five cases with the bytes of another one.</summary>
    TrackedUpload Begin()
    {
        var known = random.Next(5) == 0 ? uploads.FirstOrDefault(other => other.FileId is not null) : null;
        var bytes = known?.File.Bytes ?? new byte[random.Next(8) == 0 ? random.Next(20) : random.Next(MaxSize)];
        if (known is null)
        {
            random.NextBytes(bytes);
        }

        return new TrackedUpload(new TestFile($"{Guid.NewGuid():N}.bin", bytes), isGuest ? null : $"{Guid.NewGuid():N}");
    }

    async Task UploadNativelyAsync(UploadClient client, TrackedUpload upload)
    {
        var file = upload.File;
        (string, object?)[] digests = random.Next(2) == 0
            ? [("md5", file.Md5), ("contentHash", file.ContentHash), ("firstBlock", file.FirstBlock)]
            : [];
        var session = await AskAsync(() => client.BeginAsync(file.Name, file.Size, [("chunkSize", NativeChunkSize), .. digests]));
        if (session.State == "proof" && random.Next(4) > 0)
        {
            session = await AskAsync(() => client.ProveAsync(session.Id, file.Answer(session["challenge"])));
        }

        if (random.Next(10) == 0)
        {
            await CancelAsync(client, upload, session);
            return;
        }

        if (session.State != "completed")
        {
            var order = Enumerable.Range(0, session["chunkCount"].GetInt32()).ToArray();
            random.Shuffle(order);
            await InParallelAsync(order, async index =>
            {
                var chunk = file.Chunk(index, NativeChunkSize);
                await AskAsync(() => index % 2 == 0
                    ? client.PutChunkAsync(session.Id, index, chunk, ct: ct)
                    : client.PostChunkAsync(session.Id, index, chunk, TestFile.Sha256(chunk.Span)));
                upload.Acknowledged[index] = ((long)index * NativeChunkSize, chunk.Length);
            });
            session = await AskAsync(() => client.CompleteAsync(session.Id, file.Md5));
        }

        Complete(upload, session);
    }

    async Task CancelAsync(UploadClient client, TrackedUpload upload, ApiAnswer session)
    {
        upload.MayBeGone = true;
        while (await server.TryAsync(() => client.DeleteAsync(session.Id), ct) is not { } answer)
        {
        }

        upload.IsGone = true;
    }

    async Task UploadWholeAsync(UploadClient client, TrackedUpload upload)
    {
        var (file, id) = (upload.File, Guid.NewGuid().ToString("N"));
        Complete(upload, await AskAsync(() => client.PostAsync(
            "uploads", [("id", id), ("fileName", file.Name), ("size", file.Size), ("md5", file.Md5)], file.Bytes)));
    }

    /// <summary>Forms have no way to ask what has become of a lost answer: each try may store the file once more.</summary>
    async Task UploadPlainlyAsync(UploadClient client, TrackedUpload upload) =>
        Complete(upload, await AskAsync(() => client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "upload")
        {
            Content = new MultipartFormDataContent { { new ReadOnlyMemoryContent(upload.File.Bytes), "file", upload.File.Name } },
        })));

    async Task UploadByFormAsync(UploadClient client, TrackedUpload upload)
    {
        var (joinsTail, fields) = DialectClients.All[dialect];
        var isMd5 = dialect == "the md5 form";
        var chunkSize = random.Next(50_000, 400_000);
        var count = FormChunk.CountOf(upload.File.Size, chunkSize, joinsTail);
        var order = Enumerable.Range(0, count).ToArray();
        ApiAnswer? completed = null;
        if (DialectClients.ByName.Contains(dialect))
        {
            foreach (var index in order)
            {
                await SendAsync(index);
            }
        }
        else
        {
            if (DialectClients.WithoutSizes.Contains(dialect) && random.Next(2) == 0)
            {
                await SendAsync(count - 1); // which has no place yet, so that it may be killed meanwhile
                await Task.Delay(MaxWait * random.NextDouble(), ct);
            }

            random.Shuffle(order);
            await InParallelAsync(order, SendAsync);
        }

        // The last chunk's answer has the file; where that was lost, the chunk is sent again.
        while (!isMd5 && completed is null)
        {
            await SendAsync(order[^1]);
        }

        Complete(upload, isMd5
            ? await AskAsync(() => client.PostAsync(
                "chunked/merge", [("md5", upload.File.Md5), ("total", count), ("name", upload.File.Name)]))
            : completed!);

        async Task SendAsync(int index)
        {
            var piece = new FormChunk(upload.File, index, chunkSize, joinsTail);
            var answer = await AskAsync(() => client.PostAsync(isMd5 ? "chunked/chunk" : "upload", fields(piece), piece.Bytes));
            upload.Acknowledged[index] = (piece.Offset, piece.Bytes.Length);
            if (HasFile(answer))
            {
                completed = answer;
            }
        }
    }

    static async Task InParallelAsync(int[] order, Func<int, Task> act)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            for (var i = Interlocked.Increment(ref next); i < order.Length; i = Interlocked.Increment(ref next))
            {
                await act(order[i]);
            }
        }));
    }

    /// <summary>Asks until there is an answer that says yes; any refusal that is not for a moment is a fault.</summary>
    async Task<ApiAnswer> AskAsync(Func<Task<ApiAnswer>> request)
    {
        while (true)
        {
            switch (await server.TryAsync(request, ct))
            {
                case null:
                    break;
                case { Status: 200 or 201 } yes:
                    return yes;
                case { Status: 202 } or { Status: 409, Headers.RetryAfter: not null }:
                    await Task.Delay(Moment, ct);
                    break;
                case { } refusal:
                    throw new InvalidOperationException($"{dialect}: {refusal}");
            }
        }
    }

    static bool HasFile(ApiAnswer answer) =>
        answer.Json.TryGetProperty("file", out var file) && file.ValueKind == JsonValueKind.Object;

    void Complete(TrackedUpload upload, ApiAnswer answer)
    {
        var file = answer["file"];
        if (file.GetProperty("md5").GetString() != upload.File.Md5)
        {
            throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"{dialect}: {upload.File.Name} became another file: {answer}"));
        }

        upload.FileId = file.GetProperty("id").GetString();
    }
}
