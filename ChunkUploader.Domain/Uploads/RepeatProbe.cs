namespace ChunkUploader.Domain.Uploads;

/// <summary>
/// Form clients that ask for each chunk before they send it never send bytes that could be compared, so another file
/// with the same weak identifier would be taken for a resumed one. Hence after a silence one chunk that is in is asked
/// for again, and so is every chunk from who has not sent the last one, as two guests may share an address: it is
/// compared when it comes. Safe to use from several threads.
/// </summary>
public sealed class RepeatProbe(TimeProvider time)
{
    static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    readonly Lock _lock = new();
    long? _lastUse;
    bool _isDue = true;
    int? _index;
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

    /// <summary>A client asks whether it need not send a chunk, which is in.</summary>
    /// <param name="sender">The key of who asks.</param>
    /// <returns>True if it is to send it all the same.</returns>
    public bool Wants(int index, string sender)
    {
        lock (_lock)
        {
            Note();
            if (_isDue)
            {
                (_index, _isDue) = (index, false);
            }

            return _index == index || (_sender is not null && _sender != sender);
        }
    }

    /// <summary>The chunk that is being asked for again, if one is.</summary>
    public int? Index
    {
        get
        {
            lock (_lock)
            {
                return _index;
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
            _index = _index == index ? null : _index;
        }
    }

    /// <summary>What was not known after a load is taken for a silence.</summary>
    void Note()
    {
        _isDue |= _lastUse is not { } last || time.GetElapsedTime(last) > Silence;
        _lastUse = time.GetTimestamp();
    }
}
