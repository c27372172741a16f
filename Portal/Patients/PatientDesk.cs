using System.Collections.Immutable;
using Orleans;
using Regional.Outcomes;
using Regional.Patients;
using Regional.Portal.Accounts;
using Regional.Portal.Answers;
using Regional.Projections;

namespace Regional.Portal.Patients;

/// <summary>
/// Finds or registers the patient of a request. A hospital's own id finds a patient only where the name agrees: hospitals reuse ids
/// (workflow.md 8), and no false automatic link is acceptable.
/// </summary>
public sealed class PatientDesk(IGrainFactory grains, IPatientReader patients)
{
    public async Task<Outcome<PatientSnapshot>> Known(string patientId) => Door.IsKey("pat:", patientId)
        ? await grains.GetGrain<IPatientGrain>(patientId).Get()
        : Failure.InvalidFields("patient", new FieldFault("patientId", "key"));

    public async Task<Outcome<PatientSnapshot>> FindOrRegister(
        Caller caller, Demographics demographics, ImmutableArray<LocalId> localIds, CancellationToken cancellation)
    {
        foreach (var localId in localIds)
        {
            if (await patients.ByLocalId(localId.Issuer, localId.Value, cancellation) is not { } known)
                continue;
            return known.Demographics.Name == demographics.Name
                ? await Known(known.PatientId)
                : Failure.Of(FailureCode.Conflict, "patient.local-id.other-name");
        }

        return await Register(caller, demographics, localIds);
    }

    public Task<Outcome<PatientSnapshot>> Register(Caller caller, Demographics demographics, ImmutableArray<LocalId> localIds) =>
        grains.GetGrain<IPatientGrain>("pat:" + caller.Derived("patient")).Register(caller.Command(), demographics, localIds);

    public static PatientLabel Label(PatientSnapshot patient) =>
        new(patient.Demographics.Name, patient.Demographics.Sex, patient.Demographics.BirthDate);
}
