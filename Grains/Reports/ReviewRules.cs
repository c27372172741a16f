using Regional.Actors;
using Regional.Delivery;
using Regional.Outcomes;
using Regional.Sites;
using Regional.Studies;
using Regional.Transitions;

namespace Regional.Reports;

/// <summary>From the preliminary report to the signed one and what may follow it.</summary>
internal static class ReviewRules
{
    /// <summary>临时报告: the duty doctor, an emergency. For images nobody knows yet, the duty doctor answers with a reason (workflow.md 2, 3).
    /// The text that is out is the trace of this event; the draft may move on.</summary>
    public static Outcome<StudyState> PublishProvisional(StudyState state, Turn turn)
    {
        var emergency = state.Priority == Priority.Emergency || (state.Phase == ExamPhase.Unmatched && turn.HasReason);
        return ReportRules.Move(state, ReportTransitions.Provisional, turn).Then<StudyState, StudyState>(next => emergency
            ? next with { Report = ReportRules.Traced(next.Report, turn, ReportTransitions.Provisional, next.Report.Draft!) with { Provisional = true } }
            : Failure.Of(FailureCode.PolicyRefused, "report.provisional.emergency"));
    }

    /// <summary>审核: another than the author (R7.1.1-3). A reviewer who left it idle as long as a claim may be is relieved by the next one.</summary>
    /// <param name="idle">How long a review may lie; null: for ever.</param>
    public static Outcome<StudyState> TakeReview(StudyState state, Turn turn, TimeSpan? idle = null)
    {
        var busy = state.Report.Phase == ReportPhase.UnderReview && (idle is null || turn.Now - state.History[^1].At < idle);
        if (busy && state.Report.ReviewerId != turn.By.UserId)
            return Failure.TakenBy("report.take", state.Report.ReviewerName ?? "");
        return ReportRules.Move(state, ReportTransitions.Take, turn)
            .Then(next => Matched(next, "report.take"))
            .Then<StudyState, StudyState>(next => next.Report.AuthorId == turn.By.UserId
                ? Failure.Of(FailureCode.PolicyRefused, "report.review.author")
                : next with { Report = next.Report with { ReviewerId = turn.By.UserId, ReviewerName = turn.By.Name } });
    }

    /// <summary>Back to its author, who holds the claim again as soon as the list has granted it.</summary>
    public static Outcome<StudyState> Return(StudyState state, Turn turn, ReportText? marked) =>
        ReportRules.Move(state, ReportTransitions.Return, turn).Then(next => IsReviewer(next, turn)).Then(next =>
        {
            var report = next.Report with
            {
                ReturnReason = turn.Reason,
                ReaderId = next.Report.AuthorId,
                ReaderName = next.Report.AuthorName,
                ClaimExpires = null,
                ReviewerId = null,
                ReviewerName = null,
            };
            next = next with { Report = marked is null ? report : ReportRules.Traced(report, turn, ReportTransitions.Return, marked) };
            return next.Send(new ReserveAtList(next.ReadingCentre, next.ListEntry()!, report.ReaderId ?? "", report.ReaderName ?? ""));
        });

    /// <summary>Difficult or disputed: a consult decides (R7.1.1-4).</summary>
    public static Outcome<StudyState> Dispute(StudyState state, Turn turn) =>
        ReportRules.Move(state, ReportTransitions.Dispute, turn).Then(next => IsReviewer(next, turn));

    public static Outcome<StudyState> ReceiveOpinion(StudyState state, Turn turn, string opinion)
    {
        if (string.IsNullOrWhiteSpace(opinion)) return Failure.InvalidFields("report.opinion", new FieldFault("opinion", "required"));
        return ReportRules.Move(state, ReportTransitions.Opinion, turn).Then<StudyState, StudyState>(next => next with
        {
            Report = next.Report with
            {
                Traces = next.Report.Traces.Add(new TextTrace(
                    turn.Now, turn.By.UserId, turn.By.Name, "report.opinion", new ReportText(null, "", opinion, null))),
            },
        });
    }

    /// <summary>签发. Everything that could forbid it is asked here; the exam follows.</summary>
    /// <param name="agreement">Of the capturing site, today.</param>
    public static Outcome<StudyState> Sign(StudyState state, Turn turn, ReportText text, SignatureProof proof, Agreement agreement)
    {
        var amending = state.Report.Phase == ReportPhase.Amending;
        return ReportRules.Move(state, ReportTransitions.Sign, turn)
            .Then(next => Licensed(next, proof))
            .Then(next => ReportRules.Complete(next, text, "report.sign"))
            .Then(next => Matched(next, "report.sign"))
            .Then<StudyState, StudyState>(next => next.Facts.Identity == IdentityFact.Confirmed
                ? next
                : Failure.Of(FailureCode.PolicyRefused, "report.identity"))
            .Then<StudyState, StudyState>(next => next.Phase is ExamPhase.ReadyToRead or ExamPhase.Reported or ExamPhase.Closed
                ? next
                : Failure.Of(FailureCode.WrongState, "exam.release"))
            .Then(next => BySecondPerson(state, turn, agreement).Then<StudyState, StudyState>(_ => next))
            .Then(next => Released(next, turn, amending ? VersionKind.Correction : VersionKind.Original, text, null, proof));
    }

    /// <summary>补充: leaves the version before it valid.</summary>
    public static Outcome<StudyState> Addendum(StudyState state, Turn turn, string addendum, SignatureProof proof)
    {
        if (string.IsNullOrWhiteSpace(addendum)) return Failure.InvalidFields("report.addendum", new FieldFault("text", "required"));
        return ReportRules.Move(state, ReportTransitions.Addendum, turn)
            .Then(next => Licensed(next, proof))
            .Then(next => Appended(next, turn, VersionKind.Addendum, next.Report.Versions[^1].Text, addendum, proof));
    }

    public static Outcome<StudyState> RequestCorrection(StudyState state, Turn turn) =>
        ReportRules.Move(state, ReportTransitions.RequestCorrection, turn)
            .Then(next => next with { Report = next.Report with { CorrectionReason = turn.Reason } });

    public static Outcome<StudyState> RefuseCorrection(StudyState state, Turn turn) =>
        ReportRules.Move(state, ReportTransitions.RefuseCorrection, turn)
            .Then(next => Stands(next with { Report = next.Report with { CorrectionReason = null } }, turn));

    /// <summary>A simple edit goes to the signer; re-reading goes to the list once more (R7.1.4-3).</summary>
    public static Outcome<StudyState> AcceptCorrection(StudyState state, Turn turn, bool reread) =>
        ReportRules.Move(state, ReportTransitions.AcceptCorrection, turn).Then(next => next with
        {
            Report = next.Report with { Reread = reread, RereadDone = false, Draft = next.Report.Versions[^1].Text, ReviewerId = null, ReviewerName = null },
        });

    /// <summary>Double: the signer is not the author, and in review is the one who took it. Single: named signers sign their own.</summary>
    private static Outcome<StudyState> BySecondPerson(StudyState state, Turn turn, Agreement agreement)
    {
        var report = state.Report;
        if (report is { Phase: ReportPhase.UnderReview } && report.ReviewerId != turn.By.UserId)
            return Failure.TakenBy("report.sign", report.ReviewerName ?? "");
        if (report is { Phase: ReportPhase.Amending, Reread: true, RereadDone: false })
            return Failure.Of(FailureCode.WrongState, "report.sign.reread");
        var named = agreement.Signing == SigningPolicy.Single && agreement.SingleSigners.Contains(turn.By.UserId);
        if (report.Phase == ReportPhase.Preliminary && !named) return Failure.Of(FailureCode.PolicyRefused, "report.sign.double");
        return report.AuthorId == turn.By.UserId && !named ? Failure.Of(FailureCode.PolicyRefused, "report.review.author") : state;
    }

    private static StudyState Released(StudyState state, Turn turn, VersionKind kind, ReportText text, string? addendum, SignatureProof proof)
    {
        var superseded = state.Report.Versions.Select(version =>
            version.State == VersionState.Current ? version with { State = VersionState.Superseded } : version);
        var next = state with { Report = state.Report with { Versions = [.. superseded] } };
        next = Appended(next, turn, kind, text, addendum, proof);
        return Stands(
            next with
            {
                ReleasedAt = turn.Now,
                Report = ReportRules.Traced(next.Report, turn, ReportTransitions.Sign, text) with
                {
                    Draft = null,
                    DraftSavedAt = null,
                    Provisional = false,
                    ReviewerId = turn.By.UserId,
                    ReviewerName = turn.By.Name,
                    CorrectionReason = null,
                    Reread = false,
                    RereadDone = false,
                },
            },
            turn);
    }

    private static StudyState Appended(StudyState state, Turn turn, VersionKind kind, ReportText text, string? addendum, SignatureProof proof)
    {
        var report = state.Report;
        var author = kind == VersionKind.Addendum ? (turn.By.UserId, turn.By.Name) : (report.AuthorId ?? turn.By.UserId, report.AuthorName ?? turn.By.Name);
        var version = new ReportVersion(
            report.Versions.Length + 1, kind, VersionState.Current, text, addendum,
            author.Item1, author.Item2, turn.By.UserId, turn.By.Name, proof, turn.Now, "");
        var before = report.Versions.IsEmpty ? "" : report.Versions[^1].Sha256;
        return state with { Report = report with { Versions = report.Versions.Add(version with { Sha256 = ReportHash.Of(version, before) }) } };
    }

    /// <summary>A final report stands: an exam that waited for it is reported.</summary>
    private static StudyState Stands(StudyState state, Turn turn) => state.Phase == ExamPhase.ReadyToRead
        ? ExamRules.Move(state, ExamTransitions.Release, turn with { By = Actor.System }).Value ?? state
        : state;

    private static Outcome<StudyState> IsReviewer(StudyState state, Turn turn) =>
        state.Report.ReviewerId == turn.By.UserId ? state : Failure.TakenBy("report.review", state.Report.ReviewerName ?? "");

    /// <summary>An unmatched study stops at Preliminary or Provisional (workflow.md 3).</summary>
    private static Outcome<StudyState> Matched(StudyState state, string rule) =>
        state.Phase == ExamPhase.Unmatched ? Failure.Of(FailureCode.PolicyRefused, rule + ".unmatched") : state;

    /// <summary>Only who holds a practising licence signs (R8.3-0).</summary>
    private static Outcome<StudyState> Licensed(StudyState state, SignatureProof proof) =>
        string.IsNullOrWhiteSpace(proof.Licence) || string.IsNullOrWhiteSpace(proof.Method)
            ? Failure.Of(FailureCode.PolicyRefused, "report.sign.licence")
            : state;
}
