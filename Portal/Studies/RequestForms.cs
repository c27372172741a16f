using System.Collections.Immutable;
using Regional.Outcomes;
using Regional.Patients;
using Regional.Portal.Accounts;
using Regional.Portal.Patients;
using Regional.Projections;
using Regional.Studies;

namespace Regional.Portal.Studies;

/// <summary>Turns what a page sends into the request that the grain checks: item table looked up, patient found or registered.</summary>
public sealed class RequestForms(IReferenceReader reference, PatientDesk desk)
{
    public async Task<Outcome<ExamRequest>> Fill(Caller caller, RequestBody body, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(body.Item))
            return Failure.InvalidFields("exam.request", new FieldFault("item", "required"));
        var item = await Item(body.Item, cancellation);
        if ((body.Modality ?? item?.Modality) is not { Length: > 0 } modality)
            return Failure.InvalidFields("exam.request", new FieldFault("item", "unknown"));
        if (item is { SideRequired: true } && string.IsNullOrEmpty(body.Side))
            return Failure.InvalidFields("exam.request", new FieldFault("side", "required"));
        var patient = await Patient(caller, body.PatientId, body.NationalId, body.LocalIds, body.Patient, cancellation);
        if (!patient.Succeeded)
            return patient.Failure;
        return new ExamRequest(
            body.Site ?? caller.Actor.Site, patient.Value.PatientId, PatientDesk.Label(patient.Value), Blank(body.AccessionNumber), body.Item, modality,
            body.BodyPart ?? item?.BodyPart ?? "", Blank(body.Side), body.Priority ?? Priority.Routine, body.Purpose ?? "", Blank(body.History),
            Blank(body.ClinicalDiagnosis), body.Flags ?? [], Blank(body.StationAe));
    }

    public async Task<Outcome<PatientSnapshot>> Patient(
        Caller caller, string? patientId, string? nationalId, ImmutableArray<LocalId>? localIds, PatientBody? body, CancellationToken cancellation) =>
        (patientId, body) switch
        {
            ({ Length: > 0 }, _) => await desk.Present(caller, patientId, nationalId, localIds ?? [], cancellation),
            (_, { Demographics: not null }) => await desk.FindOrRegister(caller, body.Demographics, body.LocalIds ?? [], cancellation),
            _ => Failure.InvalidFields("exam.request", new FieldFault("patient", "required")),
        };

    public async Task<Outcome<EmergencyStart>> Fill(Caller caller, EmergencyBody body, CancellationToken cancellation)
    {
        if (await Item(body.Item ?? "", cancellation) is not { } item)
            return Failure.InvalidFields("exam.emergency", new FieldFault("item", "unknown"));
        var unnamed = new Demographics("无名氏", null, body.Sex is "M" or "F" or "O" ? body.Sex : "U", null, null, null, null, true);
        var patient = await desk.Register(caller, unnamed, []);
        return patient.Succeeded
            ? new EmergencyStart(
                body.Site ?? caller.Actor.Site, patient.Value.PatientId, PatientDesk.Label(patient.Value), item.Name, item.Modality, item.BodyPart,
                Blank(body.StationAe))
            : patient.Failure;
    }

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private async Task<ExamItem?> Item(string name, CancellationToken cancellation) =>
        (await reference.Items(cancellation)).FirstOrDefault(i => i.Name == name);
}
