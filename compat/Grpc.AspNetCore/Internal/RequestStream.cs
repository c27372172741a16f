using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The caller's messages, one at a time.</summary>
internal sealed class RequestStream<T>(HttpServerCallContext call, Func<DeserializationContext, T> deserializer, ILogger logger) : IAsyncStreamReader<T>
    where T : class
{
    private readonly RequestMessages<T> _messages = new(call, deserializer);
    private volatile bool _completed;

    public T Current { get; private set; } = null!;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_completed || call.Http.RequestAborted.IsCancellationRequested)
            throw new InvalidOperationException("Can't read messages after the request is complete.");

        Current = null!;
        try
        {
            var message = await _messages.ReadNextAsync(cancellationToken);
            Current = message!;
            return message is not null;
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            ServerLog.ReadFailed(logger, failure);
            throw;
        }
    }

    /// <summary>The handler has returned: whoever still reads is told so.</summary>
    public void Complete() => _completed = true;
}
