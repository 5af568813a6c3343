using ChunkUploader.Domain.Catalog;
using ChunkUploader.Domain.Chunks;

namespace ChunkUploader.Domain.Sessions;

/// <summary>
/// The room of the disk that is promised to uploads: to each what is still to come of its file, so that no other upload
/// takes it meanwhile. One owner, and one address, are promised at most a share of what is free; who asks for more
/// uploads without a promise, into the room that is left. A promise lapses when no bytes come for it, and is taken up
/// again with the next ones if there is room. Safe to use from several threads.
/// </summary>
public sealed class SpaceReservations(IPartStore partStore, UploadPolicy policy, TimeProvider time)
{
    /// <summary>How long a promise holds without bytes.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    readonly Lock _lock = new();

    // All below: under the lock.
    readonly Dictionary<Id<UploadSession>, Reservation> _reservations = [];
    readonly Dictionary<string, long> _holders = []; // bytes by owner and by address
    readonly LinkedList<Reservation> _byLastBytes = new();
    readonly Dictionary<Id<UploadSession>, int> _writers = []; // chunks being written, whatever was promised since
    long _promised;
    long _unpromisedOnTheirWay;

    /// <summary>Bytes that are promised to all uploads together.</summary>
    public long Promised
    {
        get
        {
            lock (_lock)
            {
                Lapse();
                return _promised;
            }
        }
    }

    /// <summary>Promises room for what is to come of a file, instead of what was promised for it before, if there is
    /// so much and its owner's share allows it.</summary>
    /// <returns>False if nothing is promised now.</returns>
    public bool Reserve(UploadSession session)
    {
        var free = partStore.FreeBytes;
        lock (_lock)
        {
            Lapse();
            Remove(session.Id);
            return Add(session, session.BytesToCome, free, free, time.GetUtcNow()) is not null;
        }
    }

    /// <summary>Takes up what was promised before a restart.</summary>
    /// <param name="sessions">Those that still receive, and how many bytes each has received.</param>
    public void Restore(IReadOnlyCollection<(UploadSession Session, long Received)> sessions)
    {
        var free = partStore.FreeBytes;

        // The share was one of what was free when they began: before they filled it.
        var freeBefore = free + sessions.Sum(upload => upload.Received);
        lock (_lock)
        {
            foreach (var (session, received) in sessions.OrderBy(upload => upload.Session.ExpiresAt))
            {
                var lastBytes = session.ExpiresAt - policy.SessionLifetime;
                Remove(session.Id);
                Add(session, (session.Plan.Size ?? 0) - received, free, freeBefore, lastBytes);
            }

            Lapse();
        }
    }

    /// <summary>Room for a chunk that is about to be written; disposed when it is in, or has failed.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.StorageFull"/>: the upload has no promise, and what
    /// is free is promised to others.</exception>
    public IDisposable Claim(UploadSession session, long length)
    {
        var free = partStore.FreeBytes;
        lock (_lock)
        {
            Lapse();
            var reservation = _reservations.GetValueOrDefault(session.Id)
                ?? Add(session, session.BytesToCome, free, free, time.GetUtcNow());
            if (reservation is not null)
            {
                Touch(reservation);
            }
            else
            {
                EnsureRoom(length, free);
                _unpromisedOnTheirWay += length;
            }

            _writers[session.Id] = _writers.GetValueOrDefault(session.Id) + 1;
            return new Room(this, session, reservation is null ? length : 0);
        }
    }

    /// <summary>Ensures that bytes which belong to no session have room beside all promises.</summary>
    /// <exception cref="UploadException"><see cref="UploadErrorCode.StorageFull"/>.</exception>
    public void EnsureRoom(long length)
    {
        var free = partStore.FreeBytes;
        lock (_lock)
        {
            Lapse();
            EnsureRoom(length, free);
        }
    }

    /// <summary>Nothing more comes for this upload.</summary>
    public void Release(Id<UploadSession> id)
    {
        lock (_lock)
        {
            Remove(id);
        }
    }

    void EnsureRoom(long length, long free)
    {
        if (length > free - _promised - _unpromisedOnTheirWay)
        {
            throw new UploadException(
                UploadErrorCode.StorageFull, "There is no room left beside what is promised to other uploads.");
        }
    }

    /// <param name="free">Bytes of the disk.</param>
    /// <param name="shared">Bytes that the holders' shares are of.</param>
    /// <returns>Null if there is nothing to come, or too much.</returns>
    Reservation? Add(UploadSession session, long bytes, long free, long shared, DateTimeOffset lastBytes)
    {
        string[] holders = session.OwnerAddress.Length > 0
            ? [$"owner {session.Owner}", $"address {session.OwnerAddress}"]
            : [$"owner {session.Owner}"];
        var share = (long)(shared * (session.OwnerIsStable ? policy.PromisedShare : policy.PromisedGuestShare));
        if (bytes <= 0
            || bytes > free - _promised - _unpromisedOnTheirWay
            || Array.Exists(holders, holder => _holders.GetValueOrDefault(holder) + bytes > share))
        {
            return null;
        }

        var reservation = new Reservation(session.Id, holders) { LastBytes = lastBytes };
        reservation.Place = _byLastBytes.AddLast(reservation);
        _reservations.Add(session.Id, reservation);
        Change(reservation, bytes);
        return reservation;
    }

    /// <param name="unpromised">In bytes.</param>
    void Leave(UploadSession session, long unpromised)
    {
        lock (_lock)
        {
            _unpromisedOnTheirWay -= unpromised;
            if (--_writers[session.Id] == 0)
            {
                _writers.Remove(session.Id);
            }

            if (_reservations.GetValueOrDefault(session.Id) is { } current)
            {
                Touch(current);
                Change(current, session.BytesToCome);
                if (current.Bytes == 0)
                {
                    Remove(session.Id);
                }
            }
        }
    }

    void Touch(Reservation reservation)
    {
        reservation.LastBytes = time.GetUtcNow();
        _byLastBytes.Remove(reservation.Place);
        _byLastBytes.AddLast(reservation.Place);
    }

    /// <summary>Forgets what has lapsed. Where a chunk is on its way bytes do come, however long it takes.</summary>
    void Lapse()
    {
        var oldest = time.GetUtcNow() - Lifetime;
        while (_byLastBytes.First?.Value is { } first && first.LastBytes < oldest)
        {
            if (_writers.ContainsKey(first.Session))
            {
                Touch(first);
            }
            else
            {
                Remove(first.Session);
            }
        }
    }

    void Remove(Id<UploadSession> id)
    {
        if (_reservations.Remove(id, out var reservation))
        {
            _byLastBytes.Remove(reservation.Place);
            Change(reservation, 0);
        }
    }

    void Change(Reservation reservation, long bytes)
    {
        var more = bytes - reservation.Bytes;
        reservation.Bytes = bytes;
        _promised += more;
        foreach (var holder in reservation.Holders)
        {
            var held = _holders.GetValueOrDefault(holder) + more;
            if (held == 0)
            {
                _holders.Remove(holder);
            }
            else
            {
                _holders[holder] = held;
            }
        }
    }

    sealed class Reservation(Id<UploadSession> session, string[] holders)
    {
        public Id<UploadSession> Session => session;

        public string[] Holders => holders;

        public long Bytes { get; set; }

        public DateTimeOffset LastBytes { get; set; }

        public LinkedListNode<Reservation> Place { get; set; } = null!;
    }

    sealed class Room(SpaceReservations room, UploadSession session, long unpromised) : IDisposable
    {
        public void Dispose() => room.Leave(session, unpromised);
    }
}
