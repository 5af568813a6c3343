using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Formatters;

namespace ChunkUploader.Web.Configuration;

/// <summary>
/// Serializes an answer before its first byte is sent, so that it has a Content-Length and leaves in one write. In chunked
/// encoding its end is a write of its own, and a server that is killed in between has acknowledged with its status what the
/// client takes for a broken answer and sends again. So answers are
/// held whole: most have some hundred bytes for each session, one with hundreds of thousands of gaps has some megabytes.
/// </summary>
sealed class BufferedJsonFormatter : TextOutputFormatter
{
    readonly JsonSerializerOptions _options;

    BufferedJsonFormatter(JsonSerializerOptions options)
    {
        _options = options;
        SupportedEncodings.Add(new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        SupportedMediaTypes.Add("application/json"); // not text/json, which is compressed: there are secrets in answers
        SupportedMediaTypes.Add("application/*+json");
    }

    /// <summary>In place of MVC's formatters: nothing is answered but objects, as JSON.</summary>
    public static void Configure(MvcOptions mvc, JsonOptions json)
    {
        mvc.OutputFormatters.Clear();
        mvc.OutputFormatters.Add(new BufferedJsonFormatter(new JsonSerializerOptions(json.JsonSerializerOptions)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // as MVC does: no answer is put into HTML
        }));
    }

    public override async Task WriteResponseBodyAsync(OutputFormatterWriteContext context, Encoding selectedEncoding)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(context.Object, context.ObjectType ?? typeof(object), _options);
        context.HttpContext.Response.ContentLength = body.Length;
        await context.HttpContext.Response.Body.WriteAsync(body, context.HttpContext.RequestAborted);
    }
}
