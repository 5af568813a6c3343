using System.Text.Json;
using ChunkUploader.Tests.Support;
using ChunkUploader.Tests.Support.Core;
using NUnit.Framework;

namespace ChunkUploader.Tests.Web.Clients;

/// <summary>
/// Two files of one name and one length, sent at the same time by clients that cannot tell them apart: each is stored as
/// it is, or its client is refused.
/// </summary>
[TestFixture]
public sealed class MixedFilesTests : DialectTests
{
    [Test]
    public void Whatever_way_their_chunks_come_in_no_two_files_are_mixed([ValueSource(nameof(Clients))] string client) =>
        Chance.Check(Chance.Sources, source => SendBothAsync(client, source.Random).GetAwaiter().GetResult(), tests: 25);

    [Test]
    public async Task Any_identifier_tells_files_of_one_name_apart(
        [Values(
            "guid", "uid", "uuid", "identifier", "fileId", "file_id", "file-id", "FileID", "fid", "fileMd5", "fileHash", "fileSha1",
            "uploadId", "taskId", "fingerprint", "resumableIdentifier", "qquuid")] string name,
        [Values] bool isBehindTheBytes)
    {
        await AreToldApartAsync((file, index) =>
        {
            var form = new MultipartFormDataContent();
            (string, string)[] fields = [("name", file.Name), ("chunk", $"{index}"), ("chunks", "2")];
            Array.ForEach(fields, field => form.Add(new StringContent(field.Item2), field.Item1));
            form.Add(new StringContent(isBehindTheBytes ? "" : file.Md5), isBehindTheBytes ? "more" : name);
            form.Add(new ReadOnlyMemoryContent(file.Chunk(index, ChunkSize)), "file", "blob");
            form.Add(new StringContent(isBehindTheBytes ? file.Md5 : ""), isBehindTheBytes ? name : "more");
            return PostAsync(form);
        });
    }

    [Test]
    public Task So_does_an_identifier_in_a_header([Values("X-File-Id", "X-Upload-Id", "X-File-Hash")] string header) =>
        AreToldApartAsync((file, index) => Client.PostAsync(
            "upload",
            [("name", file.Name), ("chunk", index), ("chunks", 2), ($"header:{header}", file.Md5)],
            file.Chunk(index, ChunkSize)));

    async Task AreToldApartAsync(Func<TestFile, int, Task<ApiAnswer>> send)
    {
        var one = TestFile.Random(2 * ChunkSize);
        var other = TestFile.Random(2 * ChunkSize, one.Name);
        var stored = new List<byte[]>();
        foreach (var (file, index) in new[] { (one, 0), (other, 1), (other, 0), (one, 1) })
        {
            var answer = await send(file, index);
            Assert.That(answer.Status, Is.EqualTo(200), answer.ToString());
            stored.AddRange(HasFile(answer) ? [await DownloadAsync(answer)] : []);
        }

        Assert.That(stored, Is.EqualTo(new[] { other.Bytes, one.Bytes }));
    }

    async Task SendBothAsync(string client, Random random)
    {
        var one = TestFile.Random((random.Next(1, 5) * ChunkSize) + (random.Next(2) * random.Next(1, ChunkSize)));
        var other = Changed(one, client, random);
        var steps = Interleave(one, other, CountOf(client, one), random);
        var answers = new List<(TestFile File, int Index, ApiAnswer Answer)>();
        foreach (var (file, index) in steps)
        {
            answers.Add((file, index, await SendAsync(client, file, index)));
        }

        var story = string.Join('\n', answers.Select(step =>
            $"{(step.File == one ? 'A' : 'B')}{step.Index} {step.Answer}"));
        var published = new List<byte[]>();
        foreach (var answer in answers.Select(step => step.Answer).Where(HasFile))
        {
            published.Add(await DownloadAsync(answer));
        }

        Assert.That(published.All(bytes => IsOf(bytes, one) || IsOf(bytes, other)), Is.True, $"A mix.\n{story}");
        foreach (var file in new[] { one, other })
        {
            var isRefused = answers.Any(step => step.File == file && step.Answer.Status >= 400);
            Assert.That(isRefused || published.Exists(bytes => IsOf(bytes, file)), Is.True, $"A false success.\n{story}");
        }
    }

    /// <summary>A file of which some chunks are the same.</summary>
    static TestFile Changed(TestFile file, string client, Random random)
    {
        var (count, joinsTail) = (CountOf(client, file), DialectClients.All[client].JoinsTail);
        var bytes = file.Bytes.ToArray();
        var always = random.Next(count);
        for (var index = 0; index < count; index++)
        {
            var piece = new FormChunk(file, index, ChunkSize, joinsTail);
            if (index == always || random.Next(2) == 0)
            {
                bytes[piece.Offset + random.Next(piece.Bytes.Length)] ^= 1;
            }
        }

        return new TestFile(file.Name, bytes);
    }

    /// <summary>Each client sends its chunks in their order, and at any time one again whose answer it has lost.</summary>
    static IEnumerable<(TestFile File, int Index)> Interleave(TestFile one, TestFile other, int count, Random random)
    {
        for (var (first, second) = (0, 0); first + second < 2 * count;)
        {
            yield return second == count || (first < count && random.Next(2) == 0) ? (one, first++) : (other, second++);
            if (random.Next(4) == 0)
            {
                var (file, sent) = random.Next(2) == 0 ? (one, first) : (other, second);
                if (sent > 0)
                {
                    yield return (file, random.Next(sent));
                }
            }
        }
    }

    Task<ApiAnswer> SendAsync(string client, TestFile file, int index)
    {
        var (joinsTail, fields) = DialectClients.All[client];
        var piece = new FormChunk(file, index, ChunkSize, joinsTail);
        return Client.PostAsync("upload", fields(piece), piece.Bytes);
    }

    async Task<byte[]> DownloadAsync(ApiAnswer answer) =>
        (await Client.GetAsync(answer["file"].GetProperty("downloadUrl").GetString()!.TrimStart('/'))).Body;

    static bool HasFile(ApiAnswer answer) =>
        answer.Status == 200 && answer.Json.TryGetProperty("file", out var file) && file.ValueKind == JsonValueKind.Object;

    static bool IsOf(byte[] bytes, TestFile file) => bytes.AsSpan().SequenceEqual(file.Bytes);
}
