using Regional.Reports;

namespace Regional.Studies;

/// <summary>
/// What people could do with an exam as it stands, by the names of the history. Derived from the transition tables; whether this person may,
/// and by role and site, is asked when the command comes.
/// </summary>
internal static class StudyAllowed
{
    public static IEnumerable<string> Of(StudyState state)
    {
        if (state.Phase is not { } phase) yield break;
        foreach (var name in ExamTransitions.Table.EventsOfPeople(phase).Where(name => Makes(state, name))) yield return name;
        foreach (var name in ReportTransitions.Table.EventsOfPeople(state.Report.Phase).Where(name => Makes(state, name))) yield return name;
        if (state.Report.WaitsForReader && state.Report.ReaderId is not null) yield return "report.draft";
        if (!state.Images.IsEmpty) yield return "exam.grade";
        if (Owed.Has(state, Owed.Request)) yield return "exam.supply-owed";
        if (Owed.Has(state, Owed.Fee)) yield return "exam.settle-fee";
        if (state.Facts.Identity == IdentityFact.Provisional && phase is not (ExamPhase.Unmatched or ExamPhase.Cancelled or ExamPhase.Aborted))
            yield return "exam.confirm-identity";
        if (state.Facts.Images == ImagesFact.Additional) yield return "exam.judge-additional";
    }

    /// <summary>Leaves out what a fact forbids although the phase would allow it.</summary>
    private static bool Makes(StudyState state, string name) => name switch
    {
        "exam.judge-additional" or "report.judge-additional" => false,
        "exam.detach" => !state.Images.IsEmpty,
        "exam.read-anyway" => state.AtCentre > 0,
        "exam.retake" => state.Report.Phase is ReportPhase.None or ReportPhase.Awaiting or ReportPhase.Claimed or ReportPhase.Recalled,
        "report.take" or "report.sign" => state.Phase != ExamPhase.Unmatched,
        "report.provisional" => state.Priority == Priority.Emergency || state.Phase == ExamPhase.Unmatched,
        "report.claim" => state.Report.WaitsForReader && state.Report.ReaderId is null,
        _ => true,
    };
}
