using Regional.Actors;
using Regional.Portal.Access;
using Regional.Reports;
using Regional.Studies;

namespace Regional.Portal.Reports;

/// <summary>
/// What of a report leaves the reading centre. A draft, the marks of review and the words with which a report went back to its author are
/// nobody's answer yet: those who write and review at the centre see them, and the stewards there; a duty doctor of the hospital sees the 初诊 of an emergency that is his to publish. Everybody else sees what was given out:
/// signed versions, and the 临时报告 as it was published while it stands (workflow.md, Report).
/// </summary>
internal static class ReportSight
{
    public const string Provisional = "report.provisional";

    // Steps whose reason is a word between reviewer and author.
    private static readonly string[] Inner = ["report.return", "report.dispute", "report.opinion"];

    public static bool SeesDrafts(Actor actor, string readingCentre) =>
        actor.Site == readingCentre && (Role.Reporting.Any(actor.Is) || SiteAccess.SeesAll(actor));

    /// <summary>The exam as this person may see it.</summary>
    public static StudySnapshot For(Actor actor, StudySnapshot study) => SeesDrafts(actor, study.ReadingCentre)
        ? study
        : study with
        {
            Report = GivenOut(study.Report) with { Draft = MayPublish(actor, study) ? study.Report.Draft : null },
            History = [.. study.History.Select(step => Inner.Contains(step.Event) ? step with { Reason = null } : step)],
        };

    /// <summary>The duty doctor of the hospital reads what 临时发布 would give out: nobody publishes what he has not read.</summary>
    private static bool MayPublish(Actor actor, StudySnapshot study) =>
        study.Report.Phase == ReportPhase.Preliminary && (study.Priority == Priority.Emergency || study.Phase == ExamPhase.Unmatched)
        && actor.Site == study.Site && actor.Is(Role.DutyDoctor);

    private static ReportSnapshot GivenOut(ReportSnapshot report) => report with
    {
        Draft = null,
        DraftSavedAt = null,
        ReturnReason = null,
        Traces = report.Provisional && report.Traces.LastOrDefault(trace => trace.Event == Provisional) is { } published ? [published] : [],
    };
}
