using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using ChunkUploader.Tests.Support;

namespace ChunkUploader.Tests.Crash;

/// <summary>
/// Two clients of one dialect and owner, who send files of one name and size with some of the same chunks, at the same
/// time or one after the other. Each is stored as it is, or refused: then it gives up, or sends the file anew once the
/// server must have forgotten the two that have met.
/// </summary>
sealed class CrashNamesakes(
    CrashingServer server, ConcurrentBag<TrackedUpload> uploads, Random random, CancellationToken ct)
{
    const int MaxChunkSize = 200_000;
    const int MaxCount = 6;
    static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan MaxLag = TimeSpan.FromSeconds(1);
    static readonly TimeSpan MaxPause = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan Later = TimeSpan.FromSeconds(62);

    /// <summary>Whoever is told to wait longer gives up, as clients do: CLIENTS.md says for how long a chunk that comes
    /// again is kept out of the next file.</summary>
    static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(10);

    /// <summary>The md5 form names its files by what tells them apart.</summary>
    static readonly string[] Dialects = [.. DialectClients.All.Keys.Except(["the md5 form"])];

    static readonly string[] Refusals = ["session-conflict", "chunk-differs", "chunks-missing", "chunk-out-of-order"];

    int _refused; // by Interlocked

    /// <summary>How often one was refused.</summary>
    public int Refused => Volatile.Read(ref _refused);

    public async Task RunAsync()
    {
        var anew = new List<Task>();
        try
        {
            while (true)
            {
                var files = Begin();
                Array.ForEach(files, file => uploads.Add(file.Upload));
                var lag = random.Next(2) == 0 ? TimeSpan.Zero : MaxLag * random.NextDouble();
                await Task.WhenAll(
                    SendAsync(files[0], files[1], TimeSpan.Zero), SendAsync(files[1], files[0], lag));
                anew.AddRange(files
                    .Where(file => file.Upload.FileId is null && random.Next(3) == 0)
                    .Select(file => SendAsync(file, files.Single(other => other != file), Later)));
                await Task.WhenAll(anew.Where(task => task.IsFaulted));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(anew);
            throw;
        }
    }

    /// <summary>Files that differ in one chunk at least.</summary>
    Namesake[] Begin()
    {
        var (dialect, chunkSize) = (Dialects[random.Next(Dialects.Length)], random.Next(1000, MaxChunkSize));
        var bytes = new byte[(random.Next(1, MaxCount) * chunkSize) + (random.Next(2) * random.Next(1, chunkSize))];
        random.NextBytes(bytes);
        var file = new TestFile($"{Guid.NewGuid():N}.bin", bytes);
        var owner = $"{Guid.NewGuid():N}";
        var one = new Namesake(
            new TrackedUpload(file, owner) { HasNamesake = true }, dialect, chunkSize, new Random(random.Next()));
        var changed = bytes.ToArray();
        var always = random.Next(one.Count);
        for (var index = 0; index < one.Count; index++)
        {
            var piece = one.Piece(index);
            if (index == always || random.Next(2) == 0)
            {
                changed[piece.Offset + random.Next(piece.Bytes.Length)] ^= 1;
            }
        }

        var other = new TrackedUpload(new TestFile(file.Name, changed), owner) { HasNamesake = true };
        return [one, one with { Upload = other, Pauses = new Random(random.Next()) }];
    }

    /// <summary>Chunk by chunk: files whose later chunks come in front of their earlier ones need an identifier.</summary>
    async Task SendAsync(Namesake file, Namesake other, TimeSpan lag)
    {
        await Task.Delay(lag, ct);
        using var client = new UploadClient(server.Address, file.Upload.Owner);
        ApiAnswer? last = null;
        for (var index = 0; index < file.Count; index++)
        {
            var piece = file.Piece(index);
            await Task.Delay(MaxPause * file.Pauses.NextDouble(), ct); // each may overtake the other
            last = await AskAsync(() => client.PostAsync("upload", DialectClients.All[file.Dialect].Fields(piece), piece.Bytes));
            if (last.Status == 409)
            {
                Interlocked.Increment(ref _refused);
                return;
            }
        }

        if (!last!.Json.TryGetProperty("file", out var stored) || stored.ValueKind != JsonValueKind.Object
            || stored.GetProperty("md5").GetString() != file.Upload.File.Md5)
        {
            var isOther = last.ToString().Contains(other.Upload.File.Md5, StringComparison.Ordinal);
            throw new InvalidOperationException(
                $"{file.Dialect}: every chunk of {file.Upload.File.Name} was taken, but it is not stored"
                + $"{(isOther ? ", the other one is" : "")}: {last}");
        }

        file.Upload.FileId = stored.GetProperty("id").GetString();
    }

    /// <summary>Asks until there is an answer that is not for a moment.</summary>
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
                case { Status: 409, Code: "chunk-busy" } busy when busy.Headers.RetryAfter?.Delta > MaxWait:
                    return busy;
                case { Status: 202 } or { Status: 409, Code: "chunk-busy" }:
                    await Task.Delay(Moment, ct);
                    break;
                case { Status: 409 } refusal when Refusals.Contains(refusal.Code):
                    return refusal;
                case { } fault:
                    throw new InvalidOperationException($"namesakes: {fault}");
            }
        }
    }

    sealed record Namesake(TrackedUpload Upload, string Dialect, int ChunkSize, Random Pauses)
    {
        public int Count => FormChunk.CountOf(Upload.File.Size, ChunkSize, DialectClients.All[Dialect].JoinsTail);

        public FormChunk Piece(int index) => new(Upload.File, index, ChunkSize, DialectClients.All[Dialect].JoinsTail);
    }
}
