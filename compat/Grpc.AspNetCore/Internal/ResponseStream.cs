using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Writes messages to the caller. A write waits while the caller's flow-control window is closed and the pipe is full.</summary>
internal sealed class ResponseStream<T>(HttpServerCallContext call, Action<T, SerializationContext> serializer, ILogger logger) : IServerStreamWriter<T>
    where T : class
{
    private readonly Lock _lock = new();
    private Task? _write;
    private volatile bool _completed;

    public WriteOptions? WriteOptions
    {
        get => call.WriteOptions;
        set => call.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    /// <summary>Cancelling a write resets the whole call: half a message cannot be taken back.</summary>
    public async Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        await using var registration = cancellationToken.UnsafeRegister(static state => ((HttpServerCallContext)state!).Reset(), call);
        cancellationToken.ThrowIfCancellationRequested();
        if (_completed || call.Http.RequestAborted.IsCancellationRequested)
            throw new InvalidOperationException("Can't write the message because the request is complete.");

        Task write;
        lock (_lock)
        {
            if (_write is { IsCompleted: false })
                throw new InvalidOperationException("Can't write the message because the previous write is in progress.");
            write = _write = WriteCoreAsync(message, cancellationToken);
        }

        await write;
    }

    /// <summary>The handler has returned: nothing more may be written.</summary>
    public void Complete() => _completed = true;

    private async Task WriteCoreAsync(T message, CancellationToken cancellationToken)
    {
        try
        {
            if (!call.Http.Response.HasStarted)
                await call.Http.Response.StartAsync(cancellationToken);
            call.WriteFrame(message, serializer);
            if ((call.WriteOptions?.Flags & WriteFlags.BufferHint) is not null and not 0)
                return;
            var flushed = await call.Http.Response.BodyWriter.FlushAsync(cancellationToken);
            if (!flushed.IsCompleted && (call.CancellationToken.IsCancellationRequested || cancellationToken.IsCancellationRequested))
                throw new OperationCanceledException("Request aborted while sending the message.");
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            ServerLog.SendFailed(logger, failure);
            throw;
        }
    }
}
