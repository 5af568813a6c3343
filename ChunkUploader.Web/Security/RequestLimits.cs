using System.Threading.RateLimiting;
using ChunkUploader.Domain.Uploads;
using ChunkUploader.Web.Errors;
using Microsoft.AspNetCore.Mvc.Filters;

namespace ChunkUploader.Web.Security;

/// <summary>
/// How often one owner, and one address, may begin uploads (generously: who drops 10,000 small files never meets it) and
/// guess secrets (hardly ever).
/// </summary>
public sealed class RequestLimits(LimitSettings settings) : IDisposable
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    static readonly TimeSpan GuessWindow = TimeSpan.FromMinutes(10);

    readonly PartitionedRateLimiter<string> _begins = PartitionedRateLimiter.Create<string, string>(key =>
        RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = settings.BeginBurst,
            TokensPerPeriod = settings.BeginsPerSecond,
            ReplenishmentPeriod = Second,
        }));

    readonly PartitionedRateLimiter<string> _guesses = PartitionedRateLimiter.Create<string, string>(key =>
        RateLimitPartition.GetFixedWindowLimiter(key, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = settings.WrongGuesses,
            Window = GuessWindow,
        }));

    /// <exception cref="UploadException"><see cref="UploadErrorCode.TooManyRequests"/>.</exception>
    public void CountBegin(HttpContext context, Owner owner) => Take(_begins, KeysOf(context, owner), 1);

    /// <summary>Refuses even a right answer of those who were wrong too often.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.TooManyRequests"/>.</exception>
    public void EnsureMayGuess(HttpContext context, Owner? owner = null) => Take(_guesses, KeysOf(context, owner), 0);

    public void CountWrongGuess(HttpContext context, Owner? owner = null)
    {
        foreach (var key in KeysOf(context, owner))
        {
            _guesses.AttemptAcquire(key).Dispose();
        }
    }

    public void Dispose()
    {
        _begins.Dispose();
        _guesses.Dispose();
    }

    static void Take(PartitionedRateLimiter<string> limiter, IEnumerable<string> keys, int permits)
    {
        foreach (var key in keys)
        {
            using var lease = limiter.AttemptAcquire(key, permits);
            if (!lease.IsAcquired)
            {
                var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var told) ? told : Second;
                throw new UploadException(UploadErrorCode.TooManyRequests, "That was too often; try again later.")
                {
                    RetryAfter = wait,
                };
            }
        }
    }

    static IEnumerable<string> KeysOf(HttpContext context, Owner? owner)
    {
        yield return $"address:{OwnerResolver.Address(context)}";
        if (owner is { IsKnown: true })
        {
            yield return owner.Key;
        }
    }
}

/// <summary>Marks actions that count as beginning an upload.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LimitsBeginsAttribute : Attribute, IAuthorizationFilter
{
    public void OnAuthorization(AuthorizationFilterContext context)
    {
        var services = context.HttpContext.RequestServices;
        try
        {
            var owner = services.GetRequiredService<OwnerResolver>().Of(context.HttpContext);
            services.GetRequiredService<RequestLimits>().CountBegin(context.HttpContext, owner);
        }
        catch (UploadException refusal)
        {
            // So early, no exception filter would see it.
            context.Result = Problems.Of(refusal, context.HttpContext.Response);
        }
    }
}
