using Microsoft.Extensions.Logging;
using Regional.Imaging.Packs;

namespace Regional.Edge.Hosting;

/// <summary>Events 3000 to 3099.</summary>
internal static partial class EdgeLog
{
    [LoggerMessage(3000, LogLevel.Warning, "Pack alarm {Kind} at {Pack}/{Offset} {SopInstanceUid}")]
    public static partial void Alarm(ILogger logger, PackAlarmKind kind, long pack, long offset, string sopInstanceUid);
}
