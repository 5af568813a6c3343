using ChunkUploader.Domain.Hashing;
using ChunkUploader.Domain.Sessions;

namespace ChunkUploader.Domain.Completion;

/// <summary>
/// Counts who claims to have a file of somebody else's. To ask whether a file is stored is to learn that it is, or is
/// not; so each asking counts as a wrong guess until the file was proven to be there, or was sent. Who has made as many
/// as are allowed in ten minutes is told of none. In memory only: a restart forgets them.
/// </summary>
public sealed class PossessionClaims(UploadPolicy policy, TimeProvider time)
{
    /// <summary>Many owners may share an address, and one of them must not use up what the others may ask.</summary>
    const int OwnersOfAddress = 10;

    static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    readonly Lock _lock = new();
    readonly Queue<Claim> _claims = new(); // under the lock; the oldest first, also those that were redeemed
    readonly Dictionary<Id<UploadSession>, List<Claim>> _ofSessions = []; // under the lock; those that count
    readonly Dictionary<Counter, int> _counts = []; // under the lock; of those that count

    /// <summary>Counts a claim. The same one of a session counts once.</summary>
    /// <param name="digest">What the session's file is claimed to have.</param>
    /// <returns>False if it is one too many: then nothing is looked up.</returns>
    public bool TryMake(ClaimKind kind, Owner owner, Id<UploadSession> session, Sha256Digest digest)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            while (_claims.TryPeek(out var oldest) && now - oldest.At >= Window)
            {
                Forget(_claims.Dequeue());
            }

            var ofSession = _ofSessions.GetValueOrDefault(session) ?? [];
            if (ofSession.Exists(made => (made.Kind, made.Digest) == (kind, digest)))
            {
                return true;
            }

            var claim = new Claim(session, kind, digest, owner, now);
            if (claim.Counters.Any(counter => _counts.GetValueOrDefault(counter.Counter) >= counter.Limit * policy.WrongGuesses))
            {
                return false;
            }

            foreach (var (counter, _) in claim.Counters)
            {
                _counts[counter] = _counts.GetValueOrDefault(counter) + 1;
            }

            ofSession.Add(claim);
            _ofSessions[session] = ofSession;
            _claims.Enqueue(claim);
            return true;
        }
    }

    /// <summary>What a session has claimed was true: it has brought the file, or the proof of having it.</summary>
    public void Redeem(Id<UploadSession> session)
    {
        lock (_lock)
        {
            foreach (var claim in _ofSessions.GetValueOrDefault(session)?.ToList() ?? [])
            {
                Forget(claim);
            }
        }
    }

    /// <summary>It counts no longer. Has the lock.</summary>
    void Forget(Claim claim)
    {
        if (!_ofSessions.TryGetValue(claim.Session, out var ofSession) || !ofSession.Remove(claim))
        {
            return; // it was redeemed
        }

        if (ofSession.Count == 0)
        {
            _ofSessions.Remove(claim.Session);
        }

        foreach (var (counter, _) in claim.Counters)
        {
            if (--_counts[counter] == 0)
            {
                _counts.Remove(counter);
            }
        }
    }

    readonly record struct Counter(ClaimKind Kind, string Of);

    sealed record Claim(
        Id<UploadSession> Session, ClaimKind Kind, Sha256Digest Digest, Owner Owner, DateTimeOffset At)
    {
        /// <summary>What counts it, each with its limit as a multiple of the wrong guesses that one owner has.</summary>
        public IReadOnlyList<(Counter Counter, int Limit)> Counters { get; } =
        [
            (new Counter(Kind, $"owner {Owner.Key}"), 1),
            (new Counter(Kind, $"address {Owner.Address}"), OwnersOfAddress),
        ];
    }
}

/// <summary>What is claimed; each kind counts apart, as an honest upload makes one claim of each.</summary>
public enum ClaimKind
{
    /// <summary>A file's size and the digest of its first block.</summary>
    FirstBlock,

    /// <summary>A whole file's digests.</summary>
    Content,
}
