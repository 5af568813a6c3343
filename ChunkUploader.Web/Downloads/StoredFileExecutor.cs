using ChunkUploader.Domain.Catalog;
using ChunkUploader.Web.Configuration;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.Net.Http.Headers;

namespace ChunkUploader.Web.Downloads;

/// <summary>
/// Answers HTTP range requests (206, 416) and conditional ones: sends what the framework has found that is to be sent. It
/// looks at the conditions and the range, and writes the headers. Its own ways with the bytes, for a stream or a path, go
/// through a buffer that is copied into the response; that costs at least a fifth more.
/// </summary>
public sealed class StoredFileExecutor(DownloadSettings settings, IBlobStore blobs, ILoggerFactory loggers)
    : FileStreamResultExecutor(loggers)
{
    /// <summary>The smallest room that is worth a read. Mostly there is a whole buffer of the connection's.</summary>
    const int LeastRead = 16 * 1024;

    /// <summary>The framework takes a range of another unit for one of bytes, and ignores a condition that it cannot
    /// read; by RFC 9110, 14.2 and 13.1.5, the file is sent whole then.</summary>
    public override Task ExecuteAsync(ActionContext context, FileStreamResult result)
    {
        var headers = context.HttpContext.Request.Headers;
        var isOfBytes = headers.Range.ToString().StartsWith("bytes=", StringComparison.OrdinalIgnoreCase);
        if (!isOfBytes || (headers.IfRange.Count > 0 && !RangeConditionHeaderValue.TryParse(headers.IfRange.ToString(), out _)))
        {
            headers.Remove(HeaderNames.Range);
        }

        return base.ExecuteAsync(context, result);
    }

    protected override Task WriteFileAsync(
        ActionContext context, FileStreamResult result, RangeItemHeaderValue? range, long rangeLength)
    {
        var http = context.HttpContext;
        if (settings.AccelPrefix.Length > 0
            && result is StoredFileResult file
            && http.Request.Headers.IfMatch.Count == 0
            && blobs.LocationOf(file.Blob) is { } location)
        {
            HandOver(http.Response, location);
            return Task.CompletedTask;
        }

        var (offset, length) = range is null ? (0, result.FileStream.Length) : (range.From!.Value, rangeLength);
        return SendAsync(http, result.FileStream, offset, length);
    }

    /// <summary>
    /// The proxy in front takes the file itself, and looks at the range again; so it would at an <c>If-Match</c>, but
    /// without knowing the tag.
    /// </summary>
    void HandOver(HttpResponse response, string location)
    {
        response.Headers["X-Accel-Redirect"] = $"{settings.AccelPrefix.TrimEnd('/')}/{location}";
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
                var room = body.GetMemory((int)Math.Min(length, LeastRead));
                var read = await content.ReadAsync(room[..(int)Math.Min(length, room.Length)], aborted);
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
