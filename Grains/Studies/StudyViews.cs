using Regional.Projections;

namespace Regional.Studies;

/// <summary>The state as others see it: the snapshot that answers commands, and the row of the projection.</summary>
internal static class StudyViews
{
    public static StudySnapshot Snapshot(StudyState state) => new(
        state.StudyId, state.Version, state.Site, state.ReadingCentre, state.Phase ?? default, state.Facts, state.Priority,
        state.PatientId, state.Patient, state.Request, state.AccessionNumber, state.RequestedBy, state.Images, state.ImagesExpected,
        state.Owed, state.Report.Snapshot(), state.History, state.ReadySince, state.ReadBy,
        [.. state.CriticalValues.Select(link => link.CriticalValueId)], [.. StudyAllowed.Of(state)])
    {
        Performed = state.Performed,
        CompletionProposed = PerformedRules.ProposesCompletion(state),
    };

    public static StudyRow Row(StudyState state) => new(
        state.StudyId, state.Version, state.Site, state.ReadingCentre, state.Phase ?? default, state.Report.Phase, state.Facts, state.Priority,
        state.PatientId, state.Patient, state.AccessionNumber,
        state.Request?.Item ?? state.Emergency?.Item ?? state.Images.FirstOrDefault()?.Description,
        state.Request?.Modality ?? state.Emergency?.Modality ?? state.Images.FirstOrDefault()?.Modality ?? "",
        state.Request?.BodyPart ?? state.Emergency?.BodyPart ?? state.EvidenceBodyPart,
        state.RequestedBy, [.. state.Images.Select(set => set.StudyInstanceUid)], state.AtCentre, state.Images.Sum(set => set.AtEdge),
        state.ImagesExpected, state.CreatedAt, state.Images.IsEmpty ? null : state.Images.Max(set => set.LastReceived),
        state.ReadySince, state.ReadBy, state.Report.ReaderId, state.Report.ReaderName, state.Report.ClaimExpires,
        state.Report.AuthorId, state.Report.ReviewerId, state.Report.Versions.Length, state.Report.Provisional,
        state.CriticalValues.Count(link => link.Open), state.Owed, state.Report.AuthorName, state.Report.ReviewerName,
        state.Images.Sum(set => set.NotComing));

    /// <summary>
    /// True when the two look the same in every list. Records compare immutable arrays by reference, so an array that was made again with
    /// the same items counts as a change: at worst a row is written once too often.
    /// </summary>
    public static bool SameRow(StudyState before, StudyState after) =>
        before.Phase == after.Phase
        && before.Report.Phase == after.Report.Phase
        && before.History == after.History
        && before.Images == after.Images
        && before.Performed == after.Performed
        && before.Facts == after.Facts
        && before.Owed == after.Owed
        && before.CriticalValues == after.CriticalValues
        && before.Report.ReaderId == after.Report.ReaderId
        && before.Report.ClaimExpires == after.Report.ClaimExpires
        && before.Report.Versions == after.Report.Versions;
}
