using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;

namespace FellowOakDicom.Network.Client;

/// <summary>The requestor's side of one association, as tasks.</summary>
internal sealed class ClientConnection : DicomService
{
    private readonly TaskCompletionSource<DicomAssociation> _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<DicomRequest, TaskCompletionSource<bool>> _requests = new();
    private readonly DicomClientCStoreRequestHandler _onStore;
    private readonly DicomClientNEventReportRequestHandler _onReport;
    private Exception _end;

    public ClientConnection(
        INetworkStream stream,
        Encoding fallbackEncoding,
        ILogger logger,
        DicomServiceDependencies dependencies,
        DicomClientCStoreRequestHandler onStore,
        DicomClientNEventReportRequestHandler onReport)
        : base(stream, fallbackEncoding, logger, dependencies) => (_onStore, _onReport) = (onStore, onReport);

    /// <exception cref="DicomAssociationRejectedException">The peer refused.</exception>
    public async Task<DicomAssociation> AssociateAsync(DicomAssociation association, CancellationToken cancellationToken)
    {
        _ = RunAsync();
        await SendAssociationRequestAsync(association).ConfigureAwait(false);
        return await _accepted.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Completes with the answer: true, or false when it timed out.</summary>
    public async Task<bool> CallAsync(DicomRequest request, CancellationToken cancellationToken)
    {
        var answer = _requests.GetOrAdd(request, _ => new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            if (!IsConnected) throw End();
            await SendRequestAsync(request).WaitAsync(cancellationToken).ConfigureAwait(false);
            return await answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DicomNetworkException exception) when (_end is not null || ConnectionLostException.FindIn(exception) is not null)
        {
            // The reading side may just be about to learn why: its reason is the better one.
            await Task.WhenAny(_isDisconnectedFlag.Task, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, CancellationToken.None)).ConfigureAwait(false);
            throw End();
        }
        finally
        {
            _requests.TryRemove(request, out _);
        }
    }

    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (!IsConnected) return;
        await SendAssociationReleaseRequestAsync().ConfigureAwait(false);
        await Task.WhenAny(_released.Task, _isDisconnectedFlag.Task).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task AbortAsync() => IsConnected ? SendAbortAsync(DicomAbortSource.ServiceUser, DicomAbortReason.NotSpecified) : Task.CompletedTask;

    private protected override Task OnAssociationAcceptedAsync(DicomAssociation association)
    {
        _accepted.TrySetResult(association);
        return Task.CompletedTask;
    }

    private protected override Task OnAssociationRejectedAsync(DicomRejectResult result, DicomRejectSource source, DicomRejectReason reason)
    {
        _end = new DicomAssociationRejectedException(result, source, reason);
        return Task.CompletedTask;
    }

    private protected override Task OnReleaseResponseAsync()
    {
        _released.TrySetResult();
        return Task.CompletedTask;
    }

    private protected override void OnAborted(DicomAbortSource source, DicomAbortReason reason) =>
        _end = new DicomAssociationAbortedException(source, reason);

    private protected override void OnClosed(Exception exception)
    {
        _end ??= exception switch
        {
            null => new ConnectionClosedPrematurelyException(),
            DicomNetworkException network when ConnectionLostException.FindIn(network) is null => network,
            _ => new ConnectionClosedPrematurelyException(exception),
        };
        _accepted.TrySetException(_end);
        foreach (var answer in _requests.Values) answer.TrySetException(_end);
        _ = _accepted.Task.Exception;
    }

    private protected override Task<DicomCStoreResponse> OnStoreAsync(DicomCStoreRequest request) =>
        _onStore?.Invoke(request) ?? Task.FromResult(new DicomCStoreResponse(request, DicomStatus.StorageStorageOutOfResources));

    /// <exception cref="DicomNetworkException">An event is reported and nobody listens for events.</exception>
    private protected override async Task<DicomResponse> AnswerNormalizedAsync(DicomRequest request) => request is not DicomNEventReportRequest report ? null
        : _onReport is null ? throw new DicomNetworkException("This client takes no event reports")
        : await _onReport(report).ConfigureAwait(false);

    private protected override void OnRequestCompleted(DicomRequest request, DicomResponse response)
    {
        if (_requests.TryGetValue(request, out var answer)) answer.TrySetResult(true);
    }

    private protected override void OnRequestTimedOut(DicomRequest request, TimeSpan timeout)
    {
        if (_requests.TryGetValue(request, out var answer)) answer.TrySetResult(false);
    }

    private Exception End() => _end ?? new ConnectionClosedPrematurelyException();
}
