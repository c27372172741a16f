using System.Collections.Immutable;
using Regional.Actors;
using Regional.Transitions;
using static Regional.Studies.ExamPhase;
using Row = Regional.Transitions.Transition<Regional.Studies.ExamPhase>;
using Table = Regional.Transitions.TransitionTable<Regional.Studies.ExamPhase>;

namespace Regional.Studies;

/// <summary>workflow.md, Exam, as a table. The diagram in this folder's README is compared with it by a test.</summary>
internal static class ExamTransitions
{
    public const string Submit = "submit";
    public const string Emergency = "emergency";
    public const string Unannounced = "images";
    public const string Adopt = "adopt";
    public const string Accept = "accept";
    public const string Return = "return";
    public const string Resubmit = "resubmit";
    public const string Schedule = "schedule";
    public const string NotCome = "no-show";
    public const string Restore = "restore";
    public const string Arrive = "arrive";
    public const string Start = "start";
    public const string Replan = "replan";
    public const string Abort = "abort";
    public const string Complete = "complete";
    public const string Retake = "retake";
    public const string Ready = "ready";
    public const string ReadAnyway = "read-anyway";
    public const string Release = "release";
    public const string Additional = "judge-additional";
    public const string Close = "close";
    public const string Attach = "attach";
    public const string HandOver = "hand-over";
    public const string Cancel = "cancel";
    public const string Detach = "detach";

    private static readonly ImmutableArray<Doer> Rules = [Doer.System];
    private static readonly ImmutableArray<Doer> Requesting = [.. Doer.AtSite(Role.Clinician, Role.Desk, Role.Technician, Role.Sonographer), Doer.System];
    private static readonly ImmutableArray<Doer> AtDesk = Doer.AtSite(Role.Desk);
    private static readonly ImmutableArray<Doer> Reception = [.. Doer.AtSite(Role.Desk, Role.Technician, Role.Sonographer), Doer.System];
    private static readonly ImmutableArray<Doer> Imaging = Doer.AtSite(Role.Technician, Role.Sonographer);
    private static readonly ImmutableArray<Doer> ImagingOrNurse = Doer.AtSite(Role.Technician, Role.Sonographer, Role.Nurse);
    private static readonly ImmutableArray<Doer> Reading = Doer.AtCentre(Role.Reader, Role.Senior);

    /// <summary>The network's stewards: quality control and the regional administrator, whatever site they work at.</summary>
    public static readonly ImmutableArray<Doer> Stewards = Doer.Anywhere(Role.Quality, Role.Administrator);

    private static readonly ImmutableArray<Doer> Attaching = [.. Imaging, .. Stewards];

    public static readonly Table Table = new("exam",
    [
        new Row(null, Submit, Requested, Requesting),
        new Row(null, Emergency, Arrived, Doer.AtSite(Role.Desk, Role.Technician, Role.Sonographer, Role.Nurse)),
        new Row(null, Unannounced, Unmatched, Rules),
        new Row(null, Adopt, Unmatched, Rules),
        new Row(Requested, Accept, Accepted, Reception),
        new Row(Requested, Return, Returned, AtDesk, NeedsReason: true),
        new Row(Returned, Resubmit, Requested, [.. Doer.AtSite(Role.Clinician), Doer.System]),
        new Row(Accepted, Schedule, Scheduled, [.. Requesting, .. Doer.AtSite(Role.Nurse)]),
        new Row(Scheduled, NotCome, NoShow, Rules),
        new Row(NoShow, Restore, Accepted, AtDesk),
        .. Table.From([Accepted, Scheduled], Arrive, Arrived, Reception),
        new Row(Arrived, Start, InRoom, Imaging),
        .. Table.From([Arrived, InRoom], Replan, Accepted, ImagingOrNurse, needsReason: true),
        .. Table.From([Arrived, InRoom], Abort, Aborted, ImagingOrNurse, needsReason: true),
        new Row(InRoom, Complete, Acquired, Imaging),
        .. Table.From([Acquired, ReadyToRead], Retake, InRoom, [.. Imaging, .. Reading], needsReason: true),
        new Row(Acquired, Ready, ReadyToRead, Rules),
        new Row(Acquired, ReadAnyway, ReadyToRead, [.. Imaging, .. Reading], NeedsReason: true),
        new Row(ReadyToRead, Release, Reported, Rules),
        .. Table.From([Reported, Closed], Additional, ReadyToRead, Reading),
        new Row(Reported, Close, Closed, Rules),
        .. Table.From([Accepted, Scheduled, Arrived, InRoom, Acquired], Attach, Acquired, Attaching),
        new Row(ReadyToRead, Attach, ReadyToRead, Attaching),
        new Row(Reported, Attach, Reported, Attaching),
        new Row(Closed, Attach, Closed, Attaching),
        new Row(Unmatched, HandOver, Cancelled, Attaching),
        .. Table.From([Requested, Returned, Accepted, Scheduled, NoShow, Arrived], Cancel, Cancelled, Doer.AtSite(Role.Clinician, Role.Desk), needsReason: true),
        .. Table.From([Accepted, Scheduled, Arrived, InRoom, Acquired, ReadyToRead, Reported, Closed], Detach, Accepted, Stewards, needsReason: true),
    ]);
}
