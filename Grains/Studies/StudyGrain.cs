using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;
using Regional.Actors;
using Regional.Outcomes;
using Regional.Projections;
using Regional.Sites;
using Regional.Storage;
using Regional.Transitions;

namespace Regional.Studies;

/// <summary>Runs the rules of an exam and its report over durable state. Decides nothing itself: see the rules beside it.</summary>
[GrainType("study")]
internal sealed partial class StudyGrain : Grain, IStudyGrain, IRemindable
{
    private readonly Ledger<StudyState> ledger;
    private readonly IStudyKeys keys;
    private readonly TimeProvider time;
    private readonly WorkflowClocks clocks;
    private readonly ILogger logger;

    public StudyGrain(
        [PersistentState("study", RegionalStorage.Name)] IPersistentState<StudyState> state,
        LedgerServices services,
        IStudyKeys keys,
        IOptions<WorkflowClocks> clocks)
    {
        this.keys = keys;
        this.clocks = clocks.Value;
        time = services.Time;
        logger = services.Logger;
        ledger = new Ledger<StudyState>(
            this, state, services, Project, ExamDeadline, OnDue);
    }

    private string StudyId => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken) => ledger.Activated();

    public Task<Outcome<StudySnapshot>> Get() =>
        Task.FromResult<Outcome<StudySnapshot>>(ledger.State.Phase is null ? NotFound() : StudyViews.Snapshot(ledger.State));

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

    private static async Task Project(StudyState written, IProjectionWriter projections)
    {
        await projections.Apply(StudyViews.Row(written));
        if (WorklistViews.Row(written) is { } waiting) await projections.Apply(waiting);
    }

    private async Task OnDue()
    {
        var state = ledger.State;
        var next = ExamRules.Due(state, time.GetUtcNow(), clocks);
        await (ReferenceEquals(next, state) ? ledger.Rearm() : ledger.Commit(StudyEffects.Tell(state, next)));
    }

    private DateTimeOffset? ExamDeadline(StudyState state) => ExamRules.Deadline(state, clocks);

    /// <summary>A command on an exam that exists: asked once, checked against the version seen, committed, answered.</summary>
    private async Task<Outcome<StudySnapshot>> Do(Command command, Func<StudyState, Turn, Outcome<StudyState>> rule)
    {
        if (Early(command) is { } answer) return answer;
        return await Conclude(command, rule(ledger.State, Turn.Of(command, time.GetUtcNow())));
    }

    /// <summary>The answer to a command that needs no rule: repeated, about nothing, or about an older version.</summary>
    private Outcome<StudySnapshot>? Early(Command command)
    {
        var state = ledger.State;
        if (state.Phase is null) return NotFound();
        if (ledger.Knows(command.Id)) return StudyViews.Snapshot(state);
        if (command.ExpectedVersion is { } seen && seen != state.Version) return Failure.Of(FailureCode.Stale, "exam.version");
        return null;
    }

    private async Task<Outcome<StudySnapshot>> Conclude(Command command, Outcome<StudyState> outcome)
    {
        if (!outcome.Succeeded) return outcome.Failure;
        await ledger.Commit(StudyEffects.Tell(ledger.State, outcome.Value), command);
        return StudyViews.Snapshot(ledger.State);
    }

    /// <summary>A change that no person commands; nothing is written when nothing changed.</summary>
    private async Task Follow(StudyState next)
    {
        if (!ReferenceEquals(next, ledger.State)) await ledger.Commit(StudyEffects.Tell(ledger.State, next));
    }

    private ISiteGrain Site(string code) => GrainFactory.GetGrain<ISiteGrain>(GrainKeys.Site(code));

    private async Task<Agreement> AgreementOf(string site) => ledger.State.Agreement ?? await Site(site).Agreement();

    private static Failure NotFound() => Failure.Of(FailureCode.NotFound, "exam");
}
