using ChunkUploader.Domain.Uploads;
using ChunkUploader.Web.Forms;
using ChunkUploader.Web.ViewModels;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace ChunkUploader.Web.Errors;

/// <summary>Turns refusals into answers: problem details for the API, a page for pages.</summary>
public sealed class RefusalFilter(IModelMetadataProvider metadata) : IExceptionFilter
{
    public void OnException(ExceptionContext context)
    {
        var refusal = context.Exception switch
        {
            UploadException upload => upload,
            MalformedFormException form => new UploadException(UploadErrorCode.InvalidRequest, form.Message),
            BadHttpRequestException request => new UploadException(UploadErrorCode.InvalidRequest, request.Message),
            _ => null,
        };
        if (refusal is null)
        {
            // A client that has hung up is not an error, and nobody is there to be answered.
            context.ExceptionHandled = context.HttpContext.RequestAborted.IsCancellationRequested;
            context.Result = context.ExceptionHandled ? new EmptyResult() : null;
            return;
        }

        var isApi = context.ActionDescriptor.EndpointMetadata.OfType<ApiControllerAttribute>().Any();
        context.Result = isApi ? Problems.Of(refusal, context.HttpContext.Response) : PageOf(refusal, context);
        context.ExceptionHandled = true;
    }

    ViewResult PageOf(UploadException refusal, ExceptionContext context)
    {
        var (status, _, title) = ErrorTable.Rows[refusal.Code];
        return new ViewResult
        {
            ViewName = "Error",
            StatusCode = status,
            ViewData = new ViewDataDictionary<ErrorModel>(metadata, context.ModelState)
            {
                Model = new ErrorModel(title, refusal.Message),
            },
        };
    }
}
