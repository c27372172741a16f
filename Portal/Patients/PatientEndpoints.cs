using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Regional.Patients;
using Regional.Portal.Access;
using Regional.Portal.Accounts;
using Regional.Portal.Answers;
using Regional.Projections;

namespace Regional.Portal.Patients;

/// <param name="Text">Beginning of a name or its pinyin, or a whole national id, phone number or local id. Never in an address: those are logged.</param>
/// <param name="Limit">1 to 50; 20 where left out.</param>
public sealed record PatientSearchBody(string? Text, int? Limit);

/// <param name="Version">The version that the person saw.</param>
public sealed record CorrectPatientBody(Demographics Demographics, string? Reason, long? Version);

/// <summary>
/// The patient index over HTTP (R4.2.3-1, R5.1.2-1), for the patients of the sites that the caller may see (<see cref="PatientDesk"/>).
/// Searches and openings are audited without what was searched for.
/// </summary>
internal static class PatientEndpoints
{
    public static void MapPatients(this IEndpointRouteBuilder routes)
    {
        var patients = routes.MapGroup("/api/patients").WithTags("Patients");
        patients.MapPost("/search", Find).For(Can.FindPatients).WithName("findPatients");
        patients.MapGet("/{id}", Get).For(Can.FindPatients).WithName("getPatient");
        patients.MapPost("/{id}/correct", Correct).For(Can.Register).WithName("correctPatient");
    }

    private static async Task<Ok<ImmutableArray<PatientHit>>> Find(
        PatientSearchBody body, Caller caller, IPatientReader reader, SiteAccess access, Door door, CancellationToken cancellation)
    {
        var text = body.Text?.Trim() ?? "";
        var sites = access.Sites(caller.Actor);
        await door.Audit(caller, "patient.find", null, null, cancellation);
        var hits = (await reader.Find(text, sites, Math.Clamp(body.Limit ?? 20, 1, 50), cancellation))
            .Select(row => PatientHit.Of(row, sites)).ToImmutableArray();
        if (!NationalIds.Is(text))
            return TypedResults.Ok(hits);

        // Whoever has the card in hand finds the person, and leaves a trace.
        foreach (var stranger in (await reader.ByNationalId(text, cancellation)).Where(row => hits.All(hit => hit.PatientId != row.PatientId)))
        {
            await door.Audit(caller, "patient.by-national-id", stranger.PatientId, null, cancellation);
            hits = hits.Add(PatientHit.OfStranger(stranger));
        }

        return TypedResults.Ok(hits);
    }

    private static async Task<Results<Ok<PatientSnapshot>, ProblemHttpResult>> Get(
        string id, Caller caller, PatientDesk desk, Door door, CancellationToken cancellation)
    {
        var patient = await desk.Known(caller, id, cancellation);
        if (patient.Succeeded)
            await door.Audit(caller, "patient.open", id, null, cancellation);
        return Problems.Answer(patient);
    }

    private static async Task<Results<Ok<PatientSnapshot>, ProblemHttpResult>> Correct(
        string id, CorrectPatientBody body, Caller caller, PatientDesk desk, CancellationToken cancellation)
    {
        if (body.Demographics is null)
            return Problems.Invalid("patient.correct", "demographics", "required");
        if (body.Version is null)
            return Problems.Invalid("patient.correct", "version", "required");
        return Problems.Answer(await desk.Correct(caller, id, body.Demographics, body.Reason, body.Version, cancellation));
    }
}
