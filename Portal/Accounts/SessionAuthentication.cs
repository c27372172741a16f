using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Regional.Outcomes;
using Regional.Portal.Access;
using Regional.Portal.Answers;
using Regional.Portal.Audit;
using Regional.Portal.Hosting;

namespace Regional.Portal.Accounts;

/// <summary>
/// Finds the session of a request: cookie, Bearer token, or <c>access_token</c> in the query of a hub. A session ends when its person has
/// done nothing for the configured time (R10.2.3-2b); requests marked <see cref="BackgroundHeader"/> are not something a person does.
/// </summary>
public sealed class SessionAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> schemeOptions,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    ISessionStore sessions,
    IAuditLog audit,
    PortalOptions options,
    TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(schemeOptions, loggers, encoder)
{
    public const string SchemeName = "session";
    public const string CookieName = "regional";

    /// <summary>A page sets it on requests that it makes by itself (refresh, progress).</summary>
    public const string BackgroundHeader = "X-Regional-Background";

    /// <summary>Claim that says how the token came: <c>cookie</c>, <c>bearer</c> or <c>query</c>.</summary>
    public const string ViaClaim = "via";

    private static readonly TimeSpan ProlongEvery = TimeSpan.FromSeconds(30);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (FindToken() is not var (token, via))
            return AuthenticateResult.NoResult();
        if (token.Length > 128 || await sessions.Find(SignIn.HashOf(token), Context.RequestAborted) is not var (session, account))
            return AuthenticateResult.Fail("no such session");
        var now = time.GetUtcNow();
        if (session.ExpiresAt <= now || !account.MaySignIn(options.Cluster.Options.IsDemo))
            return AuthenticateResult.Fail("the session is over");
        if (now - session.SeenAt >= ProlongEvery && !Request.Headers.ContainsKey(BackgroundHeader))
        {
            session = session with { SeenAt = now, ExpiresAt = now + options.SessionIdle };
            await sessions.Prolong(session.TokenHash, session.SeenAt, session.ExpiresAt, Context.RequestAborted);
        }

        List<Claim> claims =
        [
            new(ClaimTypes.NameIdentifier, account.UserId), new(ClaimTypes.Name, account.Name), new(Caller.SiteClaim, account.Site),
            new(Caller.TokenClaim, session.TokenHash), new(ViaClaim, via), .. account.Roles.Select(r => new Claim(ClaimTypes.Role, r)),
        ];
        if (account.Licence is { } licence)
            claims.Add(new Claim(Caller.LicenceClaim, licence));
        var principal = new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme.Name));
        return AuthenticateResult.Success(new AuthenticationTicket(principal, new AuthenticationProperties { ExpiresUtc = session.ExpiresAt }, Scheme.Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        Problems.Write(Context, StatusCodes.Status401Unauthorized, "unauthenticated", "login.required");

    protected override async Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var actor = Caller.ActorOf(Context.User);
        var endpoint = (Context.GetEndpoint() as Microsoft.AspNetCore.Routing.RouteEndpoint)?.RoutePattern.RawText;
        await audit.Write(
            new AuditEntry(
                time.GetUtcNow(), actor.UserId, actor.Site, "refused", $"{Request.Method} {endpoint}", false, SiteAccess.RoleRule,
                Context.Connection.RemoteIpAddress?.ToString()),
            Context.RequestAborted);
        await Problems.Write(Context, Failure.Of(FailureCode.Forbidden, SiteAccess.RoleRule));
    }

    private (string Token, string Via)? FindToken()
    {
        var authorization = Request.Headers.Authorization.ToString();
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return (authorization["Bearer ".Length..].Trim(), "bearer");
        if (Request.Path.StartsWithSegments("/hubs") && Request.Query["access_token"].ToString() is { Length: > 0 } query)
            return (query, "query");
        return Request.Cookies[CookieName] is { Length: > 0 } cookie ? (cookie, "cookie") : null;
    }
}
