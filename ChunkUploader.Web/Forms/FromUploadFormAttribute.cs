using ChunkUploader.Domain.Content;
using ChunkUploader.Domain.Uploads;
using ChunkUploader.Infrastructure.Storage;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace ChunkUploader.Web.Forms;

/// <summary>Binds an action's parameter from the request's form while its file is still arriving.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class FromUploadFormAttribute<TInput>() : ModelBinderAttribute(typeof(UploadFormBinder<TInput>))
    where TInput : IUploadInput<TInput>;

/// <inheritdoc cref="FromUploadFormAttribute{TInput}"/>
public sealed class UploadFormBinder<TInput>(BlobPaths paths, IBlobStore store) : IModelBinder
    where TInput : IUploadInput<TInput>
{
    public async Task BindModelAsync(ModelBindingContext bindingContext)
    {
        var context = bindingContext.HttpContext;
        var options = new UploadFormOptions
        {
            CanPlaceFile = TInput.CanPlaceFile,
            SpoolFolder = paths.Spool,
            MaxSpoolBytes = UploadPolicy.MaxChunkSize,
            EnsureRoomToSpool = EnsureRoom,
        };
        var form = await UploadForm.ReadAsync(context.Request, options, context.RequestAborted);
        context.Response.RegisterForDisposeAsync(form);
        bindingContext.Result = ModelBindingResult.Success(TInput.From(form));
    }

    void EnsureRoom()
    {
        if (store.FreeBytes < UploadPolicy.MaxChunkSize)
        {
            throw new UploadException(UploadErrorCode.StorageFull, "There is not enough room for this chunk.");
        }
    }
}

/// <summary>Keeps the framework from reading a form, whole, before the action does it its own way.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReadsFormItselfAttribute : Attribute, IResourceFilter
{
    public void OnResourceExecuting(ResourceExecutingContext context)
    {
        var factories = context.ValueProviderFactories;
        factories.RemoveType<FormValueProviderFactory>();
        factories.RemoveType<FormFileValueProviderFactory>();
        factories.RemoveType<JQueryFormValueProviderFactory>();
    }

    public void OnResourceExecuted(ResourceExecutedContext context)
    {
    }
}
