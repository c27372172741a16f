using System.Runtime.ExceptionServices;
using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>Writes requests into the call's HTTP/2 stream. A write completes when flow control has let the message out.</summary>
internal sealed class RequestWriter<TRequest, TResponse>(ClientCall<TRequest, TResponse> call) : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _write;
    private bool _completeCalled;

    public WriteOptions? WriteOptions { get; set; } = call.Options.WriteOptions;

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    /// <summary>Cancelling a write cancels the call: half a message cannot be taken back.</summary>
    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        call.DemandNotDisposed();
        using var registration = call.CancelWith(cancellationToken);
        Task write;
        lock (_lock)
        {
            if (_completeCalled)
                throw new InvalidOperationException("Request stream has already been completed.");
            if (call.Ended.IsCompletedSuccessfully)
                throw call.EndedException(cancellationToken);
            if (_write is { IsCompleted: false })
                throw new InvalidOperationException("Can't write the message because the previous write is in progress.");
            write = _write = WriteCoreAsync(message, cancellationToken);
        }

        await write.ConfigureAwait(false);
    }

    public Task CompleteAsync()
    {
        call.DemandNotDisposed();
        lock (_lock)
        {
            if (_write is { IsCompleted: false })
                return Task.FromException(new InvalidOperationException("Can't complete the client stream writer because the previous write is in progress."));
            _completeCalled = true;
            _completed.TrySetResult();
        }

        return Task.CompletedTask;
    }

    /// <summary>The request's body: open until the stream is completed or the call ends.</summary>
    public async Task PushAsync(Stream stream)
    {
        // Sends the headers before the first message, so that a server can answer while nothing has been written.
        await stream.FlushAsync().ConfigureAwait(false);
        _stream.TrySetResult(stream);
        await _completed.Task.ConfigureAwait(false);
    }

    /// <summary>The call has ended: whoever writes is released.</summary>
    public void Stop()
    {
        _stream.TrySetCanceled();
        _completed.TrySetCanceled();
    }

    private async Task WriteCoreAsync(TRequest message, CancellationToken cancellationToken)
    {
        try
        {
            var stream = await _stream.Task.ConfigureAwait(false);
            await call.WriteFrameAsync(stream, message, WriteOptions).ConfigureAwait(false);
            await stream.FlushAsync(call.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException canceled)
        {
            var reported = call.WithCallersToken(canceled, cancellationToken);
            if (!call.ThrowsOperationCanceled)
                throw call.CanceledException(reported);
            ExceptionDispatchInfo.Throw(reported);
        }
    }
}
