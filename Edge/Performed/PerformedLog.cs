using Microsoft.Extensions.Logging;

namespace Regional.Edge.Performed;

/// <summary>Events 3440 to 3459.</summary>
internal static partial class PerformedLog
{
    [LoggerMessage(3440, LogLevel.Information, "{CallingAe} began step {Uid}.")]
    public static partial void Made(ILogger logger, string uid, string callingAe);

    [LoggerMessage(3441, LogLevel.Information, "Step {Uid} of {CallingAe} is {Status}.")]
    public static partial void Changed(ILogger logger, string uid, string callingAe, string status);

    [LoggerMessage(3442, LogLevel.Warning, "A step of {CallingAe} is refused, status {Status:X4} {Attributes}.")]
    public static partial void Refused(ILogger logger, string callingAe, ushort status, string attributes);

    [LoggerMessage(3443, LogLevel.Error, "A step of {CallingAe} could not be kept; it is refused for now.")]
    public static partial void NotKept(ILogger logger, Exception exception, string callingAe);

    [LoggerMessage(3444, LogLevel.Warning, "No exam was found for step {Uid} of {CallingAe} in a week; it stays here.")]
    public static partial void GivenUp(ILogger logger, string uid, string callingAe);
}
