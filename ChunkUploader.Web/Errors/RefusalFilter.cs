using ChunkUploader.Domain;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Web.Multipart;
using ChunkUploader.Web.Pages;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace ChunkUploader.Web.Errors;

/// <summary>Turns refusals into answers: a page where a page was asked for, else problem details.</summary>
public sealed partial class RefusalFilter(IModelMetadataProvider metadata, ILogger<RefusalFilter> logger)
    : IExceptionFilter
{
    public void OnException(ExceptionContext context)
    {
        var refusal = context.Exception switch
        {
            UploadException upload => upload,
            MalformedFormException form => new UploadException(UploadErrorCode.InvalidInput, form.Message),
            BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } slow =>
                new UploadException(UploadErrorCode.Timeout, slow.Message),
            BadHttpRequestException request => new UploadException(UploadErrorCode.InvalidInput, request.Message),
            IOException full when UploadException.IsStorageFull(full) => UploadException.StorageFull(),
            _ => null,
        };
        if (refusal is null)
        {
            // A client that has hung up is not an error, and nobody is there to be answered.
            context.ExceptionHandled = context.Exception is ConnectionResetException
                || (context.Exception is OperationCanceledException
                    && context.HttpContext.RequestAborted.IsCancellationRequested);
            context.Result = context.ExceptionHandled ? new EmptyResult() : null;
            return;
        }

        if (refusal is { Code: UploadErrorCode.BytesLost, InnerException: { } cause })
        {
            LogLoss(cause);
        }

        var isPage = !context.ActionDescriptor.EndpointMetadata.OfType<ApiControllerAttribute>().Any()
            && context.HttpContext.Request.WantsPage();
        context.Result = !isPage ? Problems.Of(refusal, context.HttpContext.Response) : PageOf(refusal, context);
        context.ExceptionHandled = true;
    }

    ViewResult PageOf(UploadException refusal, ExceptionContext context)
    {
        var (status, code, _) = ErrorTable.Rows[refusal.Code];
        return new ViewResult
        {
            ViewName = "Error",
            StatusCode = status,
            ViewData = new ViewDataDictionary<ErrorModel>(metadata, context.ModelState)
            {
                Model = new ErrorModel(
                    status,
                    code,
                    refusal.Code is UploadErrorCode.InvalidInput or UploadErrorCode.UnknownChunkFields
                        ? refusal.Message
                        : null,
                    refusal.MaxFileSize),
            },
        };
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The disk has lost bytes of an upload; they are asked for again.")]
    partial void LogLoss(Exception cause);
}
