using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Regional.TestKit;

/// <summary>One line of a log as a test sees it.</summary>
public sealed record LogLine(string Category, LogLevel Level, EventId Event, string Message, Exception? Failure)
{
    public override string ToString() => $"{Level} {Category}[{Event.Id}] {Message}{(Failure is null ? "" : Environment.NewLine + Failure)}";
}

/// <summary>Thrown at the end of an <see cref="ErrorLogScope"/> in which something logged an error nobody expected.</summary>
public sealed class UnexpectedErrorLogException(string message) : Exception(message);

/// <summary>
/// Fails a test on unexpected Error or Critical logs. Give <see cref="Provider"/> to the host's logging; on dispose (or
/// <see cref="Verify"/>) every error that no <see cref="Expect(Func{LogLine, bool})"/> names is thrown.
/// </summary>
public sealed class ErrorLogScope : IDisposable
{
    private readonly ConcurrentQueue<LogLine> lines = new();
    private readonly ConcurrentBag<Func<LogLine, bool>> expected = [];

    public ErrorLogScope(LogLevel keep = LogLevel.Information)
    {
        Provider = new RecordingProvider(this, keep);
    }

    /// <summary>What the host logs to: <c>builder.Logging.AddProvider(scope.Provider)</c>. The host may dispose it; the scope lives on.</summary>
    public ILoggerProvider Provider { get; }

    /// <summary>Every kept line so far.</summary>
    public IReadOnlyCollection<LogLine> Lines => lines.ToArray();

    /// <summary>The errors that no expectation covers.</summary>
    public IReadOnlyList<LogLine> Unexpected =>
        [.. lines.Where(line => line.Level >= LogLevel.Error && !expected.Any(covers => covers(line)))];

    /// <summary>Names errors that this test provokes on purpose.</summary>
    public ErrorLogScope Expect(Func<LogLine, bool> covers)
    {
        expected.Add(covers);
        return this;
    }

    /// <summary>Names errors of one category (a prefix is enough) that this test provokes on purpose.</summary>
    public ErrorLogScope Expect(string categoryPrefix) => Expect(line => line.Category.StartsWith(categoryPrefix, StringComparison.Ordinal));

    /// <summary>Throws when an unexpected error was logged.</summary>
    public void Verify()
    {
        var unexpected = Unexpected;
        if (unexpected.Count > 0)
        {
            throw new UnexpectedErrorLogException(
                $"{unexpected.Count} unexpected error(s) logged:{Environment.NewLine}{string.Join(Environment.NewLine, unexpected)}");
        }
    }

    public void Dispose() => Verify();

    private sealed class RecordingProvider(ErrorLogScope scope, LogLevel keep) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new RecordingLogger(scope, keep, categoryName);

        public void Dispose()
        {
        }
    }

    private sealed class RecordingLogger(ErrorLogScope scope, LogLevel keep, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= keep && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) scope.lines.Enqueue(new LogLine(category, logLevel, eventId, formatter(state, exception), exception));
        }
    }
}
