using Microsoft.Extensions.Logging;

namespace Regional.Edge.Link;

/// <summary>Events 3200 to 3299.</summary>
internal static partial class LinkLog
{
    [LoggerMessage(3200, LogLevel.Information, "Link open to {Centre}.")]
    public static partial void Opened(ILogger logger, Uri centre);

    [LoggerMessage(3201, LogLevel.Warning, "Link lost: {Reason}. Next try in {PauseMs} ms; {Queued} instances wait.")]
    public static partial void Lost(ILogger logger, string reason, double pauseMs, long queued);

    [LoggerMessage(3202, LogLevel.Warning, "The centre refused {SopInstanceUid}: {Rule}. It stays in the pack and leaves the queue.")]
    public static partial void Refused(ILogger logger, string sopInstanceUid, string rule);

    [LoggerMessage(3203, LogLevel.Warning, "The centre keeps {SopInstanceUid} in its quarantine: {Rule}. It stays in the pack here too.")]
    public static partial void Conflict(ILogger logger, string sopInstanceUid, string rule);

    [LoggerMessage(3204, LogLevel.Warning, "{SopInstanceUid} arrived damaged at the centre and is sent again.")]
    public static partial void Corrupt(ILogger logger, string sopInstanceUid);

    [LoggerMessage(3205, LogLevel.Warning, "Clock differs from the centre's by {SkewMs} ms.")]
    public static partial void ClockSkew(ILogger logger, double skewMs);

    [LoggerMessage(3206, LogLevel.Error, "The record of {SopInstanceUid} at {Pack}/{Offset} cannot be read.")]
    public static partial void Unreadable(ILogger logger, string sopInstanceUid, long pack, long offset);

    [LoggerMessage(3207, LogLevel.Error, "The link failed in a way that is not the line's.")]
    public static partial void Broken(ILogger logger, Exception exception);
}
