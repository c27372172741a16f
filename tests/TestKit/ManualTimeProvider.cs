namespace Regional.TestKit;

/// <summary>
/// A clock that moves only when a test says so. Timers (and so <c>Task.Delay(…, time, …)</c>, <c>PeriodicTimer</c>,
/// <c>CancellationTokenSource</c> with this provider) fire inside <see cref="Advance"/>, on the caller's thread, in order of
/// their instants, each seeing its own instant as now. Thread-safe; no lock is held while a callback runs.
/// </summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> armed = [];
    private readonly List<(DateTimeOffset Until, TaskCompletionSource Reached)> watchers = [];
    private DateTimeOffset now;
    private long armings;

    /// <param name="start">First instant; 2026-03-02 08:00 UTC (a Monday) when left out.</param>
    public ManualTimeProvider(DateTimeOffset? start = null)
    {
        now = (start ?? new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero)).ToUniversalTime();
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How many timers wait to fire.</summary>
    public int ArmedTimers
    {
        get { lock (gate) return armed.Count; }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>
    /// Moves the clock forward and fires what falls due on the way, periodic timers as often as they fit.
    /// Exceptions of callbacks are gathered and thrown together when the clock has arrived.
    /// </summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        DateTimeOffset target;
        lock (gate) target = now + by;

        List<Exception>? failures = null;
        while (TakeDue(target) is { } timer)
        {
            try
            {
                timer.Fire();
            }
            catch (Exception failure)
            {
                (failures ??= []).Add(failure);
            }
        }

        if (failures is not null) throw new AggregateException("A timer callback failed.", failures);
    }

    /// <summary>Moves the clock to an instant that is not in the past.</summary>
    public void AdvanceTo(DateTimeOffset instant) => Advance(instant - GetUtcNow());

    /// <summary>
    /// Completes when some timer is armed that falls due within <paramref name="span"/> from now: the moment a test may
    /// advance without racing the code that is about to wait. Fails after 30 s of real time.
    /// </summary>
    public Task WhenTimerArmedAsync(TimeSpan span)
    {
        lock (gate)
        {
            var until = now + span;
            if (armed.Exists(t => t.Due <= until)) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            watchers.Add((until, reached));
            return reached.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    private ManualTimer? TakeDue(DateTimeOffset target)
    {
        lock (gate)
        {
            ManualTimer? next = null;
            foreach (var timer in armed)
            {
                if (timer.Due > target) continue;
                if (next is null || timer.Due < next.Due || (timer.Due == next.Due && timer.Arming < next.Arming)) next = timer;
            }

            if (next is null)
            {
                if (target > now) now = target;
                return null;
            }

            if (next.Due > now) now = next.Due;
            armed.Remove(next);
            if (next.Period > TimeSpan.Zero) Arm(next, next.Due + next.Period);
            return next;
        }
    }

    private void Arm(ManualTimer timer, DateTimeOffset due)
    {
        timer.Due = due;
        timer.Arming = ++armings;
        armed.Add(timer);
        for (var i = watchers.Count - 1; i >= 0; i--)
        {
            if (due > watchers[i].Until) continue;
            watchers[i].Reached.TrySetResult();
            watchers.RemoveAt(i);
        }
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private readonly ExecutionContext? context = ExecutionContext.Capture();
        private bool disposed;

        public DateTimeOffset Due { get; set; }

        public long Arming { get; set; }

        public TimeSpan Period { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var fireAtOnce = false;
            lock (clock.gate)
            {
                if (disposed) return false;
                clock.armed.Remove(this);
                Period = period == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : period;
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                fireAtOnce = dueTime <= TimeSpan.Zero;
                if (!fireAtOnce) clock.Arm(this, clock.now + dueTime);
                else if (Period > TimeSpan.Zero) clock.Arm(this, clock.now + Period);
            }

            // A due time of zero means "now": a real timer would fire it from the pool, never inside Change.
            if (fireAtOnce) ThreadPool.UnsafeQueueUserWorkItem(static t => t.Fire(), this, preferLocal: false);
            return true;
        }

        public void Fire()
        {
            lock (clock.gate)
            {
                if (disposed) return;
            }

            if (context is null) callback(state);
            else ExecutionContext.Run(context, static t => ((ManualTimer)t!).Call(), this);
        }

        public void Dispose()
        {
            lock (clock.gate)
            {
                disposed = true;
                clock.armed.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Call() => callback(state);
    }
}
