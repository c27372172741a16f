using Grpc.Wire;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// The deadline of one call. Either the call ends first, or the deadline answers in its place; never both. A deadline is never early:
/// a timer that fires before it is set again.
/// </summary>
internal sealed class DeadlineWatch : IAsyncDisposable
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly Lock _lock = new();
    private readonly HttpServerCallContext _call;
    private readonly GrpcClock _clock;
    private readonly TimeSpan _timeout;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly CancellationTokenRegistration _aborted;
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _timer;
    private bool _ended;
    private bool _exceeded;

    public DeadlineWatch(HttpServerCallContext call, GrpcClock clock, TimeSpan timeout, ILogger logger)
    {
        _call = call;
        _clock = clock;
        _timeout = timeout;
        _logger = logger;
        Deadline = clock.UtcNow + timeout;
        _aborted = call.Http.RequestAborted.UnsafeRegister(static state => ((DeadlineWatch)state!).CallerWentAway(), this);
        _timer = clock.Time.CreateTimer(static state => ((DeadlineWatch)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(timeout < LongestTimer ? timeout : LongestTimer, Timeout.InfiniteTimeSpan);
    }

    public DateTime Deadline { get; }

    public CancellationToken Token => _cancellation.Token;

    public bool IsExceeded => Volatile.Read(ref _exceeded);

    /// <summary>Done when the deadline's answer has gone out.</summary>
    public Task Answered => _answered.Task;

    /// <summary>False when the deadline came first: then the response is no longer the call's to write.</summary>
    public bool TryEndCall()
    {
        lock (_lock)
        {
            _ended = !_exceeded;
            return _ended;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        if (IsExceeded)
            await _answered.Task;
        await _aborted.DisposeAsync();
        _cancellation.Dispose();
    }

    private void CallerWentAway()
    {
        lock (_lock)
            _ended |= !_exceeded;
        _cancellation.Cancel();
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            if (_ended || _exceeded)
                return;
            var remaining = Deadline - _clock.UtcNow;
            if (remaining > TimeSpan.Zero)
            {
                // Timers count whole milliseconds; one more makes sure that the next shot is not early again.
                remaining += TimeSpan.FromMilliseconds(1);
                _timer.Change(remaining < LongestTimer ? remaining : LongestTimer, Timeout.InfiniteTimeSpan);
                return;
            }

            _exceeded = true;
        }

        _ = AnswerAsync();
    }

    private async Task AnswerAsync()
    {
        try
        {
            ServerLog.DeadlineExceeded(_logger, _timeout);
            await _call.AnswerDeadlineExceededAsync();
            await _cancellation.CancelAsync();
        }
        catch (Exception failure)
        {
            ServerLog.DeadlineFailed(_logger, failure);
        }
        finally
        {
            _answered.TrySetResult();
        }
    }
}
