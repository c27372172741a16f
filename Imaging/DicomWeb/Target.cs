using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Regional.Imaging.Codecs;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;

namespace Regional.Imaging.DicomWeb;

/// <summary>The resource that a request names, with its UIDs checked and the person's right to it decided.</summary>
internal sealed record Target(string StudyUid, string? SeriesUid, string? SopInstanceUid)
{
    /// <summary>Null after an answer was given: 400 for a UID that is none, 401 for nobody, 404 for no right, 503 for what cannot be brought here now.</summary>
    public static async ValueTask<Target?> ResolveAsync(HttpContext context, DicomWebAction action)
    {
        var target = new Target(Uid(context, "study")!, Uid(context, "series"), Uid(context, "instance"));
        if (!UidRule.IsValid(target.StudyUid) || target.SeriesUid is { } series && !UidRule.IsValid(series)
            || target.SopInstanceUid is { } instance && !UidRule.IsValid(instance))
        {
            await Answer.ProblemAsync(context, StatusCodes.Status400BadRequest, "The address holds something that is not a UID.");
            return null;
        }
        var access = context.RequestServices.GetRequiredService<IDicomWebAccess>();
        if (await access.MayAsync(context.User, target.StudyUid, action, context.RequestAborted))
            return await NearestTarget.IsNearAsync(context, target) ? target : null;
        DicomWebLog.Denied(context.RequestServices.GetRequiredService<ILogger<IDicomWebAccess>>(), action, target.StudyUid);
        if (context.User.Identity is not { IsAuthenticated: true })
            await Answer.UnauthorizedAsync(context);
        else
            await Answer.NotFoundAsync(context);
        return null;
    }

    /// <summary>The instances named, in order; empty when there are none.</summary>
    public async ValueTask<IReadOnlyList<IndexedInstance>> InstancesAsync(HttpContext context)
    {
        if (SopInstanceUid is not null)
            return await InstanceAsync(context) is { } one ? [one] : [];
        var archive = context.RequestServices.GetRequiredService<ImageArchive>();
        return await archive.Index.GetInstancesAsync(StudyUid, SeriesUid, context.RequestAborted);
    }

    /// <summary>The one instance named, or null when it is not there under this study and series.</summary>
    public async ValueTask<IndexedInstance?> InstanceAsync(HttpContext context)
    {
        var locator = context.RequestServices.GetRequiredService<InstanceLocator>();
        var instance = await locator.FindAsync(SopInstanceUid!, context.RequestAborted);
        return instance?.StudyUid == StudyUid && instance.SeriesUid == SeriesUid ? instance : null;
    }

    private static string? Uid(HttpContext context, string name) => context.GetRouteValue(name) as string;
}

/// <summary>Event ids 4150–4159. UIDs only.</summary>
internal static partial class DicomWebLog
{
    [LoggerMessage(4150, LogLevel.Warning, "{Action} of study {StudyUid} denied")]
    public static partial void Denied(ILogger logger, DicomWebAction action, string studyUid);

    [LoggerMessage(4151, LogLevel.Error, "Instance {SopInstanceUid} is indexed, but its bytes are not in the packs")]
    public static partial void BytesMissing(ILogger logger, string sopInstanceUid);

    [LoggerMessage(4152, LogLevel.Warning, "Frame {Frame} of instance {SopInstanceUid} was not decoded: {Problem}")]
    public static partial void NotDecoded(ILogger logger, string sopInstanceUid, int frame, CodecProblem problem);

    [LoggerMessage(4153, LogLevel.Warning, "Instance {SopInstanceUid} brought over STOW-RS was refused: {Reason:X4}")]
    public static partial void NotStored(ILogger logger, string sopInstanceUid, int reason);

    [LoggerMessage(4154, LogLevel.Warning, "Storing over STOW-RS denied")]
    public static partial void StoreDenied(ILogger logger);
}
