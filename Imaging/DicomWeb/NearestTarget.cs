using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Regional.Imaging.Copies;

namespace Regional.Imaging.DicomWeb;

/// <summary>Before a resource is served: what of it is elsewhere comes here first (R4.2.5-3).</summary>
internal static class NearestTarget
{
    private const string RetryAfterSeconds = "5";

    /// <summary>False after an answer was given: 503 with Retry-After, when the images exist and could not be brought in time.</summary>
    public static async ValueTask<bool> IsNearAsync(HttpContext context, Target target)
    {
        var services = context.RequestServices;
        var nearest = services.GetRequiredService<INearestCopy>();
        Nearness found;
        if (target.SopInstanceUid is not { } instance)
            found = await nearest.BringStudyAsync(target.StudyUid, context.RequestAborted);
        else if (await services.GetRequiredService<InstanceLocator>().FindAsync(instance, context.RequestAborted) is { IsLocal: true })
            return true;
        else
            found = await nearest.BringInstanceAsync(target.StudyUid, instance, context.RequestAborted);
        if (found != Nearness.Away) return true;
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        await Answer.ProblemAsync(context, StatusCodes.Status503ServiceUnavailable, "The images are at another site whose line is slow or down at present.");
        return false;
    }
}
