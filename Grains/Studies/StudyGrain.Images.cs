using Microsoft.Extensions.Logging;
using Orleans;
using Regional.Actors;
using Regional.Outcomes;
using Regional.Transitions;

namespace Regional.Studies;

internal sealed partial class StudyGrain
{
    public async Task ImagesArrived(ImagesArrived batch)
    {
        if (ImageRules.IsOfAnotherSite(ledger.State, batch.Site))
        {
            ForeignImages(batch.StudyInstanceUid, batch.Site, StudyId, ledger.State.Site);
            return;
        }

        var state = ledger.State.StudyId.Length == 0 ? ledger.State with { StudyId = StudyId } : ledger.State;
        var next = ImageRules.Arrive(state, batch, await AgreementOf(batch.Site), time.GetUtcNow());
        if (!ReferenceEquals(next, state)) await Follow(next);
    }

    public Task EdgeProgressed(EdgeProgress progress) => Follow(ImageRules.Progress(ledger.State, progress, time.GetUtcNow()));

    public Task StepPerformed(PerformedStep step) => Follow(PerformedRules.Apply(ledger.State, step, time.GetUtcNow()));

    /// <summary>
    /// Looks before it asks: only a study that can never attach anything itself is asked to hand over, so no two wait for each other.
    /// The order is a protocol: this exam's rule, the other side's hand-over (which it remembers), the UIDs, this write. A crash after the
    /// hand-over is healed by the giver's outbox, which brings this very command again.
    /// </summary>
    public async Task<Outcome<StudySnapshot>> Attach(Command command, string unmatchedStudyId)
    {
        if (Early(command) is { } answer) return answer;
        var turn = Turn.Of(command, time.GetUtcNow());
        var may = AttachRules.MayAttach(ledger.State, turn);
        var giver = GrainFactory.GetGrain<IStudyGrain>(unmatchedStudyId);
        if (!may.Succeeded)
        {
            await Rescue(command, giver);
            return may.Failure;
        }

        var seen = unmatchedStudyId == StudyId ? NotFound() : await giver.Get();
        if (!seen.Succeeded) return seen.Failure;
        if (seen.Value.Phase is not (ExamPhase.Unmatched or ExamPhase.Cancelled)) return Failure.Of(FailureCode.WrongState, "exam.attach.matched");
        if (seen.Value.Site != ledger.State.Site) return Failure.Of(FailureCode.Conflict, "exam.attach.site");

        var handed = await giver.HandOver(command, StudyId);
        if (!handed.Succeeded) return handed.Failure;
        await keys.MoveStudyInstanceUids([.. handed.Value.Images.Select(set => set.StudyInstanceUid)], StudyId, CancellationToken.None);
        return await Conclude(command, AttachRules.Attach(ledger.State, turn, handed.Value));
    }

    /// <summary>Images that were handed over to this exam before a crash, and that it may not take any more, become an unmatched study again.</summary>
    private async Task Rescue(Command command, IStudyGrain giver)
    {
        if (giver.GetPrimaryKeyString() == StudyId || (await giver.Get()).Value?.Phase != ExamPhase.Cancelled) return;
        if ((await giver.HandOver(command, StudyId)).Value is { } images)
            await Follow(AttachRules.PassOn(ledger.State, command, images, GrainKeys.NewStudy(time)));
    }

    /// <summary>Calls nobody: an exam that waits for this answer can never be waited for in turn.</summary>
    public async Task<Outcome<HandOver>> HandOver(Command command, string toStudyId)
    {
        if (ledger.State.Phase is null) return NotFound();
        var outcome = AttachRules.HandOver(ledger.State, command, Turn.Of(command, time.GetUtcNow()), toStudyId);
        if (!outcome.Succeeded) return outcome.Failure;
        await Follow(outcome.Value);
        return ledger.State.Given[0].Images;
    }

    public Task<Outcome<StudySnapshot>> Detach(Command command, string secondPersonUserId) =>
        Do(command, (state, turn) => AttachRules.Detach(state, command, turn, secondPersonUserId, GrainKeys.NewStudy(time)));

    public async Task<Outcome<StudySnapshot>> Adopt(Command command, HandOver images)
    {
        if (ledger.Knows(command.Id)) return StudyViews.Snapshot(ledger.State);
        var agreement = await AgreementOf(images.Site);
        var turn = Turn.Of(command, time.GetUtcNow());
        return await Conclude(command, AttachRules.Adopt(ledger.State with { StudyId = StudyId }, turn, images, agreement));
    }

    public Task CriticalValueChanged(string criticalValueId, bool open)
    {
        var state = ledger.State;
        if (state.Phase is null or ExamPhase.Cancelled) return Task.CompletedTask;
        var link = new CriticalLink(criticalValueId, open);
        var known = state.CriticalValues.FirstOrDefault(one => one.CriticalValueId == criticalValueId);
        if (known == link) return Task.CompletedTask;
        var links = known is null ? state.CriticalValues.Add(link) : state.CriticalValues.Replace(known, link);
        return Follow((state with { CriticalValues = links }).Changed());
    }

    [LoggerMessage(
        EventId = 3020, Level = LogLevel.Error, Message = "Images of {StudyInstanceUid} from {Site} were told to exam {StudyId} of {Owner}; they are not taken")]
    private partial void ForeignImages(string studyInstanceUid, string site, string studyId, string owner);
}
