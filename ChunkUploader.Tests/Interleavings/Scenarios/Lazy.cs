namespace System;

/// <summary>In place of the system's, whose lock the scheduler does not know: whoever waits for it would block that.
/// </summary>
sealed class Lazy<T>(Func<T> create)
{
    readonly object _lock = new();
    bool _isCreated; // under the lock
    T? _value; // under the lock

    public Lazy(T value)
        : this(() => value) => _ = Value;

    public bool IsValueCreated
    {
        get
        {
            lock (_lock)
            {
                return _isCreated;
            }
        }
    }

    public T Value
    {
        get
        {
            lock (_lock)
            {
                if (!_isCreated)
                {
                    (_value, _isCreated) = (create(), true);
                }

                return _value!;
            }
        }
    }
}
