using System.Threading.RateLimiting;
using ChunkUploader.Domain;
using ChunkUploader.Domain.Sessions;

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
            owner.IsStable ? Bucket(owner.Key, settings) : RateLimitPartition.GetNoLimiter("")));

    readonly PartitionedRateLimiter<string> _passwords = Guesses(settings.WrongGuesses);
    readonly PartitionedRateLimiter<string> _proofs = Guesses(settings.WrongGuesses);

    readonly KeyedLock _keyedLock = new(); // the counters are this process's, too

    // Many owners may share an address, and one of them must not use up what the others may guess.
    readonly PartitionedRateLimiter<string> _addressProofs = Guesses(settings.WrongGuesses * 10);

    /// <exception cref="UploadException"><see cref="UploadErrorCode.RateLimited"/>.</exception>
    public void CountBegin(Owner owner) => Take(Begins, owner, 1);

    /// <summary>Judges a password; refuses even the right one from where it was wrong too often.</summary>
    /// <param name="isRight">Is not asked then.</param>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.RateLimited"/>.</exception>
    public Task<bool> JudgePasswordAsync(string address, Func<Task<bool>> isRight, CancellationToken ct) =>
        JudgeAsync(address, isRight, wasRight => wasRight, [(_passwords, address)], ct);

    /// <summary>Judges a proof; refuses even a right one of those who were wrong too often.</summary>
    /// <param name="prove">Is not asked then.</param>
    /// <inheritdoc cref="JudgePasswordAsync" path="/exception"/>
    public Task<UploadStatus> JudgeProofAsync(Owner owner, Func<Task<UploadStatus>> prove, CancellationToken ct) =>
        JudgeAsync(
            owner.Address,
            prove,
            status => !status.IsWrongProof,
            [(_proofs, owner.Key), (_addressProofs, owner.Address)],
            ct);

    public void Dispose()
    {
        Begins.Dispose();
        _passwords.Dispose();
        _proofs.Dispose();
        _addressProofs.Dispose();
    }

    /// <summary>One guess of an address after the other: of many that come at once, none is judged before those in front
    /// of it were counted.</summary>
    Task<T> JudgeAsync<T>(
        string address,
        Func<Task<T>> judge,
        Func<T, bool> isRight,
        (PartitionedRateLimiter<string> Limiter, string Key)[] limits,
        CancellationToken ct)
    {
        return _keyedLock.RunExclusiveAsync(
            address,
            async () =>
            {
                Array.ForEach(limits, limit => Take(limit.Limiter, limit.Key, 0));
                var outcome = await judge();
                if (!isRight(outcome))
                {
                    Array.ForEach(limits, limit => limit.Limiter.AttemptAcquire(limit.Key).Dispose());
                }

                return outcome;
            },
            ct);
    }

    /// <summary>What is told to whom a limit refused.</summary>
    public static UploadException Refusal(RateLimitLease lease) =>
        new(UploadErrorCode.RateLimited, "That was too often; try again later.")
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
