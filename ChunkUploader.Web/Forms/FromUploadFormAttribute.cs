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
public sealed class UploadFormBinder<TInput>(BlobPaths paths) : IModelBinder
    where TInput : IUploadInput<TInput>
{
    /// <summary>The largest chunk there is: 64 MiB.</summary>
    const long MaxSpoolBytes = 64 * 1024 * 1024;

    public async Task BindModelAsync(ModelBindingContext bindingContext)
    {
        var context = bindingContext.HttpContext;
        var options = new UploadFormOptions
        {
            CanPlaceFile = TInput.CanPlaceFile,
            SpoolFolder = paths.Spool,
            MaxSpoolBytes = MaxSpoolBytes,
        };
        var form = await UploadForm.ReadAsync(context.Request, options, context.RequestAborted);
        context.Response.RegisterForDisposeAsync(form);
        bindingContext.Result = ModelBindingResult.Success(TInput.From(form));
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
