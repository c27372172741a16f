using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Regional.Outcomes;
using Regional.Patients;
using Regional.Portal.Access;
using Regional.Portal.Accounts;
using Regional.Portal.Answers;
using Regional.Portal.Studies;
using Regional.Projections;

namespace Regional.Portal.Patients;

/// <summary>The patient index over HTTP (R4.2.3-1, R5.1.2-1). Searches and openings are audited without what was searched for.</summary>
internal static class PatientEndpoints
{
    public static void MapPatients(this IEndpointRouteBuilder routes)
    {
        var patients = routes.MapGroup("/api/patients").WithTags("Patients");
        patients.MapGet("/", Find).For(Can.FindPatients).WithName("findPatients");
        patients.MapGet("/{id}", Get).For(Can.FindPatients).WithName("getPatient");
        patients.MapPost("/", Register).For(Can.Register).WithName("registerPatient");
    }

    private static async Task<Ok<ImmutableArray<PatientRow>>> Find(
        Caller caller, string? text, int? limit, IPatientReader reader, Door door, CancellationToken cancellation)
    {
        await door.Audit(caller, "patient.find", null, null, cancellation);
        return TypedResults.Ok(await reader.Find(text ?? "", Math.Clamp(limit ?? 20, 1, 50), cancellation));
    }

    private static async Task<Results<Ok<PatientSnapshot>, ProblemHttpResult>> Get(
        string id, Caller caller, PatientDesk desk, Door door, CancellationToken cancellation)
    {
        if (!Door.IsKey("pat:", id))
            return Problems.Of(FailureCode.NotFound, "patient");
        return Problems.Answer(await door.Audited(caller, id, "patient.open", () => desk.Known(id), cancellation));
    }

    private static async Task<Results<Ok<PatientSnapshot>, ProblemHttpResult>> Register(
        PatientBody body, Caller caller, PatientDesk desk, Door door, CancellationToken cancellation)
    {
        if (body.Demographics is null)
            return Problems.Invalid("patient.register", "demographics", "required");
        return Problems.Answer(await door.Audited(
            caller, "pat:" + caller.Derived("patient"), "patient.register",
            () => desk.FindOrRegister(caller, body.Demographics, body.LocalIds ?? [], cancellation), cancellation));
    }
}
