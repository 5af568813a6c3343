using System.Globalization;

namespace ChunkUploader.Tests.Benchmarks.Driving;

/// <summary>The application's own API.</summary>
sealed class NativeProtocol(Target target) : Protocol(target)
{
    public override string Begin(DriverConnection connection, string name, long size, int chunkSize) =>
        connection
            .Ask(Post("/uploads", ("fileName", name), ("size", size.ToString(CultureInfo.InvariantCulture)),
                ("chunkSize", chunkSize.ToString(CultureInfo.InvariantCulture))))
            .Ensure(201).Json.GetProperty("id").GetString()!;

    public override StoredAnswer Complete(DriverConnection connection, string id, int chunkCount, string name)
    {
        Answer answer;
        do
        {
            answer = connection.Ask(Post($"/uploads/{id}/complete")).Ensure(200, 202);
        }
        while (answer.Status == 202);
        var file = EnsureCompleted(answer).GetProperty("file");
        return new StoredAnswer(
            $"/files/{file.GetProperty("id").GetString()}/download", file.GetProperty("md5").GetString());
    }

    public override void SendSmall(DriverConnection connection, int file, int size)
    {
        connection.Send(
        [
            .. FormHead(
                "/uploads",
                [("fileName", $"small {file}.bin"), ("size", size.ToString(CultureInfo.InvariantCulture))],
                Content.Stamp(file, 0),
                size),
            .. Content.Rest(size),
            .. FormTail,
        ]);
        EnsureCompleted(connection.Read().Ensure(200));
    }

    protected override (string Path, (string Name, string Value)[] Fields) ChunkForm(string id, int chunk) =>
        ($"/uploads/{id}/chunks", [("index", chunk.ToString(CultureInfo.InvariantCulture))]);

    static System.Text.Json.JsonElement EnsureCompleted(Answer answer) =>
        answer.Json.GetProperty("state").GetString() == "completed"
            ? answer.Json
            : throw new InvalidOperationException($"Not completed: {answer.Text}");
}
