using ChunkUploader.Domain;
using ChunkUploader.Domain.Content;
using ChunkUploader.Infrastructure.Storage;
using ChunkUploader.Web.Configuration;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.Net.Http.Headers;

namespace ChunkUploader.Web.Downloads;

/// <summary>
/// Sends what the framework has found that is to be sent: it looks at the conditions and the range, and writes the
/// headers. Its own way with the bytes, a buffer that is then copied into the response, costs half as much again.
/// </summary>
public sealed class StoredFileExecutor(DownloadSettings settings, ILoggerFactory loggers)
    : FileStreamResultExecutor(loggers)
{
    /// <summary>What is read at once, and so what is held for a client that is slow to take it.</summary>
    const int ReadLength = 256 * 1024;

    protected override Task WriteFileAsync(
        ActionContext context, FileStreamResult result, RangeItemHeaderValue? range, long rangeLength)
    {
        var http = context.HttpContext;
        if (settings.AccelPrefix.Length > 0
            && result is StoredFileResult file
            && http.Request.Headers.IfMatch.Count == 0)
        {
            HandOver(http.Response, file.Blob);
            return Task.CompletedTask;
        }

        var (offset, length) = range is null ? (0, result.FileStream.Length) : (range.From!.Value, rangeLength);
        return SendAsync(http, result.FileStream, offset, length);
    }

    /// <summary>
    /// The proxy in front takes the file itself, and looks at the range again; so it would at an <c>If-Match</c>, but
    /// without knowing the tag.
    /// </summary>
    void HandOver(HttpResponse response, Id<Blob> blob)
    {
        response.Headers["X-Accel-Redirect"] = $"{settings.AccelPrefix.TrimEnd('/')}/{BlobPaths.LocationOf(blob)}";
        response.Headers.AcceptRanges = default; // the proxy says it for itself
        response.ContentLength = 0;
    }

    static async Task SendAsync(HttpContext http, Stream content, long offset, long length)
    {
        var (body, aborted) = (http.Response.BodyWriter, http.RequestAborted);
        content.Position = offset;
        try
        {
            // Before its start a response has no buffers yet, and what is written to it is copied later.
            await http.Response.StartAsync(aborted);
            for (var isTaken = true; length > 0 && isTaken;)
            {
                var wanted = (int)Math.Min(length, ReadLength);
                var read = await content.ReadAsync(body.GetMemory(wanted)[..wanted], aborted);
                if (read == 0)
                {
                    throw new EndOfStreamException($"The stored bytes end {length} bytes early.");
                }

                body.Advance(read);
                length -= read;

                // Waits for a client that is slow, so that no more than this is read for it.
                isTaken = !(await body.FlushAsync(aborted)).IsCompleted;
            }
        }
        catch (OperationCanceledException)
        {
            http.Abort();
        }
    }
}
