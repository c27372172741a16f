using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>Reads responses, one when asked: what is not read stays in the HTTP/2 window and holds the server back.</summary>
internal sealed class ResponseReader<TRequest, TResponse>(ClientCall<TRequest, TResponse> call, ResponseMessages<TResponse> messages) : IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    private readonly Lock _lock = new();
    private Task<bool>? _moveNext;
    private Stream? _body;
    private string _encoding = "";

    public TResponse Current { get; private set; } = null!;

    /// <exception cref="RpcException">The call ended with a status that is not OK.</exception>
    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        call.DemandNotDisposed();
        if (call.Token.IsCancellationRequested)
            return Task.FromException<bool>(call.EndedException(cancellationToken));
        if (call.Ended.IsCompletedSuccessfully)
            return call.GetStatus().StatusCode == StatusCode.OK ? Task.FromResult(false) : Task.FromException<bool>(call.StatusException(call.GetStatus()));

        lock (_lock)
        {
            if (_moveNext is { IsCompleted: false })
                return Task.FromException<bool>(new InvalidOperationException("Can't read the next message because the previous read is still in progress."));
            return _moveNext = MoveNextCoreAsync(cancellationToken);
        }
    }

    private async Task<bool> MoveNextCoreAsync(CancellationToken cancellationToken)
    {
        using var registration = call.CancelWith(cancellationToken);
        Current = null!;
        try
        {
            call.Token.ThrowIfCancellationRequested();
            if (_body is null)
            {
                var response = await call.ResponseStarted.ConfigureAwait(false);
                _encoding = ResponseStatus.Encoding(response);
                _body = await OpenAsync(response).ConfigureAwait(false);
            }

            var message = await messages.ReadAsync(_body, _encoding, call.Token).ConfigureAwait(false);
            if (message is not null)
            {
                Current = message;
                return true;
            }

            var status = call.EndResponse();
            return status.StatusCode == StatusCode.OK ? false : throw call.StatusException(status);
        }
        catch (ObjectDisposedException) when (call.Token.IsCancellationRequested)
        {
            return await EndCanceledAsync(new OperationCanceledException(call.Token), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException canceled) when (canceled is not StatusCanceledException)
        {
            return await EndCanceledAsync(canceled, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            var (status, exception) = call.Resolve("Error reading next message.", failure);
            if (!call.IsResponseFinished)
            {
                ClientLog.ReadFailed(call.Logger, failure);
                call.End(status);
            }

            if (ReferenceEquals(exception, failure))
                throw;
            throw exception;
        }
    }

    private static async Task<Stream> OpenAsync(HttpResponseMessage response)
    {
        try
        {
            return await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // Disposed with its call.
            throw new OperationCanceledException();
        }
    }

    /// <summary>The read was cut short: by the end of the call, by its cancellation, or by the reader's own token.</summary>
    private async Task<bool> EndCanceledAsync(OperationCanceledException canceled, CancellationToken cancellationToken)
    {
        var reported = call.WithCallersToken(canceled, cancellationToken);
        if (call.IsResponseFinished)
        {
            var status = await call.Ended.ConfigureAwait(false);
            if (status.StatusCode == StatusCode.OK)
                return false;
            if (status.StatusCode is not (StatusCode.DeadlineExceeded or StatusCode.Cancelled))
                throw call.StatusException(status);
        }
        else
        {
            call.End(new Status(StatusCode.Cancelled, canceled.Message, reported));
        }

        throw call.ThrowsOperationCanceled ? reported : call.CanceledException(reported);
    }
}
