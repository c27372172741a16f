namespace Regional.Silo.Worklist;

/// <summary>Events 2300 to 2319.</summary>
internal static partial class WorklistLog
{
    [LoggerMessage(2300, LogLevel.Information, "The whole worklist went to the edge of {Site}: {Count} exams, version {Version}.")]
    public static partial void Snapshot(ILogger logger, string site, int count, long version);

    [LoggerMessage(2301, LogLevel.Warning, "The worklist of {Site} could not be read; tried again.")]
    public static partial void NotRead(ILogger logger, Exception exception, string site);
}
