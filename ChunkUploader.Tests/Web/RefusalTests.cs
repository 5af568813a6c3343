using System.Net;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Tests.Support;
using ChunkUploader.Web.Errors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web;

/// <summary>
/// Every row of the error table, provoked for real: its status, its code, and what was there as it was.
/// </summary>
[TestFixture]
public class RefusalTests : ServedTests
{
    const int ChunkSize = 256 * 1024;

    protected override (string Key, string Value)[] Settings =>
        [("Uploads:MaxFileSize", "1000000"), ("Limits:WrongGuesses", "1")];

    protected override void Replace(IServiceCollection services)
    {
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new QuickTime()));
        HeldHasher.Register(services);
    }

    [TestCase(UploadErrorCode.InvalidInput, 400, "invalid-request")]
    [TestCase(UploadErrorCode.UnknownChunkFields, 400, "unknown-chunk-fields")]
    [TestCase(UploadErrorCode.ChunkOutOfRange, 400, "chunk-out-of-range")]
    [TestCase(UploadErrorCode.ChunkLengthMismatch, 400, "chunk-length-mismatch")]
    [TestCase(UploadErrorCode.UploadNotFound, 404, "upload-not-found")]
    [TestCase(UploadErrorCode.FileNotFound, 404, "file-not-found")]
    [TestCase(UploadErrorCode.AddressChanged, 409, "address-changed")]
    [TestCase(UploadErrorCode.ChunkBusy, 409, "chunk-busy")]
    [TestCase(UploadErrorCode.ChunkDiffers, 409, "chunk-differs")]
    [TestCase(UploadErrorCode.ChunkOutOfOrder, 409, "chunk-out-of-order")]
    [TestCase(UploadErrorCode.ChunksMissing, 409, "chunks-missing")]
    [TestCase(UploadErrorCode.SessionConflict, 409, "session-conflict")]
    [TestCase(UploadErrorCode.UploadTakenOver, 410, "upload-taken-over")]
    [TestCase(UploadErrorCode.FileTooLarge, 413, "file-too-large")]
    [TestCase(UploadErrorCode.ChunkDigestMismatch, 422, "chunk-digest-mismatch")]
    [TestCase(UploadErrorCode.DigestMismatch, 422, "digest-mismatch")]
    [TestCase(UploadErrorCode.RateLimited, 429, "too-many-requests")]
    [TestCase(UploadErrorCode.TooManyUploads, 429, "too-many-uploads")]
    [TestCase(UploadErrorCode.Damaged, 500, "damaged")]
    [TestCase(UploadErrorCode.StorageFull, 507, "storage-full")]
    [TestCase(UploadErrorCode.BytesLost, 503, "bytes-lost")]
    public async Task A_refusal_has_its_status_and_code_and_the_upload_goes_on(
        UploadErrorCode code, int status, string text)
    {
        var file = TestFile.Random(600_000);
        using var client = new UploadClient(App.Address);
        var session = await client.BeginAsync(file.Name, file.Size, ("chunkSize", ChunkSize));
        await client.PostChunkAsync(session.Id, 0, file.Chunk(0, ChunkSize));
        var before = (await client.GetSessionAsync(session.Id)).Json.GetRawText();

        var answer = await ProvokeAsync(code, client, session.Id);

        Assert.That(answer, Refused.With(status, text));
        Assert.That(answer["title"].GetString(), Is.EqualTo(ErrorTable.Rows[code].Title));
        Assert.That(
            answer.Headers.RetryAfter is not null,
            Is.EqualTo(status is 429 or 503 || text is "chunk-busy" or "chunk-out-of-order"));
        var after = await client.GetSessionAsync(session.Id);
        Assert.That(after.Json.GetRawText(), Is.EqualTo(before));
        var completed = await client.FinishAsync(after, file);
        Assert.That(completed["file"].GetProperty("contentHash").GetString(), Is.EqualTo(file.ContentHash));
    }

    [Test]
    public void Every_code_is_in_the_table_and_is_provoked_here()
    {
        var provoked = typeof(RefusalTests).GetMethod(nameof(A_refusal_has_its_status_and_code_and_the_upload_goes_on))!
            .GetCustomAttributes(typeof(TestCaseAttribute), false)
            .Select(test => (UploadErrorCode)((TestCaseAttribute)test).Arguments[0]!);

        Assert.That(ErrorTable.Rows.Keys, Is.EquivalentTo(Enum.GetValues<UploadErrorCode>()));
        // A silent body takes a server of its own, see SilentBodyTests.
        Assert.That(provoked.Append(UploadErrorCode.Timeout), Is.EquivalentTo(ErrorTable.Rows.Keys));
    }

    Task<ApiAnswer> ProvokeAsync(UploadErrorCode code, UploadClient client, string id) => code switch
    {
        UploadErrorCode.InvalidInput => client.PostChunkAsync(id, "one", new byte[1]),
        UploadErrorCode.UnknownChunkFields => client.PostAsync("upload", [("chunkNo", 1)], new byte[1]),
        UploadErrorCode.ChunkOutOfRange => client.PutChunkAsync(id, 3, new byte[1]),
        UploadErrorCode.ChunkLengthMismatch => client.PutChunkAsync(id, 1, new byte[1]),
        UploadErrorCode.UploadNotFound => client.GetSessionAsync(new string('0', 32)),
        UploadErrorCode.FileNotFound => CompleteDeletedAsync(client),
        UploadErrorCode.AddressChanged => ChangeAddressAsync(),
        UploadErrorCode.ChunkBusy => WriteTwiceAsync(client, id),
        UploadErrorCode.ChunkDiffers => client.PutChunkAsync(id, 0, new byte[ChunkSize]),
        UploadErrorCode.ChunkOutOfOrder => client.PostAsync(
            "upload", [("name", "second.bin"), ("chunk", 1), ("chunks", 3)], new byte[1]),
        UploadErrorCode.ChunksMissing => client.CompleteAsync(id),
        UploadErrorCode.SessionConflict => CancelCompletingAsync(client),
        UploadErrorCode.UploadTakenOver => AskForTakenOverAsync(client),
        UploadErrorCode.FileTooLarge => client.BeginAsync("too large.bin", 1_000_001),
        UploadErrorCode.ChunkDigestMismatch => client.PostChunkAsync(id, 1, new byte[ChunkSize], new string('0', 64)),
        UploadErrorCode.DigestMismatch => CompleteWronglyAsync(client),
        UploadErrorCode.RateLimited => ProveWronglyAsync(client),
        UploadErrorCode.TooManyUploads => BeginTwiceAsync(),
        UploadErrorCode.Damaged => DownloadDamagedAsync(client),
        UploadErrorCode.StorageFull => BeginWithoutRoomAsync(),
        UploadErrorCode.BytesLost => SendToLostPartAsync(client),
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "Nobody has said how this one is provoked."),
    };

    async Task<ApiAnswer> CompleteDeletedAsync(UploadClient client)
    {
        var completed = await client.UploadAsync(TestFile.Random(10));
        Assert.That(Id<StoredFile>.TryParse(completed["file"].GetProperty("id").GetString(), out var file));
        await App.Services.GetRequiredService<Trash>().PutAsync(file, CancellationToken.None);
        return await client.CompleteAsync(completed.Id);
    }

    async Task<ApiAnswer> ChangeAddressAsync()
    {
        ApiAnswer? last = null;
        foreach (var index in new[] { 0, 1 })
        {
            using var guest = UploadClient.Guest(App.Address, from: new IPAddress([127, 0, 0, (byte)(2 + index)]));
            last = await guest.PostAsync("upload", [("name", "moved.bin"), ("chunk", index), ("chunks", 2)], new byte[1]);
        }

        return last!;
    }

    async Task<ApiAnswer> DownloadDamagedAsync(UploadClient client)
    {
        var file = (await client.UploadAsync(TestFile.Random(10)))["file"];
        File.Delete(App.Data.BlobOf(file.GetProperty("id").GetString()!));
        return await client.GetAsync(file.GetProperty("downloadUrl").GetString()!);
    }

    async Task<ApiAnswer> WriteTwiceAsync(UploadClient client, string id)
    {
        // A writer that never leaves, however silent it is.
        Assert.That(Id<UploadSession>.TryParse(id, out var session));
        using var lease = await App.Services.GetRequiredService<ActiveUploads>().AcquireAsync(session, CancellationToken.None);
        using var writer = await lease.Upload.ChunkLocks.AcquireAsync(1, CancellationToken.None);
        return await client.PutChunkAsync(id, 1, new byte[ChunkSize]);
    }

    async Task<ApiAnswer> CancelCompletingAsync(UploadClient client)
    {
        var file = TestFile.Random(ChunkSize);
        var session = await client.BeginAsync(file.Name, file.Size);
        var hasher = App.Services.GetRequiredService<HeldHasher>();
        hasher.Hold();
        await client.SendMissingAsync(session, file);
        var completing = client.CompleteAsync(session.Id);
        await Eventually.Is(
            async () =>
                (await client.GetSessionAsync(session.Id)).State == "completing", "the upload is being completed");
        var answer = await client.DeleteAsync(session.Id);
        hasher.Release();
        Assert.That((await completing).State, Is.EqualTo("completed"));
        return answer;
    }

    async Task<ApiAnswer> AskForTakenOverAsync(UploadClient client)
    {
        using var other = new UploadClient(App.Address);
        var session = await client.BeginAsync("carried.bin", 10);
        await other.TakeOverAsync(session);
        return await client.TakeOverAsync(session);
    }

    static async Task<ApiAnswer> CompleteWronglyAsync(UploadClient client)
    {
        var file = TestFile.Random(10);
        var session = await client.BeginAsync(file.Name, file.Size, ("md5", new string('0', 32)));
        return await client.FinishAsync(session, file);
    }

    /// <summary>One wrong answer is allowed here: the next one is refused whatever it is.</summary>
    static async Task<ApiAnswer> ProveWronglyAsync(UploadClient client)
    {
        var file = TestFile.Random(10);
        await client.UploadAsync(file);
        var offer = await client.BeginHashedAsync(file.Named("again.bin"));
        await client.ProveAsync(offer.Id, new string('0', 64));
        return await client.ProveAsync(offer.Id, file.Answer(offer["challenge"]));
    }

    async Task<ApiAnswer> SendToLostPartAsync(UploadClient client)
    {
        var file = TestFile.Random(2 * ChunkSize);
        var session = await client.BeginAsync(file.Name, file.Size, ("chunkSize", ChunkSize));
        var before = App.Data.Parts;
        await client.PutChunkAsync(session.Id, 0, file.Chunk(0, ChunkSize));
        File.Delete(Path.Combine(App.Data.Root, "parts", App.Data.Parts.Except(before).Single()));
        return await client.PutChunkAsync(session.Id, 1, file.Chunk(1, ChunkSize));
    }

    static async Task<ApiAnswer> BeginTwiceAsync()
    {
        await using var app = new UploaderApp([("Limits:OpenUploads", "1")]);
        using var client = new UploadClient(app.Address);
        Assert.That((await client.BeginAsync("one.bin", 1)).Status, Is.EqualTo(201));
        return await client.BeginAsync("two.bin", 1);
    }

    static async Task<ApiAnswer> BeginWithoutRoomAsync()
    {
        await using var app = new UploaderApp([("Storage:FreeSpaceReserve", $"{long.MaxValue}")]);
        using var client = new UploadClient(app.Address);
        return await client.BeginAsync("no room.bin", 1);
    }
}
