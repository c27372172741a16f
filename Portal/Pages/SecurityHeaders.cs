using Microsoft.AspNetCore.Http;

namespace Regional.Portal.Pages;

/// <summary>
/// Headers of every answer. The viewer decodes in WebAssembly inside workers made from blobs, hence those two exceptions; cross-origin
/// isolation lets it share memory between them.
/// </summary>
internal static class SecurityHeaders
{
    private const string BeforeSockets =
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' blob:; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        + "font-src 'self' data:; connect-src 'self' blob: data:";

    private const string AfterSockets = "; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'";

    public static Task Add(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = BeforeSockets + OwnSocket(context.Request) + AfterSockets;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(self), microphone=(self), geolocation=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Embedder-Policy"] = "require-corp";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (context.Request.IsHttps)
            headers.StrictTransportSecurity = "max-age=31536000";
        if (context.Request.Path.StartsWithSegments("/api"))
            headers.CacheControl = "no-store";
        return next(context);
    }

    /// <summary>The hubs at this address, for browsers whose 'self' does not cover WebSockets; a host that is no host name adds nothing.</summary>
    private static string OwnSocket(HttpRequest request) => Uri.CheckHostName(request.Host.Host.Trim('[', ']')) == UriHostNameType.Unknown
        ? ""
        : $" {(request.IsHttps ? "wss" : "ws")}://{request.Host.Value}";
}
