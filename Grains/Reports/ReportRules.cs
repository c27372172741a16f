using System.Collections.Immutable;
using Regional.Actors;
using Regional.Delivery;
using Regional.Outcomes;
using Regional.Reading;
using Regional.Studies;
using Regional.Transitions;

namespace Regional.Reports;

/// <summary>From the reading list to the preliminary report: offers, claims, drafts. Review and signing are <see cref="ReviewRules"/>.</summary>
internal static class ReportRules
{
    private static TransitionTable<ReportPhase> Table => ReportTransitions.Table;

    /// <summary>A plain transition: everything about it stands in the table.</summary>
    public static Outcome<StudyState> Move(StudyState state, string name, Turn turn) =>
        Table.Find(state.Report.Phase, name, turn, state.Site, state.ReadingCentre).Then<Transition<ReportPhase>, StudyState>(
            row => (state with { Report = state.Report with { Phase = row.To } }).Stepped(turn, Table.Name(name)));

    /// <summary>A transition that the network makes on somebody's behalf, when it may be made at all.</summary>
    private static StudyState Follow(StudyState state, string name, Turn turn) =>
        Move(state, name, turn with { By = Actor.System }).Value ?? state;

    public static StudyState Offer(StudyState state, Turn turn) => Follow(state, ReportTransitions.Offer, turn);

    /// <summary>The images left or are made again: nothing waits to be read any more.</summary>
    /// <param name="keepText">False when the words described other images.</param>
    public static StudyState TakeBack(StudyState state, Turn turn, bool keepText = true)
    {
        var next = Follow(state, ReportTransitions.TakeBack, turn);
        var report = next.Report.WithoutClaim() with { AuthorId = null, AuthorName = null, ReviewerId = null, ReviewerName = null, Provisional = false };
        return next with { Report = keepText ? report : report with { Draft = null, DraftSavedAt = null, Traces = [] } };
    }

    /// <summary>Wrong patient: what was issued is withdrawn and stays readable as recalled.</summary>
    public static StudyState Recall(StudyState state, Turn turn)
    {
        var next = Follow(state, ReportTransitions.Recall, turn);
        return next with
        {
            Report = next.Report.WithoutClaim() with
            {
                Provisional = false,
                Draft = null,
                DraftSavedAt = null,
                AuthorId = null,
                AuthorName = null,
                ReviewerId = null,
                ReviewerName = null,
                Reread = false,
                RereadDone = false,
                Versions = [.. next.Report.Versions.Select(version => version with { State = VersionState.Recalled })],
            },
        };
    }

    /// <summary>The list granted (or prolonged) a claim. Older tokens, and any for a study that no longer waits, change nothing.</summary>
    public static StudyState ClaimGranted(StudyState state, ClaimTicket ticket, DateTimeOffset now)
    {
        var report = state.Report;
        if (ticket.Token < report.ClaimToken || !report.WaitsForReader) return state;
        var held = report with { ReaderId = ticket.ReaderId, ReaderName = ticket.ReaderName, ClaimToken = ticket.Token, ClaimExpires = ticket.ExpiresAt };
        if (ticket.Token == report.ClaimToken)
        {
            var prolonged = report.ReaderId == ticket.ReaderId && (report.ClaimExpires is not { } known || ticket.ExpiresAt > known);
            return prolonged ? (state with { Report = held }).Changed() : state;
        }

        var by = new Turn(Actor.System with { UserId = ticket.ReaderId, Name = ticket.ReaderName, Site = state.ReadingCentre }, null, now);
        var name = Table.Name(ReportTransitions.Claim);
        return report.Phase == ReportPhase.Awaiting
            ? (state with { Report = held with { Phase = ReportPhase.Claimed } }).Stepped(by, name)
            : (state with { Report = held }).Stepped(by, name);
    }

    /// <summary>The claim ran out or was given back. The draft stays.</summary>
    public static StudyState ClaimEnded(StudyState state, long token, string why, DateTimeOffset now)
    {
        if (token != state.Report.ClaimToken || state.Report.ReaderId is null || !state.Report.WaitsForReader) return state;
        var phase = state.Report.Phase == ReportPhase.Claimed ? ReportPhase.Awaiting : state.Report.Phase;
        return (state with { Report = state.Report.WithoutClaim() with { Phase = phase } })
            .Stepped(Turn.OfSystem(now, why), Table.Name(ReportTransitions.Release));
    }

    /// <summary>Autosave. Not a transition: no line of history, nobody else sees a change.</summary>
    public static Outcome<StudyState> SaveDraft(StudyState state, Command command, Turn turn, long token, ReportText text) =>
        HoldsClaim(state, turn.By, token).Then<StudyState, StudyState>(held => (held with
        {
            Report = held.Report with { Draft = text, DraftSavedAt = turn.Now },
        }).Changed().Send(new RenewAtList(state.ReadingCentre, state.StudyId, token, command with { Id = command.Id + "/renew" })));

    /// <summary>实习稿: waits for a physician, still on the list.</summary>
    public static Outcome<StudyState> SubmitTraineeDraft(StudyState state, Turn turn, long token, ReportText text) =>
        Permitted(state, ReportTransitions.TraineeDraft, turn)
            .Then(_ => HoldsClaim(state, turn.By, token))
            .Then(held => Move(held, ReportTransitions.TraineeDraft, turn))
            .Then(next => Handed(next, turn, ReportTransitions.TraineeDraft, text))
            .Then(next => next.Send(new FinishAtList(next.ReadingCentre, next.StudyId, token)));

    /// <summary>初诊. In an amendment that asked for re-reading: that reading is handed in.</summary>
    public static Outcome<StudyState> SubmitPreliminary(StudyState state, Turn turn, long token, ReportText text) =>
        Permitted(state, ReportTransitions.Preliminary, turn)
            .Then(_ => HoldsClaim(state, turn.By, token))
            .Then(held => Complete(held, text, "report.preliminary"))
            .Then(held => Move(held, ReportTransitions.Preliminary, turn))
            .Then(next => Handed(next, turn, ReportTransitions.Preliminary, text))
            .Then(next => next with
            {
                Report = next.Report with
                {
                    AuthorId = turn.By.UserId,
                    AuthorName = turn.By.Name,
                    ReturnReason = null,
                    RereadDone = next.Report.Phase == ReportPhase.Amending,
                },
            });

    /// <summary>Findings and impression are both there (R7.1.2-1, R7.1.2-2).</summary>
    public static Outcome<StudyState> Complete(StudyState state, ReportText text, string rule)
    {
        var faults = ImmutableArray.CreateBuilder<FieldFault>();
        if (string.IsNullOrWhiteSpace(text.Findings)) faults.Add(new FieldFault("findings", "required"));
        if (string.IsNullOrWhiteSpace(text.Impression)) faults.Add(new FieldFault("impression", "required"));
        return faults.Count == 0 ? state : new Failure(FailureCode.Invalid, rule, null, faults.ToImmutable());
    }

    /// <summary>Keeps a text that leaves its writer's hands (R4.2.6-4).</summary>
    public static ReportState Traced(ReportState report, Turn turn, string name, ReportText text) => report with
    {
        Draft = text,
        DraftSavedAt = turn.Now,
        Traces = report.Traces.Add(new TextTrace(turn.Now, turn.By.UserId, turn.By.Name, Table.Name(name), text)),
    };

    private static StudyState Handed(StudyState state, Turn turn, string name, ReportText text) =>
        state with { Report = Traced(state.Report, turn, name, text).WithoutClaim() };

    private static Outcome<Transition<ReportPhase>> Permitted(StudyState state, string name, Turn turn) =>
        Table.Find(state.Report.Phase, name, turn, state.Site, state.ReadingCentre);

    /// <summary>Fencing: only the holder of the newest claim writes (design rule 8).</summary>
    private static Outcome<StudyState> HoldsClaim(StudyState state, Actor by, long token)
    {
        var report = state.Report;
        if (!report.WaitsForReader) return Failure.Of(FailureCode.WrongState, "report.claim");
        return token == report.ClaimToken && report.ReaderId == by.UserId
            ? state
            : new Failure(FailureCode.Stale, "report.claim", report.ReaderName, []);
    }
}
