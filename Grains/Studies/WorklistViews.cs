using Regional.Projections;

namespace Regional.Studies;

/// <summary>The exam as a device's worklist needs it (PS3.4 §K).</summary>
internal static class WorklistViews
{
    private static readonly string ArriveStep = ExamTransitions.Table.Name(ExamTransitions.Arrive);

    /// <summary>Null for what can never have waited: images that nobody asked for.</summary>
    public static WorklistRow? Row(StudyState state)
    {
        if (state.AccessionNumber is not { } accession || (state.Request is null && state.Emergency is null) || IssuedUid.Of(state.StudyId) is not { } uid)
            return null;
        var request = state.Request;
        return new WorklistRow(
            state.StudyId, state.Version, state.Site, Waits(state.Phase), state.PatientId, state.Patient, accession, uid,
            request?.Item ?? state.Emergency?.Item ?? "", request?.Modality ?? state.Emergency?.Modality ?? "",
            request?.BodyPart ?? state.Emergency?.BodyPart, request?.Side, request is null ? state.Emergency?.StationAe : request.StationAe, Starts(state),
            state.Priority, request?.Purpose, request?.ClinicalDiagnosis, request is { Flags.IsDefault: false } ? request.Flags : []);
    }

    /// <summary>Asked for, and not yet acquired: until 完成 the device may have to look the patient up again.</summary>
    private static bool Waits(ExamPhase? phase) =>
        phase is ExamPhase.Requested or ExamPhase.Accepted or ExamPhase.Scheduled or ExamPhase.Arrived or ExamPhase.InRoom;

    /// <summary>Who is here is examined now, whenever they were booked.</summary>
    private static DateTimeOffset Starts(StudyState state)
    {
        var arrived = state.Phase is ExamPhase.Arrived or ExamPhase.InRoom ? state.History.LastOrDefault(step => step.Event == ArriveStep)?.At : null;
        return arrived ?? state.ScheduledAt ?? state.CreatedAt;
    }
}
