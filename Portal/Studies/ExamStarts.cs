using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Regional.Actors;
using Regional.Outcomes;
using Regional.Portal.Access;
using Regional.Portal.Accounts;
using Regional.Portal.Answers;
using Regional.Studies;

namespace Regional.Portal.Studies;

/// <summary>How an exam begins: a request, or an emergency before any request (workflow.md 2; R4.2.1-1, R5.1.1-1).</summary>
internal static class ExamStarts
{
    public static void MapExamStarts(this IEndpointRouteBuilder routes)
    {
        var studies = routes.MapGroup("/api/studies").WithTags("Exam");
        studies.MapPost("/", Create).For(Can.Request).WithName("createStudy");
        studies.MapPost("/emergency", Emergency).For(Can.Emergency).WithName("emergency");
    }

    private static async Task<Results<Ok<StudySnapshot>, ProblemHttpResult>> Create(
        CreateBody body, Caller caller, Door door, RequestForms forms, Acceptance acceptance, CancellationToken cancellation)
    {
        if (body.Request is null)
            return Problems.Invalid("exam.request", "request", "required");
        if (body.Request.Site is { } site && site != caller.Actor.Site)
            return Problems.Of(FailureCode.Forbidden, SiteAccess.SiteRule);
        var request = await forms.Fill(caller, body.Request, cancellation);
        if (!request.Succeeded)
            return Problems.Of(request.Failure);

        var id = "study:" + caller.Derived("study");
        var made = await door.Begin(caller, id, "exam.submit", study => study.Submit(caller.Command(), request.Value), cancellation);

        // A repeated request goes on where the first one stopped.
        if (made is { Succeeded: true, Value.Phase: ExamPhase.Requested } && await acceptance.By(caller, request.Value, cancellation) is { } accepting)
            made = await door.Begin(accepting, id, "exam.accept", study => study.Accept(new Command(caller.Derived("accept"), accepting.Actor)), cancellation);
        if (made is { Succeeded: true, Value.Phase: ExamPhase.Accepted } && body.Arrive == true)
            made = await door.Begin(caller, id, "exam.arrive", study => study.Arrive(new Command(caller.Derived("arrive"), caller.Actor)), cancellation);
        return Problems.Answer(made);
    }

    private static async Task<Results<Ok<StudySnapshot>, ProblemHttpResult>> Emergency(
        EmergencyBody body, Caller caller, Door door, RequestForms forms, CancellationToken cancellation)
    {
        if (body.Site is { } site && site != caller.Actor.Site)
            return Problems.Of(FailureCode.Forbidden, SiteAccess.SiteRule);
        var start = await forms.Fill(caller, body, cancellation);
        if (!start.Succeeded)
            return Problems.Of(start.Failure);
        var id = "study:" + caller.Derived("study");
        return Problems.Answer(await door.Begin(
            caller, id, "exam.emergency", study => study.StartEmergency(caller.Command(), start.Value), cancellation));
    }
}
