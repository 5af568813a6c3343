using System.Threading.RateLimiting;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Sessions;
using ChunkUploader.Web.Errors;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;

namespace ChunkUploader.Web.Security;

/// <summary>
/// The framework's rate limiter in front of what begins an upload. Whether a form does is known only when it is read, so
/// that <see cref="RequestLimits.CountBegin"/> takes from the same limiter there.
/// </summary>
public static class BeginLimit
{
    public static void Configure(RateLimiterOptions options, RequestLimits limits, IOwnerResolver owners)
    {
        options.GlobalLimiter = limits.Begins.WithTranslatedKey<HttpContext>(
            context => OwnerOf(context, owners), leaveOpen: true);
        options.OnRejected = (rejected, _) =>
        {
            var problem = Problems.Of(RequestLimits.Refusal(rejected.Lease), rejected.HttpContext.Response);
            return new ValueTask(problem.ExecuteResultAsync(new ActionContext { HttpContext = rejected.HttpContext }));
        };
    }

    /// <summary>A header that names no owner is the action's to refuse.</summary>
    static Owner OwnerOf(HttpContext context, IOwnerResolver owners)
    {
        try
        {
            return owners.Resolve(context);
        }
        catch (UploadException)
        {
            return new Owner("", IsStable: false, OwnerResolver.Address(context));
        }
    }

    public static IApplicationBuilder UseBeginLimit(this IApplicationBuilder app) => app.UseWhen(
        context => context.GetEndpoint()?.Metadata.GetMetadata<RateLimitedAttribute>() is not null,
        branch => branch.UseRateLimiter());
}

/// <summary>Marks actions that count as beginning an upload.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RateLimitedAttribute : Attribute;
