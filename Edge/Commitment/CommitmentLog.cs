using Microsoft.Extensions.Logging;

namespace Regional.Edge.Commitment;

/// <summary>Events 3420 to 3439.</summary>
internal static partial class CommitmentLog
{
    [LoggerMessage(3420, LogLevel.Information, "Commitment {TransactionUid} asked by {CallingAe} for {Items} objects.")]
    public static partial void Taken(ILogger logger, string transactionUid, string callingAe, int items);

    [LoggerMessage(3421, LogLevel.Warning, "A commitment asked by {CallingAe} is refused, status {Status:X4}.")]
    public static partial void Refused(ILogger logger, string callingAe, ushort status);

    [LoggerMessage(3422, LogLevel.Error, "A commitment asked by {CallingAe} could not be kept; it is refused for now.")]
    public static partial void NotKept(ILogger logger, Exception exception, string callingAe);

    [LoggerMessage(3423, LogLevel.Information, "Commitment {TransactionUid} reported to {CallingAe}, status {Status:X4}.")]
    public static partial void Reported(ILogger logger, string transactionUid, string callingAe, ushort status);

    [LoggerMessage(3424, LogLevel.Warning, "The report of commitment {TransactionUid} did not reach {CallingAe} ({Failure}); it is tried again.")]
    public static partial void NotDelivered(ILogger logger, string transactionUid, string callingAe, string failure);

    [LoggerMessage(3425, LogLevel.Error, "The open commitments cannot be read; tried again.")]
    public static partial void NotRead(ILogger logger, Exception exception);
}
