using System.Collections.Immutable;
using Orleans;
using Orleans.Runtime;
using Regional.Actors;
using Regional.Delivery;
using Regional.Feeds;
using Regional.Outcomes;
using Regional.Projections;
using Regional.Storage;
using Regional.Transitions;

namespace Regional.Patients;

/// <summary>Runs <see cref="PatientRules"/> over durable state.</summary>
[GrainType("patient")]
internal sealed class PatientGrain : Grain, IPatientGrain
{
    private readonly Ledger<PatientState> ledger;
    private readonly IPatientReader patients;
    private readonly TimeProvider time;

    public PatientGrain(
        [PersistentState("patient", RegionalStorage.Name)] IPersistentState<PatientState> state, LedgerServices services, IPatientReader patients)
    {
        this.patients = patients;
        time = services.Time;
        ledger = new Ledger<PatientState>(
            this, state, services,
            (written, projections) => projections.Apply(new PatientRow(written.PatientId, written.Version, written.Demographics!, written.LocalIds)));
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken) => ledger.Activated();

    public Task<Outcome<PatientSnapshot>> Get() => Task.FromResult<Outcome<PatientSnapshot>>(
        ledger.State.Demographics is null ? NotFound() : ledger.State.Snapshot());

    public async Task<Outcome<PatientSnapshot>> Register(Command command, Demographics demographics, ImmutableArray<LocalId> localIds)
    {
        if (ledger.Knows(command.Id)) return ledger.State.Snapshot();
        if (await TakenByOther(localIds)) return Failure.Of(FailureCode.Conflict, "patient.local-id");
        var fresh = ledger.State with { PatientId = this.GetPrimaryKeyString() };
        return await Conclude(command, PatientRules.Register(fresh, Turn.Of(command, time.GetUtcNow()), demographics, localIds));
    }

    public async Task<Outcome<PatientSnapshot>> Correct(Command command, Demographics demographics)
    {
        if (Early(command) is { } answer) return answer;
        return await Conclude(command, PatientRules.Correct(ledger.State, Turn.Of(command, time.GetUtcNow()), demographics));
    }

    public async Task<Outcome<PatientSnapshot>> AddLocalId(Command command, LocalId localId)
    {
        if (Early(command) is { } answer) return answer;
        if (await TakenByOther([localId])) return Failure.Of(FailureCode.Conflict, "patient.local-id");
        return await Conclude(command, PatientRules.AddLocalId(ledger.State, Turn.Of(command, time.GetUtcNow()), localId));
    }

    public Task Deliver()
    {
        ledger.Deliver();
        return Task.CompletedTask;
    }

    private Outcome<PatientSnapshot>? Early(Command command)
    {
        if (ledger.State.Demographics is null) return NotFound();
        if (ledger.Knows(command.Id)) return ledger.State.Snapshot();
        if (command.ExpectedVersion is { } seen && seen != ledger.State.Version) return Failure.Of(FailureCode.Stale, "patient.version");
        return null;
    }

    private async Task<Outcome<PatientSnapshot>> Conclude(Command command, Outcome<PatientState> outcome)
    {
        if (!outcome.Succeeded) return outcome.Failure;
        var next = outcome.Value;
        if (next.Version != ledger.State.Version)
        {
            var item = new FeedItem("patient", next.PatientId, next.Version, Sites(next), next.History[^1].Event);
            await ledger.Commit(next.With(next.Outbox.Add(new Project()).Add(new Publish(item))), command);
        }

        return ledger.State.Snapshot();
    }

    /// <summary>The hospitals that know this person.</summary>
    private static ImmutableArray<string> Sites(PatientState state) =>
        [.. state.LocalIds.Select(id => id.Issuer).Concat(state.History.Select(step => step.Site)).Where(site => site.Length > 0).Distinct()];

    /// <summary>Asked of the projection: two persons registered within the same instant with one id are for the steward to merge.</summary>
    private async Task<bool> TakenByOther(ImmutableArray<LocalId> localIds)
    {
        foreach (var id in localIds.IsDefault ? [] : localIds)
        {
            if (await patients.ByLocalId(id.Issuer, id.Value, CancellationToken.None) is { } other && other.PatientId != this.GetPrimaryKeyString())
                return true;
        }

        return false;
    }

    private static Failure NotFound() => Failure.Of(FailureCode.NotFound, "patient");
}
