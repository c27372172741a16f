using System.Collections.Immutable;
using Regional.Actors;
using Regional.Delivery;
using Regional.Outcomes;
using Regional.Reports;
using Regional.Sites;
using Regional.Transitions;

namespace Regional.Studies;

/// <summary>
/// Images that change hands. The table's row "Unmatched, attach, Acquired" is two studies here: the exam gains the images
/// (<see cref="Attach"/>), the unmatched one ends (<see cref="HandOver"/>). "Wrong patient" is the other way round: the exam is to be done
/// again (<see cref="Detach"/>) and a new unmatched study holds the images (<see cref="Adopt"/>).
/// </summary>
internal static class AttachRules
{
    /// <summary>Whether this exam could take images in this turn; asked before the other side gives anything away.</summary>
    public static Outcome<Transition<ExamPhase>> MayAttach(StudyState state, Turn turn) =>
        ExamTransitions.Table.Find(state.Phase, ExamTransitions.Attach, turn, state.Site, state.ReadingCentre);

    /// <summary>The unmatched study gives up its images, once, to one exam; to that exam again the same.</summary>
    public static Outcome<StudyState> HandOver(StudyState state, Command command, Turn turn, string toStudyId)
    {
        if (state.Phase == ExamPhase.Cancelled && state.Given.FirstOrDefault() is { } given)
            return given.ToStudyId == toStudyId ? state : Failure.Of(FailureCode.Conflict, "exam.hand-over.given");
        var images = Package(state, state.CriticalValues);
        return ExamRules.Move(state, ExamTransitions.HandOver, turn).Then(next => ReportRules.TakeBack(next, turn)).Then(next => ImageRules.Settle(next with
        {
            Images = [],
            CriticalValues = [],
            Given = next.Given.Add(new GivenAway(toStudyId, images)),
        }).Send(new CompleteAttach(toStudyId, command, state.StudyId)));
    }

    /// <summary>The exam takes what was handed over. A technician who attaches says whose images these are.</summary>
    public static Outcome<StudyState> Attach(StudyState state, Turn turn, HandOver images) =>
        ExamRules.Move(state, ExamTransitions.Attach, turn).Then(next =>
        {
            var taken = TakeReport(Take(next, images), images, turn) with
            {
                CompletedAt = next.CompletedAt ?? turn.Now,
                Facts = next.Facts with
                {
                    Identity = Owed.Has(next, Owed.Identity) ? next.Facts.Identity : IdentityFact.Confirmed,
                    Images = next.EverReleased ? ImagesFact.Additional : next.Facts.Images,
                },
            };
            return ImageRules.Advance(taken, turn.Now);
        });

    /// <summary>Wrong patient: the images go to a new unmatched study, an issued report is recalled, the exam is to be made again.</summary>
    /// <param name="newStudyId">Key for the study that takes the images.</param>
    public static Outcome<StudyState> Detach(StudyState state, Command command, Turn turn, string secondPersonUserId, string newStudyId)
    {
        if (string.IsNullOrWhiteSpace(secondPersonUserId) || secondPersonUserId == turn.By.UserId)
            return Failure.Of(FailureCode.PolicyRefused, "exam.detach.second-person");
        if (state.Images.IsEmpty) return Failure.Of(FailureCode.WrongState, "exam.detach");
        var images = Package(state, state.CriticalValues);
        return ExamRules.Move(state, ExamTransitions.Detach, turn).Then(moved =>
        {
            var next = moved.Stepped(turn with { By = turn.By with { UserId = secondPersonUserId, Name = secondPersonUserId } }, "exam.detach.second-person");
            next = next.Report.Issued ? ReportRules.Recall(next, turn) : ReportRules.TakeBack(next, turn, keepText: false);
            return ImageRules.Settle(next with
            {
                Images = [],
                ImagesExpected = null,
                CompletedAt = null,
                Evidence = null,
                EvidenceLocalId = null,
                ReadySince = null,
                ReadBy = null,
                CriticalValues = [],
                Facts = next.Facts with { Images = ImagesFact.None, Grade = ImageGrade.Ungraded },
                Given = next.Given.Add(new GivenAway(newStudyId, images)),
            }).Send(new AdoptImages(newStudyId, new Command(command.Id + "/adopt", Actor.System, turn.Reason), images));
        });
    }

    /// <summary>Images that were given to this exam too late go on to a new unmatched study; those it has, or has passed on, stay.</summary>
    public static StudyState PassOn(StudyState state, Command command, HandOver images, string newStudyId)
    {
        bool Knows(ImageSet set) => state.Images.Concat(state.Given.SelectMany(given => given.Images.Images)).Any(one => one.StudyInstanceUid == set.StudyInstanceUid);
        return images.Images.IsEmpty || images.Images.Any(Knows)
            ? state
            : (state with { Given = state.Given.Add(new GivenAway(newStudyId, images)) }).Changed()
                .Send(new AdoptImages(newStudyId, new Command(command.Id + "/adopt", Actor.System, command.Reason), images));
    }

    /// <summary>A new unmatched study begins with images that came off another exam.</summary>
    public static Outcome<StudyState> Adopt(StudyState state, Turn turn, HandOver images, Agreement agreement) =>
        ExamRules.Move(
            state with { Site = images.Site, Agreement = agreement, Patient = images.Evidence, CreatedAt = turn.Now }, ExamTransitions.Adopt, turn)
        .Then(next =>
        {
            var listed = ImageRules.Listed(ImageRules.Settle(Take(next, images)), turn);
            return images.Report is { } report
                ? listed with
                {
                    Report = listed.Report with
                    {
                        Draft = report.Draft ?? (report.Versions.IsEmpty ? null : report.Versions[^1].Text),
                        Traces = report.Traces,
                    },
                }
                : listed;
        });

    private static HandOver Package(StudyState state, ImmutableArray<CriticalLink> links) => new(
        state.StudyId, state.Images, state.Evidence ?? state.Patient, state.EvidenceLocalId, state.Site,
        state.Report.HasText || !state.Report.Versions.IsEmpty ? state.Report.Snapshot() : null,
        [.. links.Where(link => link.Open).Select(link => link.CriticalValueId)]);

    private static StudyState Take(StudyState state, HandOver images)
    {
        var sets = state.Images;
        foreach (var set in images.Images)
        {
            var known = sets.FirstOrDefault(one => one.StudyInstanceUid == set.StudyInstanceUid);
            sets = known is null ? sets.Add(set) : sets.Replace(known, known with
            {
                AtCentre = Math.Max(known.AtCentre, set.AtCentre),
                Series = Math.Max(known.Series, set.Series),
                AtEdge = Math.Max(known.AtEdge, set.AtEdge),
                NotComing = Math.Max(known.NotComing, set.NotComing),
            });
        }

        var taken = state with
        {
            Images = sets,
            Given = state.Given.RemoveAll(given => given.Images.Images.Any(set => sets.Any(one => one.StudyInstanceUid == set.StudyInstanceUid))),
            Evidence = state.Evidence ?? images.Evidence,
            EvidenceLocalId = state.EvidenceLocalId ?? images.PatientLocalId,
            CriticalValues =
            [
                .. state.CriticalValues.Where(link => !images.CriticalValueIds.Contains(link.CriticalValueId)),
                .. images.CriticalValueIds.Select(id => new CriticalLink(id, true)),
            ],
        };
        return images.CriticalValueIds.Aggregate(taken, (next, id) => next.Send(new RelinkCriticalValue(id, state.StudyId)));
    }

    /// <summary>What was written about the images comes with them: gone on from when the exam has no text of its own, else kept as a trace.</summary>
    private static StudyState TakeReport(StudyState state, HandOver images, Turn turn)
    {
        if (images.Report is not { } given) return state;
        if (state.Report.HasText || state.Report.Phase is not (ReportPhase.None or ReportPhase.Awaiting or ReportPhase.Recalled))
            return state with { Report = state.Report with { Traces = state.Report.Traces.AddRange(given.Traces) } };
        var goesOn = given.Phase is ReportPhase.TraineeDraft or ReportPhase.Preliminary or ReportPhase.Provisional;
        return (state with
        {
            Report = state.Report with
            {
                Phase = goesOn ? given.Phase : state.Report.Phase,
                ClaimToken = Math.Max(state.Report.ClaimToken, given.ClaimToken),
                AuthorId = given.AuthorId,
                AuthorName = given.AuthorName,
                Draft = given.Draft,
                DraftSavedAt = given.DraftSavedAt,
                Provisional = given.Provisional,
                Traces = given.Traces,
            },
        }).Stepped(turn, "report.adopted");
    }
}
