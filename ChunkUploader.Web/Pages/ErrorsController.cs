using ChunkUploader.Web.Api;
using ChunkUploader.Web.Errors;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace ChunkUploader.Web.Pages;

/// <summary>What is shown where a request ended without an answer: nothing of our inside. At its own address there is
/// nothing.</summary>
[ApiExplorerSettings(IgnoreApi = true)]
[ReadsFormItself] // which is not to be read at all: perhaps it cannot be, and it may say a status, too
public sealed class ErrorsController : Controller
{
    [Route("/error")]
    public IActionResult Fault() => HttpContext.Features.Get<IExceptionHandlerFeature>() is { Error: var error }
        ? Answer(error is BadHttpRequestException request ? request.StatusCode : StatusCodes.Status500InternalServerError)
        : Answer(StatusCodes.Status404NotFound);

    /// <summary>What the framework has refused by itself.</summary>
    [Route("/error/{status:range(400,599)}")]
    public IActionResult Of([FromRoute] int status) =>
        Answer(HttpContext.Features.Get<IStatusCodeReExecuteFeature>() is null ? StatusCodes.Status404NotFound : status);

    IActionResult Answer(int status)
    {
        if (!Request.WantsPage())
        {
            return Problems.Of(status);
        }

        Response.StatusCode = status;
        return View("Error", new ErrorModel(status, ErrorTable.OfStatus(status).Code));
    }
}
