namespace ChunkUploader.Domain.Clients;

/// <summary>
/// Form clients that ask which chunks are in before they send the others never send bytes that could be compared, so
/// another file with the same weak identifier would be taken for a resumed one. Hence after a silence two chunks that are
/// in are asked for again: the one that the client asks for first, and the last one, as files that were changed in place
/// begin alike. They are compared when they come, and before they have come the file is not complete. From who has not
/// sent the last chunk every one is wanted, as two guests may share an address. Safe to use from several threads.
/// </summary>
public sealed class ResendCheck(TimeProvider time)
{
    static readonly TimeSpan MaxIdleTime = TimeSpan.FromMinutes(1);

    readonly Lock _lock = new();

    // All below: under the lock. A restart forgets it, and is taken for a silence.
    readonly HashSet<int> _wanted = [];
    long? _lastUse;
    bool _isDue = true;
    string? _sender;

    /// <summary>Something came for this upload.</summary>
    public void Touch()
    {
        lock (_lock)
        {
            Note();
        }
    }

    /// <summary>The upload has just begun: nobody has been silent yet.</summary>
    public void Start()
    {
        lock (_lock)
        {
            Note();
            _isDue = false;
        }
    }

    /// <summary>A client asks whether it need not send chunks.</summary>
    /// <param name="index">One of those that are in: the one that it asks for, or the first one.</param>
    /// <param name="last">The last one that is in.</param>
    /// <param name="sender">The key of who asks.</param>
    /// <returns>Those that it is to send all the same; null: all of them.</returns>
    public IReadOnlySet<int>? Ask(int index, int last, string sender)
    {
        lock (_lock)
        {
            Note();
            if (_isDue)
            {
                _isDue = false;
                _wanted.UnionWith([index, last]);
            }

            return _sender is not null && _sender != sender ? null : _wanted.ToHashSet();
        }
    }

    /// <summary>The chunks that are being asked for again.</summary>
    public IReadOnlySet<int> Wanted
    {
        get
        {
            lock (_lock)
            {
                return _wanted.ToHashSet();
            }
        }
    }

    /// <summary>A chunk came, and is what was in if it was in.</summary>
    /// <param name="sender">The key of who has sent it.</param>
    public void Pass(int index, string sender)
    {
        lock (_lock)
        {
            Note();
            _sender = sender;
            _wanted.Remove(index);
        }
    }

    /// <summary>What was not known after a load is taken for a silence.</summary>
    void Note()
    {
        _isDue |= _lastUse is not { } last || time.GetElapsedTime(last) > MaxIdleTime;
        _lastUse = time.GetTimestamp();
    }
}
