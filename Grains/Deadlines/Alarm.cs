using Orleans;
using Orleans.Runtime;

namespace Regional.Deadlines;

/// <summary>
/// Wakes a grain at the deadlines in its state (design rule 5): by a timer while it is active, by a reminder in any case. The reminder only
/// wakes: the grain then looks at its state. It is registered before the write that makes the deadline and goes when none is left.
/// </summary>
internal sealed class Alarm(IGrainBase grain, TimeProvider time, Func<Task> due)
{
    private const string Name = "wake";
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private IGrainTimer? timer;
    private DateTimeOffset? reminder;
    private bool unknown = true;

    /// <summary>A grain that was never written has no reminder to look for.</summary>
    public void NothingStored() => unknown = false;

    /// <summary>Before the write of a state whose next deadline this is.</summary>
    public async Task Arm(DateTimeOffset? deadline)
    {
        if (deadline is not { } at) return;
        if (reminder is { } registered && registered <= at) return;
        await grain.RegisterOrUpdateReminder(Name, Until(at), Period);
        reminder = at;
        unknown = false;
    }

    /// <summary>After the write, on activation and after each wake.</summary>
    public async Task Settle(DateTimeOffset? deadline)
    {
        if (deadline is { } at)
        {
            var until = Until(at);
            if (timer is null) timer = grain.RegisterGrainTimer(due, new GrainTimerCreationOptions(until, Timeout.InfiniteTimeSpan));
            else timer.Change(until, Timeout.InfiniteTimeSpan);
            return;
        }

        timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (!unknown && reminder is null) return;
        if (await grain.GetReminder(Name) is { } stored) await grain.UnregisterReminder(stored);
        reminder = null;
        unknown = false;
    }

    /// <summary>The reminder ticked: from here on it ticks every minute, unless it is set to the next deadline.</summary>
    public async Task Ticked(DateTimeOffset? deadline)
    {
        reminder = null;
        await Arm(deadline);
        if (deadline is null) unknown = true;
        await Settle(deadline);
    }

    private TimeSpan Until(DateTimeOffset at)
    {
        var wait = at - time.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }
}
