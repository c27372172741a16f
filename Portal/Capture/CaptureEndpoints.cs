using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Regional.Imaging;
using Regional.Imaging.Capture;
using Regional.Imaging.Packs;
using Regional.Outcomes;
using Regional.Portal.Access;
using Regional.Portal.Accounts;
using Regional.Portal.Answers;
using Regional.Studies;

namespace Regional.Portal.Capture;

/// <summary>Files and stills from the technician's console (R4.2.4-1, R4.2.4-2): one request a file, so that each has its own progress and its own answer.</summary>
internal static class CaptureEndpoints
{
    public static IServiceCollection AddCapture(this IServiceCollection services) => services.AddSingleton<CaptureDesk>();

    public static void MapCapture(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/studies/{id}/captures", Take).For(Can.Image).WithTags("Exam").WithName("capture");
        CaptureContent.Map(routes);
    }

    /// <summary>The body is the file itself, of whatever media type: what it is, its bytes say.</summary>
    /// <param name="session">ULID of the sitting: what is captured in one makes a series.</param>
    /// <param name="number">Place in it, 1 to 9999.</param>
    /// <param name="camera">Taken with the page's own camera.</param>
    private static async Task<Results<Ok<CapturedImage>, ProblemHttpResult>> Take(
        string id, string? session, int? number, bool? camera, Caller caller, HttpContext context, Door door, CaptureDesk desk, ImageArchive archive,
        CancellationToken cancellation)
    {
        var study = await door.Study(caller, id, cancellation);
        if (!study.Succeeded)
            return Problems.Of(study.Failure);
        if (Refusal(caller, study.Value) is { } refusal)
        {
            await door.Audit(caller, "images.capture", id, refusal.Rule, cancellation);
            return Problems.Of(refusal);
        }

        if (session is null || !Caller.IsUlid(session) || number is not (>= 1 and <= 9999))
            return Problems.Invalid(CaptureDesk.RulePrefix + "session", "session", "ulid");
        using var file = archive.Buffers.Rent();
        if (!await Receive(context, file, cancellation))
            return Problems.Of(FailureCode.Invalid, CaptureDesk.RulePrefix + CaptureRule.TooLarge);
        var occasion = new CaptureOccasion(session, number.Value, camera == true);
        return Problems.Answer(await door.Audited(caller, id, "images.capture", () => desk.Store(study.Value, occasion, file, cancellation), cancellation));
    }

    /// <summary>Whoever sees an exam from a reading centre does not put images into it.</summary>
    private static Failure? Refusal(Caller caller, StudySnapshot exam) =>
        caller.Actor.Site != exam.Site ? Failure.Of(FailureCode.Forbidden, SiteAccess.SiteRule)
        : !CaptureDesk.TakesCaptures(exam.Phase) ? Failure.Of(FailureCode.WrongState, CaptureDesk.RulePrefix + "phase")
        : null;

    /// <summary>Streams the body into the archive's bounded buffers, beyond them to its spool folder. False: longer than anything that is taken.</summary>
    private static async Task<bool> Receive(HttpContext context, ArrivalStream file, CancellationToken cancellation)
    {
        var most = CaptureLimits.Default.MaxVideo;
        if (context.Request.ContentLength > most)
            return false;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bound)
            bound.MaxRequestBodySize = most + 1;
        var part = new byte[64 * 1024];
        while (await context.Request.Body.ReadAsync(part, cancellation) is > 0 and var read)
        {
            if (file.Length + read > most)
                return false;
            await file.WriteAsync(part.AsMemory(0, read), cancellation);
        }

        file.Complete();
        return true;
    }
}
