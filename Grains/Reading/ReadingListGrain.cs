using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;
using Regional.Actors;
using Regional.Outcomes;
using Regional.Sites;
using Regional.Storage;

namespace Regional.Reading;

/// <summary>Runs <see cref="ClaimRules"/> over durable state. Calls no other grain within a turn: Studies hear through the outbox.</summary>
[GrainType("reading-list")]
internal sealed class ReadingListGrain : Grain, IReadingListGrain, IRemindable
{
    private readonly Ledger<ReadingListState> ledger;
    private readonly TimeProvider time;
    private readonly WorkflowClocks clocks;

    public ReadingListGrain(
        [PersistentState("reading-list", RegionalStorage.Name)] IPersistentState<ReadingListState> state,
        LedgerServices services,
        IOptions<WorkflowClocks> clocks)
    {
        time = services.Time;
        this.clocks = clocks.Value;
        ledger = new Ledger<ReadingListState>(this, state, services, (_, _) => Task.CompletedTask, ClaimRules.Deadline, OnDue);
    }

    private ReadingListState State =>
        ledger.State.Centre.Length > 0 ? ledger.State : ledger.State with { Centre = this.GetPrimaryKeyString()["list:".Length..] };

    private DateTimeOffset Now => time.GetUtcNow();

    public override Task OnActivateAsync(CancellationToken cancellationToken) => ledger.Activated();

    public Task Offer(ReadingEntry entry) => Follow(ClaimRules.Offer(State, entry));

    public Task Reserve(ReadingEntry entry, string readerId, string readerName) =>
        Follow(ClaimRules.Reserve(State, entry, readerId, readerName, Now, clocks.ClaimIdle));

    public Task Finish(string studyId, long token) => Follow(ClaimRules.Finish(State, studyId, token));

    public Task Withdraw(string studyId, long version) => Follow(ClaimRules.Withdraw(State, studyId, version));

    /// <summary>The reader who holds it already gets the same ticket: a call that timed out may have succeeded.</summary>
    public Task<Outcome<ClaimTicket>> Claim(Command command, string studyId) =>
        Answer(ClaimRules.Claim(State, command.By, studyId, Now, clocks.ClaimIdle), studyId);

    public Task<Outcome<ClaimTicket>> Renew(Command command, string studyId, long token) =>
        Answer(ClaimRules.Renew(State, command.By, studyId, token, Now, clocks.ClaimIdle), studyId);

    public async Task<Outcome<ClaimTicket>> Release(Command command, string studyId, long token)
    {
        var before = State.Find(studyId)?.Entry.Claim;
        if (ledger.Knows(command.Id)) return new ClaimTicket(studyId, token, command.By.UserId, command.By.Name, Now, Now);
        var outcome = ClaimRules.Release(State, command.By, studyId, token, Now);
        if (!outcome.Succeeded) return outcome.Failure;
        await ledger.Commit(outcome.Value, command);
        return before! with { ExpiresAt = Now };
    }

    public Task<ImmutableArray<ReadingEntry>> Entries() => Task.FromResult(ClaimRules.Ordered(State));

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
        var next = ClaimRules.Expire(ledger.State, Now);
        await (next.Version == ledger.State.Version ? ledger.Rearm() : ledger.Commit(next));
    }

    private async Task<Outcome<ClaimTicket>> Answer(Outcome<ReadingListState> outcome, string studyId)
    {
        if (!outcome.Succeeded) return outcome.Failure;
        await Follow(outcome.Value);
        return ledger.State.Find(studyId)!.Entry.Claim!;
    }

    /// <summary>Every change has a version of its own; the same version is the same state.</summary>
    private Task Follow(ReadingListState next) => next.Version == ledger.State.Version ? Task.CompletedTask : ledger.Commit(next);
}
