using System.Globalization;

namespace ChunkUploader.Tests.Benchmarks.Driving;

/// <summary>What <see cref="Servers.ClassicServer"/> takes: the client makes up an id, sends chunks, ends.</summary>
class ClassicProtocol(Target target) : Protocol(target)
{
    public override string Begin(DriverConnection connection, string name, long size, int chunkSize) =>
        Guid.NewGuid().ToString("N");

    public override StoredAnswer? Complete(DriverConnection connection, string id, int chunkCount, string name)
    {
        var count = chunkCount.ToString(CultureInfo.InvariantCulture);
        var answer = connection
            .Ask(Post("/complete", ("upload", id), ("count", count), ("name", name)))
            .Ensure(200).Json;
        return answer.GetProperty("state").GetString() == "completed"
            ? new StoredAnswer($"/files/{answer.GetProperty("id").GetInt32()}", null)
            : throw new InvalidOperationException($"Not completed: {answer}");
    }

    public override void SendSmall(DriverConnection connection, int file, int size)
    {
        var (name, id) = ($"small {file}.bin", Begin(connection, "", size, size));
        connection.Send([.. ChunkHead(id, file, 0, size), .. Content.Rest(size), .. FormTail]);
        connection.Read().Ensure(200);
        Complete(connection, id, 1, name);
    }

    protected override (string Path, (string Name, string Value)[] Fields) ChunkForm(string id, int chunk) =>
        ("/chunks", [("upload", id), ("index", chunk.ToString(CultureInfo.InvariantCulture))]);
}

/// <summary>The same posts, to a server that keeps nothing and so has nothing to complete.</summary>
sealed class DiscardedProtocol(Target target) : ClassicProtocol(target)
{
    public override StoredAnswer? Complete(DriverConnection connection, string id, int chunkCount, string name) =>
        null;
}
