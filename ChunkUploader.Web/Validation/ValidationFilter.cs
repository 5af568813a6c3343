using System.Text.Json;
using ChunkUploader.Domain.Uploads;
using ChunkUploader.Web.Errors;
using FluentValidation;
using Microsoft.AspNetCore.Mvc.Filters;

namespace ChunkUploader.Web.Validation;

/// <summary>
/// Runs the validator of each argument that has one, and refuses what does not pass with all its errors.
/// </summary>
public sealed class ValidationFilter(IServiceProvider services) : IAsyncActionFilter
{
    public async Task OnActionExecutionAsync(ActionExecutingContext context, ActionExecutionDelegate next)
    {
        var errors = new Dictionary<string, string[]>();
        foreach (var argument in context.ActionArguments.Values.OfType<object>())
        {
            var type = typeof(IValidator<>).MakeGenericType(argument.GetType());
            if (services.GetService(type) is not IValidator validator)
            {
                continue;
            }

            var result = await validator.ValidateAsync(
                new ValidationContext<object>(argument), context.HttpContext.RequestAborted);
            foreach (var (field, messages) in result.ToDictionary())
            {
                errors[JsonNamingPolicy.CamelCase.ConvertName(field)] = messages;
            }
        }

        if (errors.Count > 0)
        {
            context.Result = Problems.Of(
                UploadErrorCode.InvalidRequest, "Some fields are not as they must be.", errors);
            return;
        }

        await next();
    }
}
