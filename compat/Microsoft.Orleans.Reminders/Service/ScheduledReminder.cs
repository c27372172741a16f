namespace Orleans.Embedded;

/// <summary>A reminder waiting for its next tick. The next tick is set when the last one has been taken.</summary>
internal sealed class ScheduledReminder : IDisposable
{
    // Longer waits are cut up: timers take no more than 49 days.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(30);

    private readonly TimeProvider _clock;
    private readonly Func<ReminderEntry, Task> _deliver;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private DateTime _next;
    private DateTime? _delivered;
    private bool _disposed;

    public ScheduledReminder(ReminderEntry entry, TimeProvider clock, Func<ReminderEntry, Task> deliver)
    {
        Entry = entry;
        _clock = clock;
        _deliver = deliver;
        using (ExecutionContext.SuppressFlow())
        {
            _timer = clock.CreateTimer(
                static self => _ = ((ScheduledReminder)self!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        Arm();
    }

    public ReminderEntry Entry { get; }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _timer.Dispose();
        }
    }

    private async Task Fire()
    {
        if (_clock.GetUtcNow().UtcDateTime >= _next)
        {
            await _deliver(Entry);
            _delivered = _next;
        }

        Arm();
    }

    private void Arm()
    {
        lock (_lock)
        {
            if (_disposed)
                return;

            var now = _clock.GetUtcNow().UtcDateTime;
            _next = NextTick(now);
            var wait = _next - now;
            _timer.Change(wait < s_longestWait ? wait : s_longestWait, Timeout.InfiniteTimeSpan);
        }
    }

    // The first tick is missed if it lies in the past: the rhythm goes on from it.
    private DateTime NextTick(DateTime now)
    {
        var first = DateTime.SpecifyKind(Entry.StartAt, DateTimeKind.Utc);
        var periods = now <= first ? 0 : (now - first + Entry.Period - TimeSpan.FromTicks(1)).Ticks / Entry.Period.Ticks;
        var next = first + (periods * Entry.Period);
        return _delivered is { } delivered && next <= delivered ? delivered + Entry.Period : next;
    }
}
