using System.Collections.Immutable;
using Regional.Actors;
using Regional.Transitions;
using static Regional.CriticalValues.CriticalPhase;
using Row = Regional.Transitions.Transition<Regional.CriticalValues.CriticalPhase>;
using Table = Regional.Transitions.TransitionTable<Regional.CriticalValues.CriticalPhase>;

namespace Regional.CriticalValues;

/// <summary>workflow.md, Critical value, as a table. The diagram in this folder's README is compared with it by a test.</summary>
internal static class CriticalTransitions
{
    public const string Suspect = "suspect";
    public const string Verify = "verify";
    public const string Refute = "refute";
    public const string Receive = "receive";
    public const string PhoneInstead = "phone";
    public const string Call = "call";
    public const string NoAnswer = "no-answer";
    public const string Act = "act";
    public const string Overdue = "overdue";
    public const string Confirm = "confirm";
    public const string Withdraw = "withdraw";

    private static readonly ImmutableArray<Doer> Rules = [Doer.System];
    private static readonly ImmutableArray<Doer> Finders =
        [.. Doer.AtSite(Role.Technician, Role.Sonographer), .. Doer.AtCentre(Role.Reporting), Doer.System];

    private static readonly ImmutableArray<Doer> Radiology = Doer.AtCentre(Role.Reader, Role.Senior, Role.DutyDoctor);
    private static readonly ImmutableArray<Doer> Answering = Doer.AtSite(Role.Answering);

    public static readonly Table Table = new("critical",
    [
        new Row(null, Suspect, Suspected, Finders),
        new Row(Suspected, Verify, Notifying, Radiology),
        new Row(Suspected, Refute, Refuted, Radiology, NeedsReason: true),
        .. Table.From([Notifying, PhoneDue, NotifyEscalated], Receive, Received, Answering),
        new Row(Notifying, PhoneInstead, PhoneDue, Rules),
        .. Table.From([PhoneDue, NotifyEscalated], Call, Received, Radiology),
        .. Table.From([PhoneDue, NotifyEscalated], NoAnswer, NotifyEscalated, [.. Radiology, Doer.System]),
        new Row(Received, Overdue, ReplyOverdue, Rules),
        .. Table.From([Received, ReplyOverdue], Act, Acted, Doer.AtSite(Role.Clinician, Role.DutyDoctor)),
        new Row(Acted, Confirm, Closed, Radiology),
        .. Table.From([Suspected, Notifying, PhoneDue, NotifyEscalated, Received, ReplyOverdue, Acted], Withdraw, Withdrawn,
            Doer.AtCentre(Role.Senior), needsReason: true),
    ]);

    /// <summary>The loop is not closed yet.</summary>
    public static bool IsOpen(CriticalPhase phase) => phase is not (Refuted or Closed or Withdrawn);
}
