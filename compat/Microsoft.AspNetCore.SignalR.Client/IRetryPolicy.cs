namespace Microsoft.AspNetCore.SignalR.Client;

/// <summary>Decides how long to wait before the next attempt to reconnect.</summary>
public interface IRetryPolicy
{
    /// <summary>The wait before the next attempt; <see langword="null"/> gives up.</summary>
    TimeSpan? NextRetryDelay(RetryContext retryContext);
}

/// <summary>What a retry policy knows when asked.</summary>
public sealed class RetryContext
{
    /// <summary>Failed attempts so far, 0 at the first question.</summary>
    public long PreviousRetryCount { get; set; }

    /// <summary>Time since the connection was lost.</summary>
    public TimeSpan ElapsedTime { get; set; }

    /// <summary>What made the last attempt, or the connection itself, fail.</summary>
    public Exception? RetryReason { get; set; }
}

internal sealed class FixedDelays(TimeSpan[] delays) : IRetryPolicy
{
    /// <summary>The documented default: at once, then after 2, 10 and 30 seconds, then give up.</summary>
    public static readonly TimeSpan[] Default =
        [TimeSpan.Zero, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30)];

    public TimeSpan? NextRetryDelay(RetryContext retryContext) =>
        retryContext.PreviousRetryCount < delays.Length ? delays[retryContext.PreviousRetryCount] : null;
}
