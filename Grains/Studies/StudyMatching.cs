using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;
using Regional.Actors;
using Regional.Projections;
using Regional.Sites;

namespace Regional.Studies;

/// <inheritdoc cref="IStudyMatching"/>
internal sealed class StudyMatching(
    IGrainFactory grains, IStudyKeys keys, IStudyReader studies, IPatientReader patients,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time, IOptions<WorkflowClocks> clocks)
    : IStudyMatching
{
    private static readonly ImmutableArray<ExamPhase> Open = [ExamPhase.Accepted, ExamPhase.Arrived, ExamPhase.InRoom];

    public async Task<string> Route(ImagesArrived batch, CancellationToken cancellation)
    {
        if (await keys.FindStudyInstanceUid(batch.StudyInstanceUid, cancellation) is { } known) return known;
        var candidate = await ByNumber(batch, cancellation) ?? await ByPatientAndDevice(batch, cancellation) ?? GrainKeys.NewStudy(time);
        return await keys.ResolveStudyInstanceUid(batch.StudyInstanceUid, candidate, cancellation);
    }

    public async Task<string?> Route(PerformedStep step, CancellationToken cancellation)
    {
        foreach (var uid in step.StudyInstanceUids)
        {
            if (await keys.FindStudyInstanceUid(uid, cancellation) is { } holder && await IsOf(holder, step)) return holder;
        }

        foreach (var number in step.AccessionNumbers)
        {
            if (await keys.FindAccession(step.Site, number, cancellation) is { } asked && await IsOf(asked, step)) return asked;
        }

        foreach (var uid in step.StudyInstanceUids)
        {
            if (IssuedUid.StudyOf(uid) is { } issued && await IsOf(issued, step)) return issued;
        }

        return null;
    }

    private async Task<bool> IsOf(string studyId, PerformedStep step) =>
        (await grains.GetGrain<IStudyGrain>(studyId).Get()).Value is { } exam
        && exam.Site == step.Site && exam.Phase != ExamPhase.Cancelled && !ImageMatcher.Contradicts(step.Patient, exam.Patient, null);

    private async Task<string?> ByNumber(ImagesArrived batch, CancellationToken cancellation)
    {
        var accession = batch.AccessionNumber?.Trim() is { Length: > 0 } given ? await keys.FindAccession(batch.Site, given, cancellation) : null;
        // A device may drop the number and keep the UID that the worklist gave it.
        if ((accession ?? IssuedUid.StudyOf(batch.StudyInstanceUid)) is not { } studyId) return null;
        var exam = (await grains.GetGrain<IStudyGrain>(studyId).Get()).Value;
        if (exam is null || exam.Site != batch.Site || !TakesImages(exam.Phase)) return null;
        if (exam.Request is { } request && !ImageMatcher.MayAccompany(request.Modality, batch.Modality)) return null;
        return ImageMatcher.Contradicts(batch.Patient, exam.Patient, null) ? null : studyId;
    }

    private async Task<string?> ByPatientAndDevice(ImagesArrived batch, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(batch.PatientLocalId)) return null;
        if (await patients.ByLocalId(batch.Site, batch.PatientLocalId.Trim(), cancellation) is not { } patient) return null;
        var person = patient.Demographics;
        if (ImageMatcher.Contradicts(batch.Patient, new Patients.PatientLabel(person.Name, person.Sex, person.BirthDate), person.Pinyin)) return null;

        var query = new StudyQuery { Sites = [batch.Site], Site = batch.Site, PatientId = patient.PatientId, Phases = Open };
        var exams = new List<StudySnapshot>();
        foreach (var row in (await studies.Find(query, cancellation)).Items)
        {
            // The row finds, the grain decides: a projection may lag.
            if ((await grains.GetGrain<IStudyGrain>(row.StudyId).Get()).Value is { } exam) exams.Add(exam);
        }

        return ImageMatcher.OnlyFit(batch, exams, time.GetUtcNow() - TimeSpan.FromDays(clocks.Value.MatchDays))?.StudyId;
    }

    /// <summary>Exams that were given up take no images by themselves; a person may still attach them.</summary>
    private static bool TakesImages(ExamPhase phase) =>
        phase is not (ExamPhase.Cancelled or ExamPhase.Aborted or ExamPhase.Returned or ExamPhase.NoShow or ExamPhase.Unmatched);
}
