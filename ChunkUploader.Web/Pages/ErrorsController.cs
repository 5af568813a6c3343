using ChunkUploader.Web.Errors;
using ChunkUploader.Web.Forms;
using ChunkUploader.Web.ViewModels;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace ChunkUploader.Web.Controllers;

/// <summary>What is shown where a request ended without an answer: nothing of our inside.</summary>
[ApiExplorerSettings(IgnoreApi = true)]
[ReadsFormItself] // which is not to be read at all: perhaps it cannot be, and it may say a status, too
public sealed class ErrorsController : Controller
{
    [Route("/error")]
    public IActionResult Fault() => Of(
        HttpContext.Features.Get<IExceptionHandlerFeature>()?.Error is BadHttpRequestException request
            ? request.StatusCode
            : StatusCodes.Status500InternalServerError);

    /// <summary>What the framework has refused by itself.</summary>
    [Route("/error/{status:range(400,599)}")]
    public IActionResult Of([FromRoute] int status)
    {
        if (!Request.WantsPage())
        {
            return Problems.Of(status);
        }

        Response.StatusCode = status;
        return View("Error", new ErrorModel(status, ErrorTable.OfStatus(status).Code));
    }
}
