using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Regional.Imaging.DicomWeb.Store;

/// <summary>The Store Instances Response Module (PS3.18 §I.2) and the status that sums it up (PS3.18 table 10.5.3-1).</summary>
internal static class StoreAnswer
{
    private const int RetryAfterSeconds = 30;

    /// <summary>200 all stored, 202 some, 503 none for want of resources, 409 none for the instances' own sake.</summary>
    public static int StatusOf(IReadOnlyCollection<PartOutcome> outcomes) =>
        outcomes.All(outcome => outcome.Failure is null) ? StatusCodes.Status200OK
        : outcomes.Any(outcome => outcome.Failure is null) ? StatusCodes.Status202Accepted
        : outcomes.Any(outcome => outcome.Failure == FailureReason.OutOfResources) ? StatusCodes.Status503ServiceUnavailable
        : StatusCodes.Status409Conflict;

    public static async Task WriteAsync(HttpContext context, string contentType, IReadOnlyList<PartOutcome> outcomes)
    {
        var response = context.Response;
        response.StatusCode = StatusOf(outcomes);
        response.ContentType = contentType;
        response.Headers.CacheControl = "no-store";
        if (response.StatusCode == StatusCodes.Status503ServiceUnavailable) response.Headers.RetryAfter = $"{RetryAfterSeconds}";
        await using var json = new Utf8JsonWriter(response.BodyWriter, DicomJson.Options);
        Write(json, outcomes, MetadataEndpoints.BaseUri(context));
        await json.FlushAsync(context.RequestAborted);
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<PartOutcome> outcomes, string root)
    {
        json.WriteStartObject();
        var studies = outcomes.Where(outcome => outcome.IsServed).Select(outcome => outcome.StudyUid).Distinct().ToList();
        if (studies is [var study]) DicomJson.Text(json, "00081190", "UR", $"{root}/studies/{study}");
        Sequence(json, "00081198", outcomes.Where(outcome => outcome.Failure is not null && outcome.SopInstanceUid.Length > 0), outcome =>
        {
            Reference(json, outcome);
            DicomJson.Number(json, "00081197", "US", outcome.Failure);
        });
        Sequence(json, "00081199", outcomes.Where(outcome => outcome.Failure is null), outcome =>
        {
            Reference(json, outcome);
            if (outcome.IsServed)
                DicomJson.Text(json, "00081190", "UR", $"{root}/studies/{outcome.StudyUid}/series/{outcome.SeriesUid}/instances/{outcome.SopInstanceUid}");
        });
        Sequence(json, "0008119A", outcomes.Where(outcome => outcome.Failure is not null && outcome.SopInstanceUid.Length == 0),
            outcome => DicomJson.Number(json, "00081197", "US", outcome.Failure));
        json.WriteEndObject();
    }

    private static void Reference(Utf8JsonWriter json, PartOutcome outcome)
    {
        DicomJson.Text(json, "00081150", "UI", outcome.SopClassUid);
        DicomJson.Text(json, "00081155", "UI", outcome.SopInstanceUid);
    }

    /// <summary>A sequence with an item for each; left out without any (they are of type 2C and 1C).</summary>
    private static void Sequence(Utf8JsonWriter json, string tag, IEnumerable<PartOutcome> outcomes, Action<PartOutcome> write)
    {
        var isBegun = false;
        foreach (var outcome in outcomes)
        {
            if (!isBegun)
            {
                DicomJson.Begin(json, tag, "SQ");
                json.WriteStartArray("Value"u8);
                isBegun = true;
            }
            json.WriteStartObject();
            write(outcome);
            json.WriteEndObject();
        }
        if (!isBegun) return;
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
