using System.Collections.Immutable;
using Regional.Actors;
using Regional.Outcomes;
using Regional.Patients;
using Regional.Reports;
using Regional.Sites;
using Regional.Transitions;

namespace Regional.Studies;

/// <summary>What each command does to an exam before and around its images. Pure: no host, no clock of its own.</summary>
internal static class ExamRules
{
    /// <summary>Longest accession number: VR SH (PS3.5 §6.2).</summary>
    public const int AccessionLength = 16;

    private static readonly TimeSpan BackEntry = TimeSpan.FromDays(1);

    private static TransitionTable<ExamPhase> Table => ExamTransitions.Table;

    /// <summary>A plain transition: everything about it stands in the table.</summary>
    public static Outcome<StudyState> Move(StudyState state, string name, Turn turn) =>
        Table.Find(state.Phase, name, turn, state.Site, state.ReadingCentre).Then<Transition<ExamPhase>, StudyState>(
            row => (state with { Phase = row.To }).Stepped(turn, Table.Name(name)));

    /// <param name="accession">The number that this exam has reserved.</param>
    public static Outcome<StudyState> Submit(StudyState state, Turn turn, ExamRequest request, Agreement agreement, string accession) =>
        Check(request).Then(_ => Move(
            state with
            {
                Site = request.Site,
                Agreement = agreement,
                Priority = request.Priority,
                PatientId = request.PatientId,
                Patient = request.Patient,
                Request = request,
                AccessionNumber = accession,
                RequestedBy = turn.By.UserId,
                CreatedAt = turn.Now,
                Facts = state.Facts with { Request = RequestFact.Present },
            },
            ExamTransitions.Submit,
            turn));

    /// <summary>急诊登记: the exam starts, what is missing is owed with owner and deadline (X2).</summary>
    public static Outcome<StudyState> StartEmergency(
        StudyState state, Turn turn, EmergencyStart start, Agreement agreement, string accession, TimeSpan owedWithin)
    {
        if (start.PatientId.Length == 0 || start.Modality.Length == 0)
            return Failure.InvalidFields("exam.emergency", new FieldFault(start.PatientId.Length == 0 ? "patientId" : "modality", "required"));
        var due = turn.Now + owedWithin;
        return Move(
            state with
            {
                Site = start.Site,
                Agreement = agreement,
                Priority = Priority.Emergency,
                PatientId = start.PatientId,
                Patient = start.Patient,
                Emergency = start,
                AccessionNumber = accession,
                RequestedBy = turn.By.UserId,
                CreatedAt = turn.Now,
                Facts = state.Facts with { Request = RequestFact.Owed, Fee = FeeFact.GreenChannel },
                Owed =
                [
                    new OwedItem(Owed.Request, Role.Clinician, due),
                    new OwedItem(Owed.Identity, Role.Desk, due),
                    new OwedItem(Owed.Fee, Role.Desk, due),
                ],
            },
            ExamTransitions.Emergency,
            turn);
    }

    public static Outcome<StudyState> Resubmit(StudyState state, Turn turn, ExamRequest request) =>
        Check(request).Then(_ => SameSite(state, request)).Then(_ => Move(
            state with { Request = request, Priority = request.Priority, PatientId = request.PatientId, Patient = request.Patient },
            ExamTransitions.Resubmit,
            turn));

    /// <summary>A booking of the last day may be entered afterwards (补录); the no-show rule then looks at once.</summary>
    public static Outcome<StudyState> Schedule(StudyState state, Turn turn, DateTimeOffset at) =>
        at < turn.Now - BackEntry
            ? Failure.InvalidFields("exam.schedule", new FieldFault("at", "notLongPast"))
            : Move(state with { ScheduledAt = at }, ExamTransitions.Schedule, turn);

    /// <summary>签到: somebody looked at the person and the papers.</summary>
    public static Outcome<StudyState> Arrive(StudyState state, Turn turn) =>
        Move(state with { Facts = state.Facts with { Identity = IdentityFact.Confirmed } }, ExamTransitions.Arrive, turn);

    public static Outcome<StudyState> Complete(StudyState state, Turn turn, int? imagesExpected) =>
        imagesExpected < 0
            ? Failure.InvalidFields("exam.complete", new FieldFault("imagesExpected", "notNegative"))
            : Move(state with { ImagesExpected = imagesExpected ?? state.ImagesExpected, CompletedAt = turn.Now }, ExamTransitions.Complete, turn)
                .Then(next => ImageRules.Advance(next, turn.Now));

    /// <summary>A retake while the patient is there. What waits on the list comes off it; a report that is further along forbids it.</summary>
    public static Outcome<StudyState> Retake(StudyState state, Turn turn)
    {
        if (state.Report.Phase is not (ReportPhase.None or ReportPhase.Awaiting or ReportPhase.Claimed or ReportPhase.Recalled))
            return Failure.Of(FailureCode.WrongState, "exam.retake.report");
        return Move(state with { CompletedAt = null }, ExamTransitions.Retake, turn)
            .Then(next => ImageRules.Settle(ReportRules.TakeBack(next, turn)));
    }

    /// <summary>质控. A grade never stops anything (R4.2.6-1); 丁 makes pages propose a retake.</summary>
    public static Outcome<StudyState> Grade(StudyState state, Turn turn, ImageGrade grade)
    {
        if (!Rights.Grade.Permit(turn.By, state)) return Failure.Of(FailureCode.Forbidden, "exam.grade");
        if (state.Images.IsEmpty) return Failure.Of(FailureCode.WrongState, "exam.grade");
        return !Enum.IsDefined(grade) || grade == ImageGrade.Ungraded
            ? Failure.InvalidFields("exam.grade", new FieldFault("grade", "aToD"))
            : (state with { Facts = state.Facts with { Grade = grade } }).Stepped(turn, $"exam.grade.{grade}".ToLowerInvariant());
    }

    /// <summary>The request of an emergency, brought afterwards (补录).</summary>
    public static Outcome<StudyState> SupplyOwed(StudyState state, Turn turn, ExamRequest request)
    {
        if (!Rights.SupplyRequest.Permit(turn.By, state)) return Failure.Of(FailureCode.Forbidden, "exam.supply-owed");
        if (!Owed.Has(state, Owed.Request)) return Failure.Of(FailureCode.WrongState, "exam.supply-owed");
        return Check(request).Then(_ => SameSite(state, request)).Then<ExamRequest, StudyState>(_ => (state with
        {
            Request = request with { AccessionNumber = state.AccessionNumber, PatientId = state.PatientId!, Patient = state.Patient },
            Facts = state.Facts with { Request = RequestFact.Present },
            Owed = Owed.Without(state, Owed.Request),
        }).Stepped(turn, "exam.supply-owed"));
    }

    public static Outcome<StudyState> SettleFee(StudyState state, Turn turn, FeeFact fee)
    {
        if (!Rights.SettleFee.Permit(turn.By, state)) return Failure.Of(FailureCode.Forbidden, "exam.settle-fee");
        if (!Enum.IsDefined(fee)) return Failure.InvalidFields("exam.settle-fee", new FieldFault("fee", "known"));
        return (state with
        {
            Facts = state.Facts with { Fee = fee },
            Owed = fee == FeeFact.Unpaid ? state.Owed : Owed.Without(state, Owed.Fee),
        }).Stepped(turn, "exam.settle-fee");
    }

    /// <summary>Who the patient is, said by the capturing site. Images nobody knows are attached to an exam instead. Once said, it stands; the same
    /// person's corrected name, sex or birth date is taken over.</summary>
    public static Outcome<StudyState> ConfirmIdentity(StudyState state, Turn turn, string patientId, PatientLabel patient)
    {
        if (!Rights.ConfirmIdentity.Permit(turn.By, state)) return Failure.Of(FailureCode.Forbidden, "exam.confirm-identity");
        var said = state.Facts.Identity == IdentityFact.Confirmed && state.PatientId != patientId;
        if (state.Phase is ExamPhase.Unmatched or ExamPhase.Cancelled || said)
            return Failure.Of(FailureCode.WrongState, "exam.confirm-identity");
        return patientId.Length == 0
            ? Failure.InvalidFields("exam.confirm-identity", new FieldFault("patientId", "required"))
            : (state with
            {
                PatientId = patientId,
                Patient = patient,
                Request = state.Request is { } request ? request with { PatientId = patientId, Patient = patient } : null,
                Facts = state.Facts with { Identity = IdentityFact.Confirmed },
                Owed = Owed.Without(state, Owed.Identity),
            }).Stepped(turn, "exam.confirm-identity");
    }

    /// <summary>The instant at which a rule of time has to look at this exam.</summary>
    public static DateTimeOffset? Deadline(StudyState state, WorkflowClocks clocks) => state.Phase switch
    {
        ExamPhase.Scheduled => state.ScheduledAt + clocks.NoShowAfter,
        ExamPhase.Reported when MayClose(state) => state.ReleasedAt + clocks.CloseAfter,
        _ => null,
    };

    /// <summary>What time alone does: a booked patient did not come; a released exam owes nothing any more.</summary>
    public static StudyState Due(StudyState state, DateTimeOffset now, WorkflowClocks clocks)
    {
        if (Deadline(state, clocks) is not { } at || at > now) return state;
        var name = state.Phase == ExamPhase.Scheduled ? ExamTransitions.NotCome : ExamTransitions.Close;
        return Move(state, name, Turn.OfSystem(now)).Value ?? state;
    }

    /// <summary>Nothing owed, every critical value closed, no images undecided, the final report out.</summary>
    private static bool MayClose(StudyState state) =>
        state.Owed.IsEmpty
        && state.Facts.Images != ImagesFact.Additional
        && state.Report.Phase == ReportPhase.Released
        && !state.CriticalValues.Any(link => link.Open);

    private static Outcome<ExamRequest> Check(ExamRequest request)
    {
        var faults = ImmutableArray.CreateBuilder<FieldFault>();
        if (string.IsNullOrWhiteSpace(request.Site)) faults.Add(new FieldFault("site", "required"));
        if (string.IsNullOrWhiteSpace(request.PatientId)) faults.Add(new FieldFault("patientId", "required"));
        if (string.IsNullOrWhiteSpace(request.Item)) faults.Add(new FieldFault("item", "required"));
        if (string.IsNullOrWhiteSpace(request.Modality)) faults.Add(new FieldFault("modality", "required"));
        if (!Enum.IsDefined(request.Priority)) faults.Add(new FieldFault("priority", "known"));
        if (request.Side is not (null or "R" or "L" or "B")) faults.Add(new FieldFault("side", "rightLeftBoth"));
        if (request.AccessionNumber is { } accession && (accession.Length is 0 or > AccessionLength || accession.Contains('\\', StringComparison.Ordinal)))
            faults.Add(new FieldFault("accessionNumber", "shortString"));
        return faults.Count == 0 ? request : new Failure(FailureCode.Invalid, "exam.request", null, faults.ToImmutable());
    }

    private static Outcome<ExamRequest> SameSite(StudyState state, ExamRequest request) =>
        request.Site == state.Site ? request : Failure.InvalidFields("exam.request", new FieldFault("site", "unchanged"));
}
