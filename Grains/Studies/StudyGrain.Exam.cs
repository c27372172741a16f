using Regional.Actors;
using Regional.Outcomes;
using Regional.Patients;
using Regional.Transitions;

namespace Regional.Studies;

internal sealed partial class StudyGrain
{
    /// <summary>How often a number of our own that a hospital system has used as well is replaced.</summary>
    private const int AccessionTries = 5;

    public Task<Outcome<StudySnapshot>> Submit(Command command, ExamRequest request) => Begin(
        command, request.Site, request.AccessionNumber,
        (state, turn, site, accession) => ExamRules.Submit(state, turn, request with { AccessionNumber = accession }, site.Profile.Agreement, accession));

    public Task<Outcome<StudySnapshot>> StartEmergency(Command command, EmergencyStart start) => Begin(
        command, start.Site, null,
        (state, turn, site, accession) => ExamRules.StartEmergency(state, turn, start, site.Profile.Agreement, accession, clocks.OwedWithin));

    public Task<Outcome<StudySnapshot>> Accept(Command command) => Move(command, ExamTransitions.Accept);

    public Task<Outcome<StudySnapshot>> ReturnRequest(Command command) => Move(command, ExamTransitions.Return);

    public Task<Outcome<StudySnapshot>> Resubmit(Command command, ExamRequest request) =>
        Do(command, (state, turn) => ExamRules.Resubmit(state, turn, request with { AccessionNumber = state.AccessionNumber }));

    public Task<Outcome<StudySnapshot>> Schedule(Command command, DateTimeOffset at) =>
        Do(command, (state, turn) => ExamRules.Schedule(state, turn, at));

    public Task<Outcome<StudySnapshot>> Restore(Command command) => Move(command, ExamTransitions.Restore);

    public Task<Outcome<StudySnapshot>> Arrive(Command command) => Do(command, ExamRules.Arrive);

    public Task<Outcome<StudySnapshot>> Start(Command command) => Move(command, ExamTransitions.Start);

    public Task<Outcome<StudySnapshot>> Replan(Command command) => Move(command, ExamTransitions.Replan);

    public Task<Outcome<StudySnapshot>> Abort(Command command) => Move(command, ExamTransitions.Abort);

    public Task<Outcome<StudySnapshot>> Cancel(Command command) => Move(command, ExamTransitions.Cancel);

    public Task<Outcome<StudySnapshot>> Complete(Command command, int? imagesExpected) =>
        Do(command, (state, turn) => ExamRules.Complete(state, turn, imagesExpected));

    public Task<Outcome<StudySnapshot>> ReadAnyway(Command command) => Do(command, ImageRules.ReadAnyway);

    public Task<Outcome<StudySnapshot>> Retake(Command command) => Do(command, ExamRules.Retake);

    public Task<Outcome<StudySnapshot>> Grade(Command command, ImageGrade grade) =>
        Do(command, (state, turn) => ExamRules.Grade(state, turn, grade));

    public Task<Outcome<StudySnapshot>> SupplyOwed(Command command, ExamRequest request) =>
        Do(command, (state, turn) => ExamRules.SupplyOwed(state, turn, request));

    public Task<Outcome<StudySnapshot>> SettleFee(Command command, FeeFact fee) =>
        Do(command, (state, turn) => ExamRules.SettleFee(state, turn, fee));

    public Task<Outcome<StudySnapshot>> ConfirmIdentity(Command command, string patientId, PatientLabel patient) =>
        Do(command, (state, turn) => ExamRules.ConfirmIdentity(state, turn, patientId, patient));

    public Task<Outcome<StudySnapshot>> JudgeAdditional(Command command, bool relevant) =>
        Do(command, (state, turn) => ImageRules.JudgeAdditional(state, turn, relevant));

    private Task<Outcome<StudySnapshot>> Move(Command command, string name) =>
        Do(command, (state, turn) => ExamRules.Move(state, name, turn));

    /// <summary>
    /// An exam begins: the site must exist, and the rule is tried once before a number is taken, so that a refused request skips none. The
    /// number is reserved before the write; a crash in between is healed by the same command, which gets the same number.
    /// </summary>
    private async Task<Outcome<StudySnapshot>> Begin(
        Command command, string siteCode, string? accession, Func<StudyState, Turn, Sites.SiteSnapshot, string, Outcome<StudyState>> rule)
    {
        if (ledger.Knows(command.Id)) return StudyViews.Snapshot(ledger.State);
        var found = await Site(siteCode).Get();
        if (!found.Succeeded) return Failure.InvalidFields("exam.request", new FieldFault("site", "known"));

        var turn = Turn.Of(command, time.GetUtcNow());
        var fresh = ledger.State.Phase is null ? ledger.State with { StudyId = StudyId } : ledger.State;
        var trial = rule(fresh, turn, found.Value, accession ?? "-");
        if (!trial.Succeeded) return trial.Failure;

        for (var tries = 0; tries < AccessionTries; tries++)
        {
            var number = accession ?? await Site(siteCode).NextAccession(tries == 0 ? command.Id : $"{command.Id}/{tries}");
            if (await keys.ReserveAccession(siteCode, number, StudyId, CancellationToken.None))
                return await Conclude(command, rule(fresh, turn, found.Value, number));
            if (accession is not null) break;
        }

        return Failure.Of(FailureCode.Conflict, "exam.accession");
    }
}
