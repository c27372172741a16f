using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Regional.Outcomes;
using Regional.Portal.Access;
using Regional.Portal.Accounts;
using Regional.Portal.Answers;
using Regional.Portal.Patients;
using Regional.Studies;
using Answer = Microsoft.AspNetCore.Http.HttpResults.Results<
    Microsoft.AspNetCore.Http.HttpResults.Ok<Regional.Studies.StudySnapshot>, Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult>;

namespace Regional.Portal.Studies;

/// <summary>The exam's transitions over HTTP: each translates, none decides.</summary>
internal static class ExamCommands
{
    public static void MapExamCommands(this IEndpointRouteBuilder routes)
    {
        var exam = routes.MapGroup("/api/studies/{id}").WithTags("Exam");
        Plain(exam, "accept", Can.Receive, (study, caller, body) => study.Accept(caller.Command(body.Reason, body.Version)));
        Plain(exam, "return", Can.Desk, (study, caller, body) => study.ReturnRequest(caller.Command(body.Reason, body.Version)));
        Plain(exam, "restore", Can.Desk, (study, caller, body) => study.Restore(caller.Command(body.Reason, body.Version)));
        Plain(exam, "arrive", Can.Receive, (study, caller, body) => study.Arrive(caller.Command(body.Reason, body.Version)));
        Plain(exam, "start", Can.Image, (study, caller, body) => study.Start(caller.Command(body.Reason, body.Version)));
        Plain(exam, "replan", Can.ImageOrNurse, (study, caller, body) => study.Replan(caller.Command(body.Reason, body.Version)));
        Plain(exam, "abort", Can.ImageOrNurse, (study, caller, body) => study.Abort(caller.Command(body.Reason, body.Version)));
        Plain(exam, "cancel", Can.Cancel, (study, caller, body) => study.Cancel(caller.Command(body.Reason, body.Version)));
        Plain(exam, "retake", Can.Retake, (study, caller, body) => study.Retake(caller.Command(body.Reason, body.Version)));
        Plain(exam, "read-anyway", Can.Retake, (study, caller, body) => study.ReadAnyway(caller.Command(body.Reason, body.Version)));
        exam.MapPost("/schedule", Schedule).For(Can.Book).WithName("schedule");
        exam.MapPost("/complete", Complete).For(Can.Image).WithName("complete");
        exam.MapPost("/grade", Grade).For(Can.Grade).WithName("grade");
        exam.MapPost("/judge-additional", JudgeAdditional).For(Can.Read).WithName("judgeAdditional");
        exam.MapPost("/settle-fee", SettleFee).For(Can.Desk).WithName("settleFee");
        exam.MapPost("/resubmit", Resubmit).For(Can.Cancel).WithName("resubmit");
        exam.MapPost("/supply-owed", SupplyOwed).For(Can.Request).WithName("supplyOwed");
        exam.MapPost("/confirm-identity", ConfirmIdentity).For(Can.Identify).WithName("confirmIdentity");
        exam.MapPost("/attach", Attach).For(Can.Attach).WithName("attach");
    }

    private static void Plain(
        RouteGroupBuilder exam, string verb, string[] roles, Func<IStudyGrain, Caller, PlainBody, Task<Outcome<StudySnapshot>>> command) =>
        exam.MapPost("/" + verb, async Task<Answer> (string id, PlainBody? body, Caller caller, Door door, CancellationToken cancellation) =>
                Problems.Answer(await door.Command(caller, id, "exam." + verb, study => command(study, caller, body ?? new PlainBody(null, null)), cancellation)))
            .For(roles).WithName(verb);

    private static async Task<Answer> Schedule(string id, ScheduleBody body, Caller caller, Door door, CancellationToken cancellation) => Problems.Answer(
        await door.Command(caller, id, "exam.schedule", study => study.Schedule(caller.Command(body.Reason, body.Version), body.At), cancellation));

    private static async Task<Answer> Complete(string id, CompleteBody? body, Caller caller, Door door, CancellationToken cancellation) => Problems.Answer(
        await door.Command(
            caller, id, "exam.complete", study => study.Complete(caller.Command(null, body?.Version), body?.ImagesExpected), cancellation));

    private static async Task<Answer> Grade(string id, GradeBody body, Caller caller, Door door, CancellationToken cancellation) => Problems.Answer(
        await door.Command(caller, id, "exam.grade", study => study.Grade(caller.Command(body.Reason, body.Version), body.Grade), cancellation));

    private static async Task<Answer> JudgeAdditional(string id, JudgeBody body, Caller caller, Door door, CancellationToken cancellation) => Problems.Answer(
        await door.Command(
            caller, id, "exam.judge-additional", study => study.JudgeAdditional(caller.Command(body.Reason, body.Version), body.Relevant), cancellation));

    private static async Task<Answer> SettleFee(string id, FeeBody body, Caller caller, Door door, CancellationToken cancellation) => Problems.Answer(
        await door.Command(caller, id, "exam.settle-fee", study => study.SettleFee(caller.Command(null, body.Version), body.Fee), cancellation));

    private static async Task<Answer> Resubmit(
        string id, ResubmitBody body, Caller caller, Door door, RequestForms forms, CancellationToken cancellation) =>
        await WithRequest(id, body, caller, door, forms, "exam.resubmit", (study, command, request) => study.Resubmit(command, request), cancellation);

    private static async Task<Answer> SupplyOwed(
        string id, ResubmitBody body, Caller caller, Door door, RequestForms forms, CancellationToken cancellation) =>
        await WithRequest(id, body, caller, door, forms, "exam.supply-owed", (study, command, request) => study.SupplyOwed(command, request), cancellation);

    private static async Task<Answer> WithRequest(
        string id, ResubmitBody body, Caller caller, Door door, RequestForms forms, string action,
        Func<IStudyGrain, Actors.Command, ExamRequest, Task<Outcome<StudySnapshot>>> command, CancellationToken cancellation)
    {
        var study = await door.Study(caller, id, cancellation);
        if (!study.Succeeded)
            return Problems.Of(study.Failure);
        var request = await forms.Fill(caller, body.Request with { Site = study.Value.Site }, cancellation);
        if (!request.Succeeded)
            return Problems.Of(request.Failure);
        return Problems.Answer(await door.Command(caller, id, action, s => command(s, caller.Command(body.Reason, body.Version), request.Value), cancellation));
    }

    private static async Task<Answer> ConfirmIdentity(
        string id, IdentityBody body, Caller caller, Door door, RequestForms forms, CancellationToken cancellation)
    {
        var study = await door.Study(caller, id, cancellation);
        if (!study.Succeeded)
            return Problems.Of(study.Failure);
        var patient = await forms.Patient(caller, body.PatientId, body.NationalId, body.LocalIds, body.Patient, cancellation);
        if (!patient.Succeeded)
            return Problems.Of(patient.Failure);
        return Problems.Answer(await door.Command(
            caller, id, "exam.confirm-identity",
            s => s.ConfirmIdentity(caller.Command(body.Reason, body.Version), patient.Value.PatientId, PatientDesk.Label(patient.Value)), cancellation));
    }

    private static async Task<Answer> Attach(string id, AttachBody body, Caller caller, Door door, CancellationToken cancellation)
    {
        var unmatched = await door.Study(caller, body.UnmatchedStudyId ?? "", cancellation);
        return unmatched.Succeeded
            ? Problems.Answer(await door.Command(
                caller, id, "exam.attach", study => study.Attach(caller.Command(body.Reason, body.Version), body.UnmatchedStudyId!), cancellation))
            : Problems.Of(unmatched.Failure);
    }
}
