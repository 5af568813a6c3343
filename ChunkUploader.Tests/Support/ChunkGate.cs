using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace ChunkUploader.Tests.Support;

/// <summary>Stands in front of the application: knows which chunks it has taken, and can keep some from it.</summary>
sealed class ChunkGate : IStartupFilter
{
    /// <summary>The paths of the PUT requests that were answered with 200, in that order.</summary>
    public ConcurrentQueue<string> Taken { get; } = [];

    /// <summary>Asked before the application hears of a chunk; false: it never does.</summary>
    public Func<HttpContext, Task<bool>> LetsPass { get; set; } = All;

    public static Task<bool> All(HttpContext context) => Task.FromResult(true);

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, rest) =>
        {
            var isChunk = HttpMethods.IsPut(context.Request.Method);
            if (isChunk && !await LetsPass(context))
            {
                return;
            }

            var path = context.Request.Path;
            await rest(context);
            if (isChunk && context.Response.StatusCode == StatusCodes.Status200OK)
            {
                Taken.Enqueue(path);
            }
        });
        next(app);
    };
}
