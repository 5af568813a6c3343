using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ChunkUploader.Tests.Benchmarks.Servers;

/// <summary>
/// Receives posts with ASP.NET Core as it is set up by default, and throws the bytes away: what receiving alone costs.
/// </summary>
static class DiscardingServer
{
    public const string Argument = "discard";

    public static async Task<int> RunAsync()
    {
        var app = BaselineHost.NewBuilder().Build();
        app.MapPost("/{**path}", async (HttpContext context) =>
        {
            var body = context.Request.BodyReader;
            for (var ended = false; !ended;)
            {
                var read = await body.ReadAsync(context.RequestAborted);
                body.AdvanceTo(read.Buffer.End);
                ended = read.IsCompleted;
            }
        });
        await app.RunAsync();
        return 0;
    }
}
