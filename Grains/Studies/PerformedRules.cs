using Regional.Transitions;

namespace Regional.Studies;

/// <summary>What a device's own account of its work does to an exam: it is kept, it proposes, it never decides (workflow.md 4).</summary>
internal static class PerformedRules
{
    /// <summary>The same state comes back when it was applied before, or belongs to another site.</summary>
    public static StudyState Apply(StudyState state, PerformedStep step, DateTimeOffset now)
    {
        if (state.Phase is null or ExamPhase.Cancelled || ImageRules.IsOfAnotherSite(state, step.Site)) return state;
        var known = state.Performed.FirstOrDefault(one => one.StepUid == step.StepUid);
        if (known is not null && (known.Source == step.Source ? step.Sequence <= known.Sequence : known.Status != StepStatus.InProgress)) return state;

        var counted = DeviceCount(state);
        var next = state with { Performed = known is null ? state.Performed.Add(step) : state.Performed.Replace(known, step) };
        // What the technician counted stands; the device's own count may still grow.
        if (state.ImagesExpected is null || state.ImagesExpected == counted) next = next with { ImagesExpected = DeviceCount(next) ?? state.ImagesExpected };
        return known?.Status == step.Status ? next.Changed() : next.Stepped(Turn.OfSystem(now, step.Reason), Name(step.Status));
    }

    /// <summary>
    /// The device says that it is done, and every image that it says it made is held: people are asked whether the exam is complete. Without a
    /// count there is nothing to hold against it.
    /// </summary>
    public static bool ProposesCompletion(StudyState state) =>
        state.Phase is ExamPhase.Arrived or ExamPhase.InRoom
        && state.Performed.Any(step => step.Status == StepStatus.Completed)
        && state.Performed.All(step => step.Status != StepStatus.InProgress)
        && state.Images.Sum(set => set.AtEdge) >= (DeviceCount(state) ?? 0);

    private static int? DeviceCount(StudyState state) =>
        state.Performed.Where(step => step.Status != StepStatus.InProgress).Sum(step => step.Images) is > 0 and var sum ? sum : null;

    private static string Name(StepStatus status) => status switch
    {
        StepStatus.Completed => "exam.device-completed",
        StepStatus.Discontinued => "exam.device-discontinued",
        _ => "exam.device-started",
    };
}
