using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ChunkUploader.Tests.Support.Core;

/// <summary>Remembers what is logged.</summary>
sealed class LogRecorder : ILoggerProvider, ILogger
{
    readonly ConcurrentQueue<(LogLevel Level, string Text)> _entries = [];

    public string[] Of(LogLevel level) => [.. _entries.Where(entry => entry.Level == level).Select(entry => entry.Text)];

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter) => _entries.Enqueue((logLevel, formatter(state, exception)));

    public void Dispose()
    {
    }
}
