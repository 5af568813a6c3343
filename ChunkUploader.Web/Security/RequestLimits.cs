using System.Threading.RateLimiting;
using ChunkUploader.Domain.Uploads;

namespace ChunkUploader.Web.Security;

/// <summary>
/// How often one owner, and one address, may begin uploads (generously: who drops 10,000 small files never meets it)
/// and guess secrets (hardly ever).
/// </summary>
public sealed class RequestLimits(LimitSettings settings) : IDisposable
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    static readonly TimeSpan GuessWindow = TimeSpan.FromMinutes(10);

    /// <summary>Of an address, and of an owner, where it is known who that is.</summary>
    public PartitionedRateLimiter<Owner> Begins { get; } = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<Owner, string>(owner => Bucket(owner.Address, settings)),
        PartitionedRateLimiter.Create<Owner, string>(owner =>
            owner.IsKnown ? Bucket(owner.Key, settings) : RateLimitPartition.GetNoLimiter("")));

    readonly PartitionedRateLimiter<string> _passwords = Guesses(settings.WrongGuesses);
    readonly PartitionedRateLimiter<string> _proofs = Guesses(settings.WrongGuesses);

    // Many owners may share an address, and one of them must not use up what the others may guess.
    readonly PartitionedRateLimiter<string> _addressProofs = Guesses(settings.WrongGuesses * 10);

    /// <exception cref="UploadException"><see cref="UploadErrorCode.TooManyRequests"/>.</exception>
    public void CountBegin(Owner owner) => Take(Begins, owner, 1);

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
        Begins.Dispose();
        _passwords.Dispose();
        _proofs.Dispose();
        _addressProofs.Dispose();
    }

    /// <summary>What is told to whom a limit refused.</summary>
    public static UploadException Refusal(RateLimitLease lease) =>
        new(UploadErrorCode.TooManyRequests, "That was too often; try again later.")
        {
            RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : Second,
        };

    static void Take<T>(PartitionedRateLimiter<T> limiter, T key, int permits)
    {
        using var lease = limiter.AttemptAcquire(key, permits);
        if (!lease.IsAcquired)
        {
            throw Refusal(lease);
        }
    }

    static RateLimitPartition<string> Bucket(string key, LimitSettings settings) =>
        RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = settings.BeginBurst,
            TokensPerPeriod = settings.BeginsPerSecond,
            ReplenishmentPeriod = Second,
        });

    static PartitionedRateLimiter<string> Guesses(int permits) =>
        PartitionedRateLimiter.Create<string, string>(key =>
            RateLimitPartition.GetFixedWindowLimiter(key, _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = permits,
                Window = GuessWindow,
            }));
}
