namespace ChunkUploader.Domain.Clients;

/// <summary>
/// What the client of a form upload knows of chunks that were acknowledged and are lost since. It takes them for received,
/// and would wait for a file for ever once all the others were acknowledged; so the chunk after which nothing else would
/// come is refused. Who was told sends them again and must get through: those alone, or everything from the first chunk
/// on. Safe to use from several threads.
/// </summary>
public sealed class LossNotice
{
    readonly Lock _lock = new();

    // All below: under the lock. A restart forgets it: then a client is told once more.
    readonly HashSet<int> _asked = []; // those that the client has asked for, and was told to send
    readonly HashSet<int> _refused = []; // chunks that are in, and were refused because of those that are lost
    bool _hasList; // of those that it is to send, some of which may be in, and are compared
    bool _isTold;
    bool _sendsAll;

    /// <summary>The client was told to send this one.</summary>
    public void Tell(int index)
    {
        lock (_lock)
        {
            _asked.Add(index);
        }
    }

    /// <summary>The client was told which ones it is to send.</summary>
    public void TellAll()
    {
        lock (_lock)
        {
            (_isTold, _hasList) = (true, true);
        }
    }

    /// <summary>Whether the client has to be told with this chunk, which is in, that others are missing.</summary>
    /// <param name="isRepeat">The chunk was in before.</param>
    /// <param name="isLost">It was one of the lost ones.</param>
    /// <param name="lastMissing">The last one of those that are missing.</param>
    public bool MustTell(int index, bool isRepeat, bool isLost, int lastMissing)
    {
        lock (_lock)
        {
            // One that was refused is tried again by the client itself, without the others.
            var isRefused = _refused.Contains(index);
            _sendsAll |= isRepeat && index == 0 && !isRefused;
            if ((_sendsAll && index < lastMissing)
                || (!isRefused && ((isLost && _isTold) || (isRepeat && _hasList) || _asked.Contains(index))))
            {
                return false;
            }

            (_isTold, _sendsAll) = (true, false);
            _refused.Add(index);
            return true;
        }
    }
}
