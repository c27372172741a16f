using Microsoft.Extensions.Logging;

namespace Regional.Edge.Dicom;

/// <summary>Events 3100 to 3199. Titles and addresses of machines, UIDs, never a value of a data set.</summary>
internal static partial class DicomLog
{
    [LoggerMessage(3100, LogLevel.Warning, "{Remote} sent what is not DICOM upper layer ({Fault}): aborted.")]
    public static partial void GuardRefused(ILogger logger, string remote, PduFault fault);

    [LoggerMessage(3101, LogLevel.Information, "{Remote} said nothing in time (associated: {Associated}): closed.")]
    public static partial void GuardExpired(ILogger logger, string remote, bool associated);

    [LoggerMessage(3102, LogLevel.Warning, "More than {Limit} DICOM connections: the newest is closed.")]
    public static partial void TooManyConnections(ILogger logger, int limit);

    [LoggerMessage(3103, LogLevel.Warning, "Association refused: {CallingAe} from {Remote} is not registered.")]
    public static partial void CallerRefused(ILogger logger, string callingAe, string remote);

    [LoggerMessage(3104, LogLevel.Warning, "Association refused: {CallingAe} called {CalledAe}, which is not this edge.")]
    public static partial void CalledAeRefused(ILogger logger, string callingAe, string calledAe);

    [LoggerMessage(3105, LogLevel.Debug, "Association of {CallingAe}: {Contexts} presentation contexts accepted.")]
    public static partial void Associated(ILogger logger, string callingAe, int contexts);

    [LoggerMessage(3106, LogLevel.Warning, "Image {SopInstanceUid} of {CallingAe} refused: {Rule}.")]
    public static partial void ImageRefused(ILogger logger, string sopInstanceUid, string callingAe, string rule);

    [LoggerMessage(3107, LogLevel.Warning, "Out of resources ({Shortage}): {CallingAe} was told A700.")]
    public static partial void OutOfResources(ILogger logger, string shortage, string callingAe);

    [LoggerMessage(3108, LogLevel.Information, "DICOM listener of {AeTitle} on {Address}:{Port}.")]
    public static partial void Listening(ILogger logger, string aeTitle, string address, int port);

    [LoggerMessage(3109, LogLevel.Information, "Association of {CallingAe} was aborted ({Source}).")]
    public static partial void Aborted(ILogger logger, string callingAe, string source);

    [LoggerMessage(3110, LogLevel.Warning, "{CallingAe} sent a data set of more than {Limit} bytes: aborted.")]
    public static partial void TooLarge(ILogger logger, string callingAe, long limit);

    [LoggerMessage(3111, LogLevel.Warning, "TLS refused to {Remote}: {Reason}")]
    public static partial void TlsRefused(ILogger logger, string remote, string reason);

    [LoggerMessage(3112, LogLevel.Debug, "{Remote} left before the TLS handshake was over.")]
    public static partial void TlsBroken(ILogger logger, string remote);

    [LoggerMessage(3113, LogLevel.Information, "The DICOM listener speaks TLS; modalities show certificates: {Mutual}.")]
    public static partial void TlsListening(ILogger logger, bool mutual);

    [LoggerMessage(3114, LogLevel.Warning, "{CallingAe} from {Remote} may not query: {Contexts} presentation contexts refused.")]
    public static partial void QueryDenied(ILogger logger, string callingAe, string remote, int contexts);

    [LoggerMessage(3115, LogLevel.Warning, "Identifier of {CallingAe} refused: {Attribute}.")]
    public static partial void QueryRefused(ILogger logger, string callingAe, string attribute);

    [LoggerMessage(3116, LogLevel.Information, "{CallingAe} queried at level {Level}: {Matches} matches, status {Status:X4}.")]
    public static partial void QueryAnswered(ILogger logger, string callingAe, QueryLevel level, int matches, ushort status);

    [LoggerMessage(3117, LogLevel.Warning, "An operation of {CallingAe} broke off ({Failure}).")]
    public static partial void OperationBroken(ILogger logger, string callingAe, string failure);

    [LoggerMessage(3118, LogLevel.Information, "{CallingAe} retrieved to {Target}: {Completed} sent, {Warnings} with warnings, {Failures} failed, {Remaining} not tried, status {Status:X4}.")]
    public static partial void Retrieved(ILogger logger, string callingAe, string target, int completed, int warnings, int failures, int remaining, ushort status);

    [LoggerMessage(3119, LogLevel.Warning, "{CallingAe} asked for images to be sent to a destination that is not the site's.")]
    public static partial void DestinationUnknown(ILogger logger, string callingAe);

    [LoggerMessage(3121, LogLevel.Warning, "Association refused: {CallingAe} from {Remote} named a user ({Type}) who is not believed, or none where one is needed.")]
    public static partial void UserRefused(ILogger logger, string callingAe, string remote, string type);

    [LoggerMessage(3120, LogLevel.Warning, "Sending to {Destination} failed ({Failure}).")]
    public static partial void DestinationFailed(ILogger logger, string destination, string failure);
}
