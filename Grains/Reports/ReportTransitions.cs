using System.Collections.Immutable;
using Regional.Actors;
using Regional.Transitions;
using static Regional.Reports.ReportPhase;
using Row = Regional.Transitions.Transition<Regional.Reports.ReportPhase>;
using Table = Regional.Transitions.TransitionTable<Regional.Reports.ReportPhase>;

namespace Regional.Reports;

/// <summary>workflow.md, Report, as a table. The diagram in this folder's README is compared with it by a test.</summary>
internal static class ReportTransitions
{
    public const string Offer = "offer";
    public const string Claim = "claim";
    public const string Release = "release";
    public const string TraineeDraft = "trainee-draft";
    public const string Preliminary = "preliminary";
    public const string Provisional = "provisional";
    public const string Take = "take";
    public const string Return = "return";
    public const string Dispute = "dispute";
    public const string Opinion = "opinion";
    public const string Sign = "sign";
    public const string Addendum = "addendum";
    public const string RequestCorrection = "request-correction";
    public const string Additional = "judge-additional";
    public const string RefuseCorrection = "refuse-correction";
    public const string AcceptCorrection = "accept-correction";
    public const string Recall = "recall";
    public const string TakeBack = "take-back";

    private static readonly ImmutableArray<Doer> Rules = [Doer.System];
    private static readonly ImmutableArray<Doer> Writers = [.. Doer.AtCentre(Role.Reporting)];
    private static readonly ImmutableArray<Doer> Physicians = Doer.AtCentre(Role.Reader, Role.Senior, Role.DutyDoctor);
    private static readonly ImmutableArray<Doer> Seniors = Doer.AtCentre(Role.Senior);

    public static readonly Table Table = new("report",
    [
        .. Table.From([None, Recalled], Offer, Awaiting, Rules),
        new Row(Awaiting, Claim, Claimed, Writers),
        new Row(TraineeDraft_, Claim, TraineeDraft_, Writers),
        new Row(Amending, Claim, Amending, Physicians),
        new Row(Claimed, Release, Awaiting, Writers),
        new Row(Claimed, TraineeDraft, TraineeDraft_, [.. Doer.AtCentre(Role.Trainee), Doer.System]),
        .. Table.From([Claimed, TraineeDraft_], Preliminary, Preliminary_, Physicians),
        new Row(Amending, Preliminary, Amending, Physicians),
        new Row(Preliminary_, Provisional, Provisional_, [.. Doer.AtCentre(Role.DutyDoctor), .. Doer.AtSite(Role.DutyDoctor)]),
        .. Table.From([Preliminary_, Provisional_, UnderReview], Take, UnderReview, Seniors),
        new Row(Preliminary_, Sign, Released, Physicians),
        new Row(UnderReview, Return, Claimed, Seniors, NeedsReason: true),
        new Row(UnderReview, Dispute, InConsult, Seniors, NeedsReason: true),
        new Row(InConsult, Opinion, UnderReview, [.. Seniors, Doer.System]),
        new Row(UnderReview, Sign, Released, Seniors),
        new Row(Released, Addendum, Released, Seniors),
        new Row(Released, RequestCorrection, CorrectionRequested,
            [.. Doer.AtSite(Role.Clinician, Role.Desk), .. Doer.AtCentre(Role.Reader, Role.Senior)], NeedsReason: true),
        new Row(Released, Additional, CorrectionRequested, Doer.AtCentre(Role.Reader, Role.Senior)),
        new Row(CorrectionRequested, RefuseCorrection, Released, Seniors, NeedsReason: true),
        new Row(CorrectionRequested, AcceptCorrection, Amending, Seniors),
        new Row(Amending, Sign, Released, Seniors),
        .. Table.From([Provisional_, UnderReview, InConsult, Released, CorrectionRequested, Amending], Recall, Recalled, Rules),
        .. Table.From([Awaiting, Claimed, TraineeDraft_, Preliminary_, Provisional_, UnderReview, InConsult], TakeBack, None, Rules),
    ]);

    // Phases that share their word with an event.
    private const ReportPhase TraineeDraft_ = ReportPhase.TraineeDraft;
    private const ReportPhase Preliminary_ = ReportPhase.Preliminary;
    private const ReportPhase Provisional_ = ReportPhase.Provisional;
}
