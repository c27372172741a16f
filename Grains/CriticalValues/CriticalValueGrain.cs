using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;
using Regional.Actors;
using Regional.Outcomes;
using Regional.Sites;
using Regional.Storage;
using Regional.Transitions;

namespace Regional.CriticalValues;

/// <summary>Runs <see cref="CriticalRules"/> over durable state. Asks the site once whether anybody can be reached; the site never asks back.</summary>
[GrainType("critical-value")]
internal sealed class CriticalValueGrain : Grain, ICriticalValueGrain, IRemindable
{
    private readonly Ledger<CriticalValueState> ledger;
    private readonly TimeProvider time;
    private readonly WorkflowClocks clocks;

    public CriticalValueGrain(
        [PersistentState("critical-value", RegionalStorage.Name)] IPersistentState<CriticalValueState> state,
        LedgerServices services,
        IOptions<WorkflowClocks> clocks)
    {
        time = services.Time;
        this.clocks = clocks.Value;
        ledger = new Ledger<CriticalValueState>(
            this, state, services, (written, projections) => projections.Apply(written.Snapshot()), CriticalRules.Deadline, OnDue);
    }

    private DateTimeOffset Now => time.GetUtcNow();

    public override Task OnActivateAsync(CancellationToken cancellationToken) => ledger.Activated();

    public Task<Outcome<CriticalValueSnapshot>> Get() =>
        Task.FromResult<Outcome<CriticalValueSnapshot>>(ledger.State.Phase is null ? NotFound() : ledger.State.Snapshot());

    public async Task<Outcome<CriticalValueSnapshot>> Suspect(Command command, Suspicion suspicion)
    {
        if (ledger.Knows(command.Id)) return ledger.State.Snapshot();
        if (ledger.State.Phase is not null) return Failure.Of(FailureCode.WrongState, "critical.suspect");
        var fresh = ledger.State with { CriticalValueId = this.GetPrimaryKeyString(), Suspicion = suspicion };
        return await Conclude(command, CriticalRules.Suspect(fresh, Turn.Of(command, Now), suspicion, clocks));
    }

    public async Task<Outcome<CriticalValueSnapshot>> Verify(Command command)
    {
        if (Early(command) is { } answer) return answer;
        var site = GrainFactory.GetGrain<ISiteGrain>(GrainKeys.Site(ledger.State.Site));
        return await Conclude(command, CriticalRules.Verify(ledger.State, Turn.Of(command, Now), await site.Reachable(), clocks));
    }

    public Task<Outcome<CriticalValueSnapshot>> Refute(Command command) =>
        Do(command, (state, turn) => CriticalRules.End(state, CriticalTransitions.Refute, turn));

    public Task<Outcome<CriticalValueSnapshot>> Receive(Command command, string readBack) =>
        Do(command, (state, turn) => CriticalRules.Receive(state, turn, readBack));

    public Task<Outcome<CriticalValueSnapshot>> RecordCall(Command command, PhoneCall call) =>
        Do(command, (state, turn) => CriticalRules.RecordCall(state, turn, call, clocks));

    public Task<Outcome<CriticalValueSnapshot>> Act(Command command, string action) =>
        Do(command, (state, turn) => CriticalRules.Act(state, turn, action));

    public Task<Outcome<CriticalValueSnapshot>> Confirm(Command command) => Do(command, CriticalRules.Confirm);

    public Task<Outcome<CriticalValueSnapshot>> Withdraw(Command command) =>
        Do(command, (state, turn) => CriticalRules.End(state, CriticalTransitions.Withdraw, turn));

    public Task PresenceChanged(Reachability reachability) => Follow(CriticalRules.Reached(ledger.State, reachability, Now, clocks));

    public Task Relink(string studyId)
    {
        var state = ledger.State;
        return state.Suspicion is null || state.Suspicion.StudyId == studyId
            ? Task.CompletedTask
            : Follow((state with { Suspicion = state.Suspicion with { StudyId = studyId } }).Stepped(Turn.OfSystem(Now), "critical.relinked"));
    }

    public Task Deliver()
    {
        ledger.Deliver();
        return Task.CompletedTask;
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await OnDue();
        await ledger.Ticked();
    }

    private async Task OnDue()
    {
        var next = CriticalRules.Due(ledger.State, Now, clocks);
        await (ReferenceEquals(next, ledger.State) ? ledger.Rearm() : Follow(next));
    }

    private async Task<Outcome<CriticalValueSnapshot>> Do(Command command, Func<CriticalValueState, Turn, Outcome<CriticalValueState>> rule)
    {
        if (Early(command) is { } answer) return answer;
        return await Conclude(command, rule(ledger.State, Turn.Of(command, Now)));
    }

    private Outcome<CriticalValueSnapshot>? Early(Command command)
    {
        if (ledger.State.Phase is null) return NotFound();
        if (ledger.Knows(command.Id)) return ledger.State.Snapshot();
        if (command.ExpectedVersion is { } seen && seen != ledger.State.Version) return Failure.Of(FailureCode.Stale, "critical.version");
        return null;
    }

    private async Task<Outcome<CriticalValueSnapshot>> Conclude(Command command, Outcome<CriticalValueState> outcome)
    {
        if (!outcome.Succeeded) return outcome.Failure;
        await ledger.Commit(CriticalEffects.Tell(ledger.State, outcome.Value), command);
        return ledger.State.Snapshot();
    }

    private Task Follow(CriticalValueState next) =>
        ReferenceEquals(next, ledger.State) ? Task.CompletedTask : ledger.Commit(CriticalEffects.Tell(ledger.State, next));

    private static Failure NotFound() => Failure.Of(FailureCode.NotFound, "critical");
}
