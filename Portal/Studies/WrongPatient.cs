using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Regional.Actors;
using Regional.Outcomes;
using Regional.Portal.Access;
using Regional.Portal.Accounts;
using Regional.Portal.Answers;
using Answer = Microsoft.AspNetCore.Http.HttpResults.Results<
    Microsoft.AspNetCore.Http.HttpResults.Ok<Regional.Studies.StudySnapshot>, Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult>;

namespace Regional.Portal.Studies;

/// <summary>
/// Wrong patient: a steward and a second person, both present (workflow.md, Exam). It begins at whoever's page stands open, often the
/// technician's; the other one signs with their own password. One of the two is a steward, in whose name the images come off.
/// </summary>
internal static class WrongPatient
{
    private const string SecondPersonRule = "exam.detach.second-person";

    public static void MapWrongPatient(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/studies/{id}/detach", Detach).For(Can.Attach).WithTags("Exam").WithName("detach");

    private static async Task<Answer> Detach(
        string id, DetachBody body, Caller caller, Door door, SignIn signIn, SiteAccess access, CancellationToken cancellation)
    {
        if (body.SecondPerson is not { Username: { Length: > 0 } name } second || name.Trim() == caller.Actor.UserId)
            return Problems.Invalid("exam.detach", "secondPerson", "other");
        var study = await door.Study(caller, id, cancellation);
        if (!study.Succeeded)
            return Problems.Of(study.Failure);
        var proof = await signIn.Prove(SecondPersonRule, name.Trim(), second.Password ?? "", caller.Address, cancellation);
        if (!proof.Succeeded)
            return Problems.Of(proof.Failure.Rule == SignIn.Locked ? proof.Failure : Failure.Of(FailureCode.Forbidden, SecondPersonRule));
        var other = proof.Value.Actor;
        if (!access.Sees(other, study.Value.Site, study.Value.ReadingCentre))
            return Problems.Of(FailureCode.Forbidden, SecondPersonRule);
        if (Pair(caller.Actor, other) is not var (steward, witness))
            return Problems.Of(FailureCode.Forbidden, "exam.detach.steward");
        var command = caller.Command(body.Reason, body.Version) with { By = steward };
        return Problems.Answer(await door.Command(caller, id, "exam.detach", s => s.Detach(command, witness.UserId), cancellation));
    }

    private static (Actor Steward, Actor Witness)? Pair(Actor one, Actor other) =>
        Can.Steward.Any(one.Is) ? (one, other) : Can.Steward.Any(other.Is) ? (other, one) : null;
}
