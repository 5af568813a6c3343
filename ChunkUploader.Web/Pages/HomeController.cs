using ChunkUploader.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace ChunkUploader.Web.Pages;

/// <summary>The page that people upload on.</summary>
public sealed class HomeController : Controller
{
    [HttpGet("/")]
    [IssuesVisitorCookie]
    public IActionResult Index() => View();
}
