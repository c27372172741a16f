using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.Net.Client.Internal;

/// <summary>Ids, names and levels as in gRPC for .NET.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(EventId = 1, EventName = "StartingCall", Level = LogLevel.Debug, Message = "Starting gRPC call. Method type: '{MethodType}', URI: '{Uri}'.")]
    public static partial void Starting(ILogger logger, MethodType methodType, Uri uri);

    [LoggerMessage(EventId = 3, EventName = "GrpcStatusError", Level = LogLevel.Information, Message = "Call failed with gRPC error status. Status code: '{StatusCode}', Message: '{StatusMessage}'.")]
    public static partial void Failed(ILogger logger, StatusCode statusCode, string statusMessage, Exception? failure);

    [LoggerMessage(EventId = 7, EventName = "DeadlineExceeded", Level = LogLevel.Warning, Message = "gRPC call deadline exceeded.")]
    public static partial void DeadlineExceeded(ILogger logger);

    [LoggerMessage(EventId = 12, EventName = "CallCredentialsNotUsed", Level = LogLevel.Warning, Message = "The configured CallCredentials were not used because the call does not use TLS.")]
    public static partial void CredentialsNotUsed(ILogger logger);

    [LoggerMessage(EventId = 17, EventName = "ErrorReadingMessage", Level = LogLevel.Information, Message = "Error reading message.")]
    public static partial void ReadFailed(ILogger logger, Exception failure);

    [LoggerMessage(EventId = 20, EventName = "ErrorSendingMessage", Level = LogLevel.Information, Message = "Error sending message.")]
    public static partial void SendFailed(ILogger logger, Exception failure);

    [LoggerMessage(EventId = 27, EventName = "ErrorExceedingDeadline", Level = LogLevel.Error, Message = "Error exceeding deadline.")]
    public static partial void DeadlineFailed(ILogger logger, Exception failure);
}
