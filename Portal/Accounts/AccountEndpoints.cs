using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Regional.Actors;
using Regional.Portal.Access;
using Regional.Portal.Answers;
using Regional.Portal.Hosting;

namespace Regional.Portal.Accounts;

public sealed record LoginRequest(string Username, string Password);

public sealed record LoginAnswer(string Token, User User);

/// <summary>A person as pages know them.</summary>
public sealed record User(string UserId, string Name, string Site, string SiteName, ImmutableArray<string> Roles, string? Licence);

internal static class AccountEndpoints
{
    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("/api/auth").WithTags("Auth");
        auth.MapPost("/login", Login).AllowAnonymous().WithName("login");
        auth.MapPost("/logout", Logout).For(Can.Anybody).WithName("logout");
        auth.MapGet("/me", Me).For(Can.Anybody).WithName("me");
    }

    private static async Task<Results<Ok<LoginAnswer>, ProblemHttpResult>> Login(
        LoginRequest body, SignIn signIn, PortalOptions options, HttpContext context, CancellationToken cancellation)
    {
        var outcome = await signIn.Login(
            (body.Username ?? "").Trim(), body.Password ?? "", context.Connection.RemoteIpAddress?.ToString(), cancellation);
        if (!outcome.Succeeded)
            return Problems.Of(outcome.Failure);
        var (token, account) = outcome.Value;
        context.Response.Cookies.Append(SessionAuthentication.CookieName, token, Cookie(options));
        return TypedResults.Ok(new LoginAnswer(token, Show(account.Actor, account.Licence, options)));
    }

    private static async Task<NoContent> Logout(Caller caller, SignIn signIn, PortalOptions options, HttpContext context, CancellationToken cancellation)
    {
        await signIn.Logout(caller, cancellation);
        context.Response.Cookies.Delete(SessionAuthentication.CookieName, Cookie(options));
        return TypedResults.NoContent();
    }

    private static Ok<User> Me(Caller caller, PortalOptions options) => TypedResults.Ok(Show(caller.Actor, caller.Licence, options));

    private static User Show(Actor actor, string? licence, PortalOptions options) =>
        new(actor.UserId, actor.Name, actor.Site, options.Cluster.Site(actor.Site)?.Name ?? actor.Site, actor.Roles, licence);

    private static CookieOptions Cookie(PortalOptions options) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/", IsEssential = true, Secure = options.Secure };
}
