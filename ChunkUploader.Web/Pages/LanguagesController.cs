using System.Security.Cryptography;
using System.Text.Json;
using ChunkUploader.Web.Localization;
using ChunkUploader.Web.Security;
using Microsoft.AspNetCore.Cors;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace ChunkUploader.Web.Pages;

/// <summary>The texts of the page's scripts, which ask for the language that <c>&lt;html lang&gt;</c> names.</summary>
[EnableCors(CorsOrigins.Policy)] // as the module itself
public sealed class LanguagesController(Languages languages) : Controller
{
    /// <summary>Not that of the API's answers, which must not be compressed: there are secrets in them.</summary>
    public const string ContentType = "text/json";

    [HttpGet("/languages/{tag}")]
    public IActionResult Scripts(string tag)
    {
        if (languages.Find(tag) is not { } language)
        {
            return NotFound();
        }

        var refusals = language.Refusals.Select(text => KeyValuePair.Create(text.Key, (object)text.Value));
        var texts = JsonSerializer.SerializeToUtf8Bytes(
            language.Scripts.Select(text => KeyValuePair.Create(text.Key, (object)text.Value))
                .Concat(refusals)
                .OrderBy(text => text.Key, StringComparer.Ordinal)
                .ToDictionary());
        Response.Headers.CacheControl = "no-cache";
        return File(
            texts,
            ContentType,
            lastModified: null,
            new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(texts))}\""));
    }
}
