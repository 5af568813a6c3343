using System.Threading.RateLimiting;
using ChunkUploader.Domain.Uploads;
using ChunkUploader.Web.Errors;
using Microsoft.AspNetCore.Mvc.Filters;

namespace ChunkUploader.Web.Security;

/// <summary>
/// How often one owner, and one address, may begin uploads (generously: who drops 10,000 small files never meets it)
/// and guess secrets (hardly ever).
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

    readonly PartitionedRateLimiter<string> _passwords = Guesses(settings.WrongGuesses);
    readonly PartitionedRateLimiter<string> _proofs = Guesses(settings.WrongGuesses);

    // Many owners may share an address, and one of them must not use up what the others may guess.
    readonly PartitionedRateLimiter<string> _addressProofs = Guesses(settings.WrongGuesses * 10);

    /// <exception cref="UploadException"><see cref="UploadErrorCode.TooManyRequests"/>.</exception>
    public void CountBegin(Owner owner)
    {
        Take(_begins, $"address:{owner.Address}", 1);
        if (owner.IsKnown)
        {
            Take(_begins, owner.Key, 1);
        }
    }

    /// <summary>Refuses even the right password from where it was wrong too often.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.TooManyRequests"/>.</exception>
    public void EnsureMaySignIn(string address) => Take(_passwords, address, 0);

    public void CountWrongPassword(string address) => _passwords.AttemptAcquire(address).Dispose();

    /// <summary>Refuses even a right proof of those who were wrong too often.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.TooManyRequests"/>.</exception>
    public void EnsureMayProve(Owner owner)
    {
        Take(_proofs, owner.Key, 0);
        Take(_addressProofs, owner.Address, 0);
    }

    public void CountWrongProof(Owner owner)
    {
        _proofs.AttemptAcquire(owner.Key).Dispose();
        _addressProofs.AttemptAcquire(owner.Address).Dispose();
    }

    public void Dispose()
    {
        _begins.Dispose();
        _passwords.Dispose();
        _proofs.Dispose();
        _addressProofs.Dispose();
    }

    static void Take(PartitionedRateLimiter<string> limiter, string key, int permits)
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

    static PartitionedRateLimiter<string> Guesses(int permits) =>
        PartitionedRateLimiter.Create<string, string>(key =>
            RateLimitPartition.GetFixedWindowLimiter(key, _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = permits,
                Window = GuessWindow,
            }));
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
            services.GetRequiredService<RequestLimits>().CountBegin(owner);
        }
        catch (UploadException refusal)
        {
            // So early, no exception filter would see it.
            context.Result = Problems.Of(refusal, context.HttpContext.Response);
        }
    }
}
