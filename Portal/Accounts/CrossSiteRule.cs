using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Regional.Outcomes;
using Regional.Portal.Answers;

namespace Regional.Portal.Accounts;

/// <summary>
/// A cookie travels by itself, so a request that changes something and rests on one has to carry the header <c>X-Regional</c>, which no
/// other site's form or script can set here; a hub's handshake has to come from this origin.
/// </summary>
internal static class CrossSiteRule
{
    public const string Header = "X-Regional";

    public static Task Check(HttpContext context, RequestDelegate next)
    {
        if (context.User.FindFirstValue(SessionAuthentication.ViaClaim) != "cookie")
            return next(context);
        var request = context.Request;
        if (request.Path.StartsWithSegments("/hubs"))
        {
            var origin = request.Headers.Origin.ToString();
            return origin.Length == 0 || origin == $"{request.Scheme}://{request.Host}" ? next(context) : Refuse(context);
        }

        var reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);
        return reads || request.Headers.ContainsKey(Header) ? next(context) : Refuse(context);
    }

    private static Task Refuse(HttpContext context) => Problems.Write(context, Failure.Of(FailureCode.Forbidden, "request.cross-site"));
}
