using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>What filters see of a tick.</summary>
internal interface IGrainTimerInvoker : IAddressable
{
    Task InvokeCallbackAsync();
}

/// <summary>
/// A timer of an activation. Each tick is a request of the grain to itself; the next is timed from the end of the last.
/// </summary>
internal sealed class GrainTimer : IGrainTimer, IGrainTimerInvoker
{
    private static readonly MethodModel s_tick =
        new(typeof(IGrainTimerInvoker), typeof(IGrainTimerInvoker).GetMethod(nameof(IGrainTimerInvoker.InvokeCallbackAsync))!);

    private readonly CancellationTokenSource _disposed = new();
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly bool _interleave;
    private readonly bool _keepAlive;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private TimeSpan _dueTime;
    private TimeSpan _period;
    private bool _firing;
    private bool _changedWhileFiring;

    public GrainTimer(
        Activation activation, Func<CancellationToken, Task> callback, bool interleave, bool keepAlive, TimeProvider clock, ILogger logger)
    {
        _activation = activation;
        _callback = callback;
        _interleave = interleave;
        _keepAlive = keepAlive;
        _logger = logger;
        if (ExecutionContext.IsFlowSuppressed())
        {
            _timer = NewTimer(clock);
            return;
        }

        using (ExecutionContext.SuppressFlow())
            _timer = NewTimer(clock);
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Validate(dueTime, nameof(dueTime));
        Validate(period, nameof(period));
        lock (_lock)
        {
            _dueTime = dueTime;
            _period = period;
            _changedWhileFiring = _firing;
            if (!_firing)
                Arm(dueTime);
        }
    }

    public void Dispose()
    {
        try
        {
            _disposed.Cancel();
        }
        catch (AggregateException exception)
        {
            _logger.LogError(exception, "A timer of {Activation} failed as it was cancelled.", _activation);
        }

        _timer.Dispose();
        _activation.RemoveTimer(this);
    }

    async Task IGrainTimerInvoker.InvokeCallbackAsync()
    {
        try
        {
            if (!_disposed.IsCancellationRequested)
                await _callback(_disposed.Token);
        }
        catch (Exception exception)
        {
            _logger.LogWarning(exception, "A tick of a timer of {Activation} failed.", _activation);
        }
        finally
        {
            lock (_lock)
            {
                _firing = false;
                if (!_disposed.IsCancellationRequested)
                    Arm(_changedWhileFiring ? _dueTime : _period);
                _changedWhileFiring = false;
            }
        }
    }

    private static void Validate(TimeSpan time, string name)
    {
        const uint longest = 0xfffffffe;
        var milliseconds = (long)time.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, longest, name);
    }

    private ITimer NewTimer(TimeProvider clock) =>
        clock.CreateTimer(static self => ((GrainTimer)self!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private void Arm(TimeSpan time)
    {
        try
        {
            _timer.Change(time, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The activation ended meanwhile.
        }
    }

    private void Fire()
    {
        lock (_lock)
            _firing = true;

        _activation.Receive(new GrainRequest(s_tick, [], _activation.GrainId)
        {
            SourceId = _activation.GrainId,
            AlwaysInterleaves = _interleave,
            KeepsAlive = _keepAlive,
            IsLocalOnly = true,
            FixedTarget = this,
        });
    }
}
