using Microsoft.Extensions.Logging;

namespace Regional.Edge.Worklist;

/// <summary>Events 3400 to 3419.</summary>
internal static partial class WorklistLog
{
    [LoggerMessage(3400, LogLevel.Information, "{CallingAe} asked for its worklist: {Matches} exams, status {Status:X4}.")]
    public static partial void Answered(ILogger logger, string callingAe, int matches, ushort status);

    [LoggerMessage(3401, LogLevel.Warning, "Worklist query of {CallingAe} refused: {Attribute}.")]
    public static partial void Refused(ILogger logger, string callingAe, string attribute);

    [LoggerMessage(3402, LogLevel.Warning, "{CallingAe} may see no worklist at this edge.")]
    public static partial void Denied(ILogger logger, string callingAe);

    [LoggerMessage(3403, LogLevel.Warning, "An update of the worklist from {From} to {Version} does not follow what is here; everything is asked for.")]
    public static partial void Gap(ILogger logger, ulong from, ulong version);

    [LoggerMessage(3404, LogLevel.Error, "The worklist could not be written; the link begins again.")]
    public static partial void NotTaken(ILogger logger, Exception exception);
}
