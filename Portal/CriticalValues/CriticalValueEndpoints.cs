using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Regional.CriticalValues;
using Regional.Portal.Access;
using Regional.Portal.Accounts;
using Regional.Portal.Answers;
using Regional.Portal.Studies;
using Regional.Projections;
using Answer = Microsoft.AspNetCore.Http.HttpResults.Results<
    Microsoft.AspNetCore.Http.HttpResults.Ok<Regional.CriticalValues.CriticalValueSnapshot>, Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult>;

namespace Regional.Portal.CriticalValues;

public sealed record CriticalValueList(ImmutableArray<CriticalValueRow> Items, string? Next, DateTimeOffset AsOf);

public sealed record SuspectBody(string StudyId, string EntryId, string? Note);

/// <param name="ReadBack">复述: what was heard, in the receiver's words.</param>
public sealed record ReceiveBody(string ReadBack, long? Version);

public sealed record CallBody(string Whom, string Number, bool Reached, string? ReadBack, long? Version);

public sealed record ActBody(string Action, long? Version);

/// <summary>Critical values over HTTP (R7.1.3-1 to R7.1.3-4).</summary>
internal static class CriticalValueEndpoints
{
    public static void MapCriticalValues(this IEndpointRouteBuilder routes)
    {
        var values = routes.MapGroup("/api/critical-values").WithTags("CriticalValues");
        values.MapGet("/", List).For(Can.Anybody).WithName("listCriticalValues");
        values.MapGet("/{id}", Get).For(Can.Anybody).WithName("getCriticalValue");
        values.MapPost("/", Suspect).For(Can.Suspect).WithName("suspect");
        values.MapPost("/{id}/verify", Verify).For(Can.Suspect).WithName("verify");
        values.MapPost("/{id}/refute", Refute).For(Can.Suspect).WithName("refute");
        values.MapPost("/{id}/receive", Receive).For(Can.Answer).WithName("receive");
        values.MapPost("/{id}/call", Call).For(Can.Call).WithName("call");
        values.MapPost("/{id}/act", Act).For(Can.Act).WithName("act");
        values.MapPost("/{id}/confirm", Confirm).For(Can.Diagnose).WithName("confirm");
        values.MapPost("/{id}/withdraw", Withdraw).For(Can.Diagnose).WithName("withdraw");
    }

    private static async Task<Ok<CriticalValueList>> List(
        Caller caller, bool? open, string? study, int? limit, string? after, ICriticalValueReader reader, SiteAccess access, TimeProvider time,
        CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var page = await reader.Find(access.Sites(caller.Actor), open ?? false, study, Math.Clamp(limit ?? 50, 1, 200), after, cancellation);
        return TypedResults.Ok(new CriticalValueList(page.Items, page.Next, now));
    }

    private static async Task<Answer> Get(string id, Caller caller, Door door, CancellationToken cancellation)
    {
        var value = await door.CriticalValue(caller, id, cancellation);
        if (value.Succeeded)
            await door.Opened(caller, "critical.open", id, cancellation);
        return Problems.Answer(value);
    }

    private static async Task<Answer> Suspect(SuspectBody body, Caller caller, Door door, IReferenceReader reference, CancellationToken cancellation)
    {
        var study = await door.Study(caller, body.StudyId ?? "", cancellation);
        if (!study.Succeeded)
            return Problems.Of(study.Failure);
        if ((await reference.CriticalEntries(cancellation)).FirstOrDefault(e => e.Id == body.EntryId) is not { } entry)
            return Problems.Invalid("critical.suspect", "entryId", "unknown");
        var id = "crit:" + caller.Derived("critical");
        var suspicion = new Suspicion(
            study.Value.StudyId, entry.Id, entry.Name, study.Value.Site, study.Value.ReadingCentre, body.Note?.Trim() ?? "", entry.NotifyWithin,
            entry.AnswerWithin, study.Value.RequestedBy);
        return Problems.Answer(await door.Audited(
            caller, id, "critical.suspect", () => door.Grains.GetGrain<ICriticalValueGrain>(id).Suspect(caller.Command(), suspicion), cancellation));
    }

    private static async Task<Answer> Verify(string id, PlainBody? body, Caller caller, Door door, CancellationToken cancellation) => Problems.Answer(
        await door.Command(caller, id, "critical.verify", value => value.Verify(caller.Command(body?.Reason, body?.Version)), cancellation));

    private static async Task<Answer> Refute(string id, PlainBody? body, Caller caller, Door door, CancellationToken cancellation) => Problems.Answer(
        await door.Command(caller, id, "critical.refute", value => value.Refute(caller.Command(body?.Reason, body?.Version)), cancellation));

    private static async Task<Answer> Receive(string id, ReceiveBody body, Caller caller, Door door, CancellationToken cancellation) => Problems.Answer(
        await door.Command(caller, id, "critical.receive", value => value.Receive(caller.Command(null, body.Version), body.ReadBack ?? ""), cancellation));

    private static async Task<Answer> Call(string id, CallBody body, Caller caller, Door door, TimeProvider time, CancellationToken cancellation)
    {
        var call = new PhoneCall(body.Whom ?? "", body.Number ?? "", time.GetUtcNow(), body.Reached, body.ReadBack);
        return Problems.Answer(await door.Command(
            caller, id, "critical.call", value => value.RecordCall(caller.Command(null, body.Version), call), cancellation));
    }

    private static async Task<Answer> Act(string id, ActBody body, Caller caller, Door door, CancellationToken cancellation) => Problems.Answer(
        await door.Command(caller, id, "critical.act", value => value.Act(caller.Command(null, body.Version), body.Action ?? ""), cancellation));

    private static async Task<Answer> Confirm(string id, PlainBody? body, Caller caller, Door door, CancellationToken cancellation) => Problems.Answer(
        await door.Command(caller, id, "critical.confirm", value => value.Confirm(caller.Command(body?.Reason, body?.Version)), cancellation));

    private static async Task<Answer> Withdraw(string id, PlainBody? body, Caller caller, Door door, CancellationToken cancellation) => Problems.Answer(
        await door.Command(caller, id, "critical.withdraw", value => value.Withdraw(caller.Command(body?.Reason, body?.Version)), cancellation));
}
