using ChunkUploader.Web.Security;
using ChunkUploader.Web.ViewModels;
using Microsoft.AspNetCore.Mvc;

namespace ChunkUploader.Web.Controllers;

/// <summary>The page that people upload on.</summary>
public sealed class HomeController : Controller
{
    [HttpGet("/")]
    [WelcomesVisitor]
    public IActionResult Index() => View();

    /// <summary>What is shown for a fault of ours: nothing of its inside.</summary>
    [Route("/error")]
    [ApiExplorerSettings(IgnoreApi = true)]
    public IActionResult Error()
    {
        if (!Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            return Problem(statusCode: StatusCodes.Status500InternalServerError, title: "The server made a mistake");
        }

        Response.StatusCode = StatusCodes.Status500InternalServerError;
        return View(new ErrorModel("The server made a mistake", "It has been written down. Trying again may help."));
    }
}
