using ChunkUploader.Domain.Sessions;
using ChunkUploader.Web.Multipart;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace ChunkUploader.Web.Api;

/// <summary>Binds an action's parameter from the request's form while its file is still arriving.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class FromUploadFormAttribute<TInput>() : ModelBinderAttribute(typeof(UploadFormBinder<TInput>)), IUploadFormMetadata
    where TInput : IUploadInput<TInput>
{
    Type IUploadFormMetadata.Input => typeof(TInput);

    public bool IsAllRequired { get; init; }
}

/// <summary>Which form an action takes.</summary>
public interface IUploadFormMetadata
{
    /// <summary>The <see cref="IUploadInput{TSelf}"/>.</summary>
    Type Input { get; }

    /// <summary>The action refuses a form without all fields, though the input's validator does not.</summary>
    bool IsAllRequired { get; }
}

/// <inheritdoc cref="FromUploadFormAttribute{TInput}"/>
public sealed class UploadFormBinder<TInput>(UploadFormReader forms) : IModelBinder
    where TInput : IUploadInput<TInput>
{
    public async Task BindModelAsync(ModelBindingContext bindingContext)
    {
        var form = await forms.ReadAsync(
            bindingContext.HttpContext,
            UploadPolicy.MaxChunkSize,
            (part, fields) => ValueTask.FromResult(!part.HasGuessedText && TInput.CanPlaceFile(fields)));
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
