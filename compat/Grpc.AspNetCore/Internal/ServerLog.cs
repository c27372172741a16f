using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Ids, names and levels as in gRPC for .NET.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(EventId = 2, EventName = "UnsupportedRequestContentType", Level = LogLevel.Information, Message = "Request content-type of '{ContentType}' is not supported.")]
    public static partial void UnsupportedContentType(ILogger logger, string? contentType);

    [LoggerMessage(EventId = 3, EventName = "UnsupportedRequestProtocol", Level = LogLevel.Information, Message = "Request protocol of '{Protocol}' is not supported.")]
    public static partial void UnsupportedProtocol(ILogger logger, string protocol);

    [LoggerMessage(EventId = 4, EventName = "DeadlineExceeded", Level = LogLevel.Debug, Message = "Request with timeout of {Timeout} has exceeded its deadline.")]
    public static partial void DeadlineExceeded(ILogger logger, TimeSpan timeout);

    [LoggerMessage(EventId = 5, EventName = "InvalidTimeoutIgnored", Level = LogLevel.Debug, Message = "Invalid grpc-timeout header value '{Timeout}' has been ignored.")]
    public static partial void InvalidTimeout(ILogger logger, StringValues timeout);

    [LoggerMessage(EventId = 6, EventName = "ErrorExecutingServiceMethod", Level = LogLevel.Error, Message = "Error when executing service method '{ServiceMethod}'.")]
    public static partial void MethodFailed(ILogger logger, string serviceMethod, Exception failure);

    [LoggerMessage(EventId = 7, EventName = "RpcConnectionError", Level = LogLevel.Information, Message = "Error status code '{StatusCode}' with detail '{Detail}' raised.")]
    public static partial void StatusRaised(ILogger logger, StatusCode statusCode, string detail, Exception? failure);

    [LoggerMessage(EventId = 9, EventName = "DeadlineCancellationError", Level = LogLevel.Error, Message = "Error occurred while trying to cancel the request due to deadline exceeded.")]
    public static partial void DeadlineFailed(ILogger logger, Exception failure);

    [LoggerMessage(EventId = 14, EventName = "ErrorReadingMessage", Level = LogLevel.Information, Message = "Error reading message.")]
    public static partial void ReadFailed(ILogger logger, Exception failure);

    [LoggerMessage(EventId = 17, EventName = "ErrorSendingMessage", Level = LogLevel.Information, Message = "Error sending message.")]
    public static partial void SendFailed(ILogger logger, Exception failure);

    [LoggerMessage(EventId = 28, EventName = "ServiceMethodCanceled", Level = LogLevel.Information, Message = "Service method '{ServiceMethod}' canceled.")]
    public static partial void MethodCanceled(ILogger logger, string serviceMethod, Exception failure);
}
