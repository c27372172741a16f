using System.Collections.Immutable;
using Orleans;
using Regional.Outcomes;
using Regional.Patients;
using Regional.Portal.Access;
using Regional.Portal.Accounts;
using Regional.Portal.Answers;
using Regional.Projections;
using Regional.Studies;

namespace Regional.Portal.Patients;

/// <summary>
/// Finds or registers the patient of a request, within what the caller's sites may know: a patient belongs to the hospitals that registered
/// them, gave them an id, or made or read an exam of theirs. A hospital's own id finds a patient only where name, sex and birth date agree;
/// no false automatic link is acceptable (workflow.md 8).
/// </summary>
public sealed class PatientDesk(IGrainFactory grains, IPatientReader patients, IStudyReader studies, SiteAccess access, Door door)
{
    private const int MostExams = 200;

    /// <summary>Rule of a local id that another person has.</summary>
    public const string OtherPerson = "patient.local-id.other-person";

    /// <summary>A patient whom the caller's sites know, with the local ids and the history of those sites alone.</summary>
    public async Task<Outcome<PatientSnapshot>> Known(Caller caller, string patientId, CancellationToken cancellation)
    {
        var found = await Find(patientId);
        if (!found.Succeeded || access.Sites(caller.Actor) is not { } sites)
            return found;
        if (!await BelongsTo(found.Value, sites, cancellation))
            return await Refused(caller, patientId, cancellation);
        return Shown(found.Value, sites);
    }

    /// <summary>The patient of an exam: one whom the caller's sites know, or one who showed the card with this national id.</summary>
    /// <param name="localIds">Ids that the caller's hospital gives the patient at this occasion.</param>
    public async Task<Outcome<PatientSnapshot>> Present(
        Caller caller, string patientId, string? nationalId, ImmutableArray<LocalId> localIds, CancellationToken cancellation)
    {
        var found = await Find(patientId);
        if (!found.Succeeded)
            return found;
        if (access.Sites(caller.Actor) is { } sites && !await BelongsTo(found.Value, sites, cancellation))
        {
            if (nationalId is not { Length: > 0 } shown || found.Value.Demographics.NationalId is not { Length: > 0 } own || !NationalIds.Same(own, shown))
                return await Refused(caller, patientId, cancellation);
            await door.Audit(caller, "patient.by-national-id", patientId, null, cancellation);
        }

        foreach (var localId in localIds.Where(id => !found.Value.LocalIds.Contains(id)))
        {
            var command = caller.Command() with { Id = caller.Derived("local-id:" + localId.Value) };
            found = await door.Audited(
                caller, patientId, "patient.add-local-id", () => grains.GetGrain<IPatientGrain>(patientId).AddLocalId(command, localId), cancellation);
            if (!found.Succeeded)
                return found;
        }

        return found;
    }

    /// <summary>Replaces what is known of a patient of the caller's sites; the exams made at the caller's site show it from then on.</summary>
    public async Task<Outcome<PatientSnapshot>> Correct(
        Caller caller, string patientId, Demographics demographics, string? reason, long? version, CancellationToken cancellation)
    {
        var seen = await Known(caller, patientId, cancellation);
        if (!seen.Succeeded)
            return seen;
        var corrected = await door.Audited(
            caller, patientId, "patient.correct", () => grains.GetGrain<IPatientGrain>(patientId).Correct(caller.Command(reason, version), demographics), cancellation);
        if (!corrected.Succeeded)
            return corrected;
        await Relabel(caller, corrected.Value, reason, cancellation);
        return access.Sites(caller.Actor) is { } sites ? Shown(corrected.Value, sites) : corrected;
    }

    public async Task<Outcome<PatientSnapshot>> FindOrRegister(
        Caller caller, Demographics demographics, ImmutableArray<LocalId> localIds, CancellationToken cancellation)
    {
        foreach (var localId in localIds)
        {
            if (localId.Issuer != caller.Actor.Site)
                return Failure.Of(FailureCode.Forbidden, SiteAccess.SiteRule);
            if (await patients.ByLocalId(localId.Issuer, localId.Value, cancellation) is not { } known)
                continue;
            return SamePerson.Differences(known.Demographics, demographics) is { Length: > 0 } differences
                ? new Failure(FailureCode.Conflict, OtherPerson, known.PatientId, [.. differences])
                : await Find(known.PatientId);
        }

        return await Register(caller, demographics, localIds);
    }

    public Task<Outcome<PatientSnapshot>> Register(Caller caller, Demographics demographics, ImmutableArray<LocalId> localIds) =>
        grains.GetGrain<IPatientGrain>("pat:" + caller.Derived("patient")).Register(caller.Command(), demographics, localIds);

    public static PatientLabel Label(PatientSnapshot patient) =>
        new(patient.Demographics.Name, patient.Demographics.Sex, patient.Demographics.BirthDate);

    /// <summary>A name read from a list has to be the one that is called. Repeated with the same correction, so nothing stays half done.</summary>
    private async Task Relabel(Caller caller, PatientSnapshot patient, string? reason, CancellationToken cancellation)
    {
        var label = Label(patient);
        var exams = await studies.Find(new StudyQuery { PatientId = patient.PatientId, Site = caller.Actor.Site, Limit = MostExams }, cancellation);
        foreach (var exam in exams.Items.Where(exam => exam.Patient != label && exam.Facts.Identity == IdentityFact.Confirmed))
        {
            var command = caller.Command(reason) with { Id = caller.Derived("label:" + exam.StudyId) };
            await door.Begin(caller, exam.StudyId, "exam.confirm-identity", study => study.ConfirmIdentity(command, patient.PatientId, label), cancellation);
        }
    }

    private static PatientSnapshot Shown(PatientSnapshot patient, ImmutableArray<string> sites) =>
        patient with { LocalIds = PatientHit.Of(patient.LocalIds, sites), History = patient.History.RemoveAll(step => !sites.Contains(step.Site)) };

    private async Task<Outcome<PatientSnapshot>> Find(string patientId) => Door.IsKey("pat:", patientId)
        ? await grains.GetGrain<IPatientGrain>(patientId).Get()
        : Failure.Of(FailureCode.NotFound, "patient");

    // The grain knows at once who registered the person; exams are asked of the projection, which follows.
    private async Task<bool> BelongsTo(PatientSnapshot patient, ImmutableArray<string> sites, CancellationToken cancellation) =>
        patient.LocalIds.Any(id => sites.Contains(id.Issuer))
        || patient.History.Any(step => sites.Contains(step.Site))
        || await patients.HasExamAt(patient.PatientId, sites, cancellation);

    private async Task<Outcome<PatientSnapshot>> Refused(Caller caller, string patientId, CancellationToken cancellation)
    {
        await door.Audit(caller, "refused", patientId, SiteAccess.SiteRule, cancellation);
        return Failure.Of(FailureCode.NotFound, "patient");
    }
}
