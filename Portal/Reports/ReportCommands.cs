using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Regional.Actors;
using Regional.Outcomes;
using Regional.Portal.Access;
using Regional.Portal.Accounts;
using Regional.Portal.Answers;
using Regional.Portal.Studies;
using Regional.Reading;
using Regional.Reports;
using Regional.Studies;
using Answer = Microsoft.AspNetCore.Http.HttpResults.Results<
    Microsoft.AspNetCore.Http.HttpResults.Ok<Regional.Studies.StudySnapshot>, Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult>;
using TicketOutcome = Microsoft.AspNetCore.Http.HttpResults.Results<
    Microsoft.AspNetCore.Http.HttpResults.Ok<Regional.Portal.Reports.ClaimAnswer>, Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult>;

namespace Regional.Portal.Reports;

public sealed record ClaimAnswer(ClaimTicket Ticket);

/// <param name="Token">Fencing token of the claim.</param>
public sealed record TokenBody(long Token);

/// <param name="Token">Fencing token of the claim; an older one is refused with 412.</param>
/// <param name="Version">The version that the writer saw: demanded where the draft is handed in, not where it is saved.</param>
public sealed record DraftBody(long Token, ReportText Text, long? Version);

public sealed record ReturnBody(string Reason, ReportText? Text, long? Version);

/// <param name="Opinion">What the consult found about a disputed report.</param>
public sealed record OpinionBody(string Opinion, long? Version);

/// <param name="Password">The signer's own, typed at the moment of signing.</param>
/// <param name="Version">The version that the signer saw; demanded. Another one since is refused with 412.</param>
public sealed record SignBody(ReportText Text, string Password, long? Version);

public sealed record AddendumBody(string Text, string Password, long? Version);

public sealed record AcceptCorrectionBody(string? Reason, bool? Reread, long? Version);

/// <summary>The report's transitions over HTTP (workflow.md, Report).</summary>
internal static class ReportCommands
{
    public static void MapReportCommands(this IEndpointRouteBuilder routes)
    {
        var report = routes.MapGroup("/api/studies/{id}/report").WithTags("Report");
        report.MapPost("/claim", Claim).For(Can.Write).WithName("claim");
        report.MapPost("/renew", Renew).For(Can.Write).WithName("renewClaim");
        report.MapPost("/release", Release).For(Can.Write).WithName("releaseClaim");
        report.MapPut("/draft", Draft).For(Can.Write).WithName("saveDraft");
        report.MapPost("/trainee-draft", TraineeDraft).For(Can.Train).WithName("traineeDraft");
        report.MapPost("/preliminary", Preliminary).For(Can.Diagnose).WithName("preliminary");
        report.MapPost("/opinion", Opinion).For(Can.Review).WithName("opinion");
        report.MapPost("/return", Return).For(Can.Review).WithName("returnReport");
        report.MapPost("/sign", Sign).For(Can.Diagnose).WithName("sign");
        report.MapPost("/addendum", Addendum).For(Can.Review).WithName("addendum");
        report.MapPost("/accept-correction", AcceptCorrection).For(Can.Review).WithName("acceptCorrection");
        Plain(report, "provisional", Can.Duty, (study, command) => study.PublishProvisional(command));
        Plain(report, "take", Can.Review, (study, command) => study.TakeReview(command));
        Plain(report, "dispute", Can.Review, (study, command) => study.Dispute(command));
        Plain(report, "request-correction", Can.AskCorrection, (study, command) => study.RequestCorrection(command));
        Plain(report, "refuse-correction", Can.Review, (study, command) => study.RefuseCorrection(command));
    }

    private static void Plain(RouteGroupBuilder report, string verb, string[] roles, Func<IStudyGrain, Command, Task<Outcome<StudySnapshot>>> command) =>
        report.MapPost("/" + verb, async Task<Answer> (string id, PlainBody? body, Caller caller, Door door, CancellationToken cancellation) =>
                Problems.Answer(await door.Command(
                    caller, id, "report." + verb, study => command(study, caller.Command(body?.Reason, body?.Version)), cancellation)))
            .For(roles).WithName("report-" + verb);

    private static async Task<TicketOutcome> Claim(string id, Caller caller, Door door, CancellationToken cancellation)
    {
        var study = await door.Study(caller, id, cancellation);
        if (!study.Succeeded)
            return Problems.Of(study.Failure);
        return Ticket(await door.Audited(
            caller, id, "report.claim", () => door.Grains.ClaimStudy(study.Value.ReadingCentre, caller.Command(), id), cancellation));
    }

    private static Task<TicketOutcome> Renew(string id, TokenBody body, Caller caller, Door door, CancellationToken cancellation) =>
        AtList(id, caller, door, list => list.Renew(caller.Command(), id, body.Token), cancellation);

    private static Task<TicketOutcome> Release(string id, TokenBody body, Caller caller, Door door, CancellationToken cancellation) =>
        AtList(id, caller, door, list => list.Release(caller.Command(), id, body.Token), cancellation);

    private static async Task<TicketOutcome> AtList(
        string id, Caller caller, Door door, Func<IReadingListGrain, Task<Outcome<ClaimTicket>>> command, CancellationToken cancellation)
    {
        var study = await door.Study(caller, id, cancellation);
        return study.Succeeded
            ? Ticket(await command(door.Grains.GetGrain<IReadingListGrain>(GrainKeys.ReadingList(study.Value.ReadingCentre))))
            : Problems.Of(study.Failure);
    }

    private static TicketOutcome Ticket(Outcome<ClaimTicket> outcome) =>
        outcome.Succeeded ? Microsoft.AspNetCore.Http.TypedResults.Ok(new ClaimAnswer(outcome.Value)) : Problems.Of(outcome.Failure);

    /// <summary>Autosave: many a minute, so it is not audited; what leaves the writer's hands is.</summary>
    private static async Task<Answer> Draft(string id, DraftBody body, Caller caller, Door door, CancellationToken cancellation) => Problems.Answer(
        await door.Often(caller, id, study => study.SaveDraft(caller.Command(null, body.Version), body.Token, body.Text), cancellation));

    private static async Task<Answer> TraineeDraft(string id, DraftBody body, Caller caller, Door door, CancellationToken cancellation) =>
        Unversioned("report.trainee-draft", body.Version) ?? Problems.Answer(await door.Command(
            caller, id, "report.trainee-draft", study => study.SubmitTraineeDraft(caller.Command(null, body.Version), body.Token, body.Text), cancellation));

    private static async Task<Answer> Preliminary(string id, DraftBody body, Caller caller, Door door, CancellationToken cancellation) =>
        Unversioned("report.preliminary", body.Version) ?? Problems.Answer(await door.Command(
            caller, id, "report.preliminary", study => study.SubmitPreliminary(caller.Command(null, body.Version), body.Token, body.Text), cancellation));

    /// <summary>Words that leave the writer's hands are about the exam that the writer saw: the version is demanded (design rule 8).</summary>
    private static Answer? Unversioned(string rule, long? version) => version is null ? (Answer)Problems.Invalid(rule, "version", "required") : null;

    private static async Task<Answer> Return(string id, ReturnBody body, Caller caller, Door door, CancellationToken cancellation) => Problems.Answer(
        await door.Command(caller, id, "report.return", study => study.ReturnReport(caller.Command(body.Reason, body.Version), body.Text), cancellation));

    private static async Task<Answer> Opinion(string id, OpinionBody body, Caller caller, Door door, CancellationToken cancellation) => Problems.Answer(
        await door.Command(caller, id, "report.opinion", study => study.ReceiveOpinion(caller.Command(null, body.Version), body.Opinion), cancellation));

    private static async Task<Answer> Sign(string id, SignBody body, Caller caller, Door door, SignIn signIn, CancellationToken cancellation)
    {
        if (Unversioned("report.sign", body.Version) is { } refused)
            return refused;
        var proof = await Present(caller, "report.sign.presence", body.Password, signIn, cancellation);
        return proof.Succeeded
            ? Problems.Answer(await door.Command(
                caller, id, "report.sign", study => study.Sign(caller.Command(null, body.Version), body.Text, proof.Value), cancellation))
            : Problems.Of(proof.Failure);
    }

    private static async Task<Answer> Addendum(string id, AddendumBody body, Caller caller, Door door, SignIn signIn, CancellationToken cancellation)
    {
        if (Unversioned("report.addendum", body.Version) is { } refused)
            return refused;
        var proof = await Present(caller, "report.addendum.presence", body.Password, signIn, cancellation);
        return proof.Succeeded
            ? Problems.Answer(await door.Command(
                caller, id, "report.addendum", study => study.Addendum(caller.Command(null, body.Version), body.Text, proof.Value), cancellation))
            : Problems.Of(proof.Failure);
    }

    private static async Task<Answer> AcceptCorrection(string id, AcceptCorrectionBody? body, Caller caller, Door door, CancellationToken cancellation) =>
        Problems.Answer(await door.Command(
            caller, id, "report.accept-correction",
            study => study.AcceptCorrection(caller.Command(body?.Reason, body?.Version), body?.Reread ?? false), cancellation));

    /// <summary>A signer holds a licence (R8.3-0) and proves presence by the password. A wrong one is 403 here: the session itself is good.</summary>
    private static async Task<Outcome<SignatureProof>> Present(Caller caller, string action, string? password, SignIn signIn, CancellationToken cancellation)
    {
        if (caller.Licence is not { Length: > 0 } licence)
            return Failure.Of(FailureCode.Forbidden, "report.sign.licence");
        var proof = await signIn.Prove(action, caller.Actor.UserId, password ?? "", caller.Address, cancellation);
        if (proof.Succeeded)
            return new SignatureProof("password", licence);
        return proof.Failure.Rule == SignIn.Locked ? proof.Failure : Failure.Of(FailureCode.Forbidden, "report.sign.password");
    }
}
