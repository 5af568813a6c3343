using ChunkUploader.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace ChunkUploader.Web.Pages;

/// <summary>How other pages use the uploader; shown to developers only.</summary>
[ApiExplorerSettings(IgnoreApi = true)]
public sealed class ExamplesController(IWebHostEnvironment environment) : Controller
{
    [HttpGet("/examples/embed")]
    [IssuesVisitorCookie]
    public IActionResult Embed() => environment.IsDevelopment() ? View() : NotFound();
}
