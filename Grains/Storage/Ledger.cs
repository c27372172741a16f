using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Regional.Deadlines;
using Regional.Delivery;
using Regional.Projections;

namespace Regional.Storage;

/// <summary>
/// A grain's state with what belongs to every change of it, in this order: reminder, due note, write, delivery. A crash between any two
/// leaves at most a wake-up that finds nothing to do.
/// </summary>
internal sealed class Ledger<TState>
    where TState : class, ILedgerState<TState>
{
    private readonly Committed<TState> committed;
    private readonly Courier courier;
    private readonly Alarm? alarm;
    private readonly Func<TState, DateTimeOffset?>? deadline;

    /// <param name="project">Applies the grain's row to its projection; called with the written state only.</param>
    /// <param name="deadline">The state's next deadline; null for grains that have none.</param>
    /// <param name="onDue">A turn of the grain at a deadline.</param>
    public Ledger(
        IGrainBase grain,
        IPersistentState<TState> storage,
        LedgerServices services,
        Func<TState, IProjectionWriter, Task> project,
        Func<TState, DateTimeOffset?>? deadline = null,
        Func<Task>? onDue = null)
    {
        this.deadline = deadline;
        committed = new Committed<TState>(storage, grain);
        courier = new Courier(
            grain, grain.GrainContext.GrainId.Key.ToString()!, services.Sender, services.Due, services.Time, services.Logger,
            () => committed.Value.Outbox, () => committed.Value.Version == 0 ? Task.CompletedTask : project(committed.Value, services.Projections));
        if (onDue is not null) alarm = new Alarm(grain, services.Time, onDue);
    }

    public TState State => committed.Value;

    public bool Knows(string commandId) => State.Commands.Knows(commandId);

    public async Task Activated()
    {
        if (State.Version == 0)
        {
            alarm?.NothingStored();
            return;
        }

        courier.Begin();
        if (alarm is not null) await alarm.Settle(deadline?.Invoke(State));
    }

    /// <summary>The reminder woke the grain and it has looked at its state.</summary>
    public Task Ticked() => alarm is null ? Task.CompletedTask : alarm.Ticked(deadline?.Invoke(State));

    /// <summary>A timer woke the grain and nothing was due yet.</summary>
    public Task Rearm() => alarm is null ? Task.CompletedTask : alarm.Settle(deadline?.Invoke(State));

    public void Deliver() => courier.Kick();

    public Task Commit(TState next, Actors.Command command) => Commit(next.With(next.Commands.With(command.Id, next.Version)));

    public async Task Commit(TState next)
    {
        next = next.With(next.Outbox.Without(courier.Delivered));
        var at = deadline?.Invoke(next);
        if (alarm is not null) await alarm.Arm(at);
        DateTimeOffset? noted = next.Outbox.Pending.IsEmpty ? null : await courier.NoteDue();
        await committed.Commit(next);
        if (noted is { } note) courier.Written(note);
        if (alarm is not null) await alarm.Settle(at);
    }
}

/// <summary>What every grain's ledger needs of the host.</summary>
internal sealed class LedgerServices(
    EventSender sender, IDueTable due, IProjectionWriter projections,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time, ILoggerFactory loggers)
{
    public EventSender Sender => sender;

    public IDueTable Due => due;

    public IProjectionWriter Projections => projections;

    public TimeProvider Time => time;

    public ILogger Logger { get; } = loggers.CreateLogger("Regional.Delivery");
}
