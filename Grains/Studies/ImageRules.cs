using System.Collections.Immutable;
using Regional.Outcomes;
using Regional.Reports;
using Regional.Sites;
using Regional.Transitions;

namespace Regional.Studies;

/// <summary>What images do to an exam: facts, the reading rule, 追加影像. The last image cannot be known (workflow.md 4).</summary>
internal static class ImageRules
{
    /// <summary>
    /// A batch at the centre. The same state comes back when it was applied before. Totals are absolute, so a lost or late event heals with
    /// the next one.
    /// </summary>
    /// <param name="agreement">Of the site; needed when these images begin an unmatched study.</param>
    public static StudyState Arrive(StudyState state, ImagesArrived batch, Agreement agreement, DateTimeOffset now)
    {
        if (IsOfAnotherSite(state, batch.Site)) return state;
        var applied = state.Applied.FirstOrDefault(one => one.Source == batch.Source && one.StudyInstanceUid == batch.StudyInstanceUid);
        if (applied is not null && batch.Sequence <= applied.Sequence) return state;

        var next = state with { Applied = Replace(state.Applied, applied, new AppliedBatch(batch.Source, batch.StudyInstanceUid, batch.Sequence)) };
        if (state.Given.FirstOrDefault(given => given.Images.Images.Any(set => set.StudyInstanceUid == batch.StudyInstanceUid)) is { } given)
            return next.Changed().Send(new Delivery.ForwardImages(given.ToStudyId, batch));

        if (state.Phase is null) next = Begin(next, batch, agreement, now);
        var known = next.Images.FirstOrDefault(set => set.StudyInstanceUid == batch.StudyInstanceUid);
        var set = known ?? new ImageSet(
            batch.StudyInstanceUid, batch.Modality, batch.CallingAe, 0, 0, 0, batch.StudyDescription, batch.FirstReceived, batch.LastReceived);
        var grown = batch.TotalInstances > set.AtCentre;
        next = next with
        {
            Images = Replace(next.Images, known, set with
            {
                AtCentre = Math.Max(set.AtCentre, batch.TotalInstances),
                Series = Math.Max(set.Series, batch.TotalSeries),
                AtEdge = Math.Max(set.AtEdge, batch.TotalInstances),
                Description = set.Description ?? batch.StudyDescription,
                FirstReceived = Earlier(set.FirstReceived, batch.FirstReceived),
                LastReceived = Later(set.LastReceived, batch.LastReceived),
            }),
            Evidence = next.Evidence ?? batch.Patient,
            EvidenceLocalId = next.EvidenceLocalId ?? batch.PatientLocalId,
            EvidenceBodyPart = next.EvidenceBodyPart ?? batch.BodyPart,
        };
        return Advance(grown && IsLate(next, batch.LastReceived) ? RaiseAdditional(next, now) : next.Changed(), now);
    }

    /// <summary>An exam belongs to the site that made it; no other site's link has anything to say about it.</summary>
    public static bool IsOfAnotherSite(StudyState state, string site) => state.Phase is not null && state.Site != site;

    /// <summary>
    /// What the edge holds, and what of it will never come. Unknown UIDs are ignored: their study begins with their first image at the
    /// centre.
    /// </summary>
    public static StudyState Progress(StudyState state, EdgeProgress progress, DateTimeOffset now)
    {
        var known = state.Images.FirstOrDefault(set => set.StudyInstanceUid == progress.StudyInstanceUid);
        if (known is null || IsOfAnotherSite(state, progress.Site)) return state;
        var told = known with
        {
            AtEdge = Math.Max(known.AtEdge, progress.Received),
            NotComing = Math.Clamp(progress.NotComing, 0, Math.Max(progress.Received, 0)),
            LastReceived = Later(known.LastReceived, progress.LastImage),
        };
        if (told == known) return state;
        var next = state with { Images = state.Images.Replace(known, told) };
        return Advance(known.NotComing == 0 && told.NotComing > 0 ? next.Stepped(Turn.OfSystem(now), "exam.images-not-coming") : next.Changed(), now);
    }

    /// <summary>Somebody who knows the case ends the waiting for images that were announced and do not come.</summary>
    public static Outcome<StudyState> ReadAnyway(StudyState state, Turn turn) =>
        ExamRules.Move(state, ExamTransitions.ReadAnyway, turn).Then<StudyState, StudyState>(next =>
            next.AtCentre > 0 ? Listed(next, turn) : Failure.Of(FailureCode.WrongState, "exam.read-anyway.images"));

    /// <summary>追加影像: relevant ones reopen a released report, others stand beside it.</summary>
    public static Outcome<StudyState> JudgeAdditional(StudyState state, Turn turn, bool relevant)
    {
        if (!Rights.JudgeAdditional.Permit(turn.By, state)) return Failure.Of(FailureCode.Forbidden, "exam.judge-additional");
        if (state.Facts.Images != ImagesFact.Additional) return Failure.Of(FailureCode.WrongState, "exam.judge-additional");
        var judged = state with { Facts = state.Facts with { Images = ImagesFact.Stable } };
        if (!relevant || state.Report.Phase != ReportPhase.Released)
            return judged.Stepped(turn, relevant ? "exam.additional-relevant" : "exam.additional-irrelevant");
        return ExamRules.Move(judged, ExamTransitions.Additional, turn)
            .Then(next => ReportRules.Move(next, ReportTransitions.Additional, turn))
            .Then(next => next with { Report = next.Report with { CorrectionReason = turn.Reason } });
    }

    /// <summary>Facts as the counts say, then the reading rule: Acquired with its images here becomes ReadyToRead and is offered.</summary>
    public static StudyState Advance(StudyState state, DateTimeOffset now)
    {
        var settled = Settle(state);
        if (settled.Phase != ExamPhase.Acquired || !ReadingRule(settled)) return settled;
        var turn = Turn.OfSystem(now);
        return Listed(ExamRules.Move(settled, ExamTransitions.Ready, turn).Value ?? settled, turn);
    }

    public static StudyState Settle(StudyState state)
    {
        var images = state switch
        {
            { Images.IsEmpty: true } => ImagesFact.None,
            { Facts.Images: ImagesFact.Additional } => ImagesFact.Additional,
            { CompletedAt: null, Phase: not ExamPhase.Unmatched } => ImagesFact.Receiving,
            _ => AllHere(state) ? ImagesFact.Stable : ImagesFact.Receiving,
        };
        var copy = state.AtCentre == 0 ? CopyFact.LocalOnly : AllHere(state) ? CopyFact.AtCentre : CopyFact.Uploading;
        return state with { Facts = state.Facts with { Images = images, Copy = copy } };
    }

    /// <summary>Images at the centre, and all that the edge is known to hold, or an emergency that reads what there is. A grade never counts.</summary>
    private static bool ReadingRule(StudyState state) => state.AtCentre > 0 && (state.Priority == Priority.Emergency || AllHere(state));

    private static bool AllHere(StudyState state) => state.Images.All(set => set.AtCentre >= set.AtEdge - set.NotComing);

    /// <summary>Received after 完成, or after a report was released.</summary>
    private static bool IsLate(StudyState state, DateTimeOffset received) => state.EverReleased || (state.CompletedAt is { } at && received > at);

    private static StudyState RaiseAdditional(StudyState state, DateTimeOffset now) => state.Facts.Images == ImagesFact.Additional
        ? state.Changed()
        : (state with { Facts = state.Facts with { Images = ImagesFact.Additional } }).Stepped(Turn.OfSystem(now), "exam.additional-images");

    private static StudyState Begin(StudyState state, ImagesArrived batch, Agreement agreement, DateTimeOffset now)
    {
        var turn = Turn.OfSystem(now);
        var begun = state with { Site = batch.Site, Agreement = agreement, Patient = batch.Patient, CreatedAt = now };
        // An unmatched study is listed for reading at once (X3).
        return Listed(ExamRules.Move(begun, ExamTransitions.Unannounced, turn).Value ?? begun, turn);
    }

    /// <summary>Ready from now on, and offered to its readers.</summary>
    public static StudyState Listed(StudyState state, Turn turn) => ReportRules.Offer(
        state with { ReadySince = turn.Now, ReadBy = turn.Now + state.Agreement?.Within(state.Priority) }, turn);

    private static ImmutableArray<T> Replace<T>(ImmutableArray<T> items, T? old, T next)
        where T : class => old is null ? items.Add(next) : items.Replace(old, next);

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
