using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Regional.Imaging.DicomWeb;

/// <summary>Answers that all resources share. Nothing in them repeats a value of the request or of a patient.</summary>
internal static class Answer
{
    public static async Task ProblemAsync(HttpContext context, int status, string title)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        await JsonSerializer.SerializeAsync(context.Response.Body, new Dictionary<string, object> { ["status"] = status, ["title"] = title },
            cancellationToken: context.RequestAborted);
    }

    /// <summary>Nobody is signed in, or nobody who is known here.</summary>
    public static Task UnauthorizedAsync(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return ProblemAsync(context, StatusCodes.Status401Unauthorized, "Sign in first.");
    }

    public static Task NotFoundAsync(HttpContext context) => ProblemAsync(context, StatusCodes.Status404NotFound, "Not found.");

    public static Task NotAcceptableAsync(HttpContext context, string title) => ProblemAsync(context, StatusCodes.Status406NotAcceptable, title);

    /// <summary>
    /// Sets the strong ETag and says whether the client has it already (304 is then set). Bytes of an instance never change, so they may
    /// be kept for good; only by the person's own browser, since they are a patient's.
    /// </summary>
    public static bool IsUnchanged(HttpContext context, string etag, bool immutable)
    {
        var headers = context.Response.Headers;
        headers.ETag = etag;
        headers.CacheControl = immutable ? "private, max-age=31536000, immutable" : "private, no-cache";
        headers.Vary = "Accept, Authorization, Cookie";
        foreach (var value in context.Request.Headers.IfNoneMatch)
        {
            if (value is null) continue;
            foreach (var candidate in value.Split(','))
            {
                var tag = candidate.Trim();
                if (tag != "*" && tag != etag && (!tag.StartsWith("W/", StringComparison.Ordinal) || tag[2..] != etag)) continue;
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                return true;
            }
        }
        return false;
    }

    /// <summary>For answers in many parts: what is written goes out, and a client that reads slowly slows only itself.</summary>
    public static void Unbuffered(HttpContext context) => context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
}
