using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Regional.Outcomes;
using Regional.Portal.Accounts;

namespace Regional.Portal.Answers;

/// <summary>The one table from failures to HTTP, as RFC 9457 problems <c>{type, title, status, code, rule, holder?, candidates?, fields?}</c>.</summary>
public static class Problems
{
    private static readonly Dictionary<FailureCode, (int Status, string Code, string Title)> Table = new()
    {
        [FailureCode.NotFound] = (StatusCodes.Status404NotFound, "notFound", "There is no such thing, or none that you may know of."),
        [FailureCode.Forbidden] = (StatusCodes.Status403Forbidden, "forbidden", "Your role or site does not allow it."),
        [FailureCode.Invalid] = (StatusCodes.Status400BadRequest, "invalid", "The input is wrong."),
        [FailureCode.WrongState] = (StatusCodes.Status409Conflict, "wrongState", "It is not possible from the present state."),
        [FailureCode.Taken] = (StatusCodes.Status409Conflict, "taken", "Somebody else holds it."),
        [FailureCode.Stale] = (StatusCodes.Status412PreconditionFailed, "stale", "It changed meanwhile, or the claim expired."),
        [FailureCode.PolicyRefused] = (StatusCodes.Status422UnprocessableEntity, "policyRefused", "The agreement or the signing policy does not allow it."),
        [FailureCode.Conflict] = (StatusCodes.Status409Conflict, "conflict", "The same key is used by something else."),
    };

    public static Results<Ok<T>, ProblemHttpResult> Answer<T>(Outcome<T> outcome)
        where T : class => outcome.Succeeded ? TypedResults.Ok(outcome.Value) : Of(outcome.Failure);

    public static ProblemHttpResult Of(Failure failure) => TypedResults.Problem(Details(failure));

    public static ProblemHttpResult Of(FailureCode code, string rule) => Of(Failure.Of(code, rule));

    public static ProblemHttpResult Invalid(string rule, string field, string fault) => Of(Failure.InvalidFields(rule, new FieldFault(field, fault)));

    public static Task Write(HttpContext context, Failure failure) => Of(failure).ExecuteAsync(context);

    public static Task Write(HttpContext context, int status, string code, string rule) =>
        TypedResults.Problem(Details(status, code, "Sign in first.", rule)).ExecuteAsync(context);

    private static ProblemDetails Details(Failure failure)
    {
        var (status, code, title) = Table[failure.Code];
        (status, code, title) = failure.Rule switch
        {
            SignIn.Refused => (StatusCodes.Status401Unauthorized, "unauthenticated", "Name or password is wrong."),
            SignIn.Locked => (StatusCodes.Status423Locked, "locked", "Too many wrong passwords: the account is locked for a while."),
            Door.NoAudit => (StatusCodes.Status503ServiceUnavailable, "unavailable", "It cannot be recorded now, so it is not done."),
            _ => (status, code, title),
        };
        var details = Details(status, code, title, failure.Rule);
        if (failure is { Code: FailureCode.Conflict, Holder: { } candidate })
            details.Extensions["candidates"] = new[] { candidate };
        else if (failure.Holder is { } holder)
            details.Extensions["holder"] = holder;
        if (!failure.Fields.IsDefaultOrEmpty)
            details.Extensions["fields"] = failure.Fields;
        return details;
    }

    private static ProblemDetails Details(int status, string code, string title, string rule) => new()
    {
        Type = "urn:regional:failure:" + code,
        Title = title,
        Status = status,
        Extensions = { ["code"] = code, ["rule"] = rule },
    };
}
