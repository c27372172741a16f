using FellowOakDicom.IO.Writer;
using Microsoft.Extensions.Logging;

namespace FellowOakDicom.Network;

public abstract partial class DicomService
{
    private readonly Queue<DicomMessage> _queue = new();
    private readonly List<DicomRequest> _pending = [];
    private readonly SemaphoreSlim _writeLock = new(1, 1);
    private bool _sending;
    private bool _watchingTimeouts;

    /// <summary>Sends a request, or queues it while as many as negotiated are in flight. Completes when it is written or queued.</summary>
    public virtual Task SendRequestAsync(DicomRequest request) => SendMessageAsync(request);

    protected Task SendResponseAsync(DicomResponse response) => SendMessageAsync(response);

    private Task SendMessageAsync(DicomMessage message)
    {
        ThrowIfDisposed();
        if (message is null) return Task.CompletedTask;
        lock (_lock) _queue.Enqueue(message);
        return SendQueuedAsync();
    }

    private async Task SendQueuedAsync()
    {
        while (TryTakeNext(out var message))
        {
            try
            {
                await SendAsync(message).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                message.NotAllPDUsWereSentSuccessfully();
                lock (_lock)
                {
                    CanStillProcessPDataTF = false;
                    if (message is DicomRequest request) _pending.Remove(request);
                }

                throw new DicomNetworkException($"{message} could not be sent", exception);
            }
            finally
            {
                lock (_lock) _sending = false;
            }
        }

        if (IsSendQueueEmpty) await OnSendQueueEmptyAsync().ConfigureAwait(false);
    }

    /// <summary>One message at a time is written, in order; requests and answers alike wait for the negotiated number of operations.</summary>
    private bool TryTakeNext(out DicomMessage message)
    {
        lock (_lock)
        {
            message = null;
            if (_sending || _queue.Count == 0) return false;
            if (Association.MaxAsyncOpsInvoked > 0 && _pending.Count(CountsAsInvoked) >= Association.MaxAsyncOpsInvoked) return false;

            message = _queue.Dequeue();
            _sending = true;
            if (message is not DicomRequest request) return true;

            request.PendingSince = DicomMessage.Clock;
            _pending.Add(request);
            if (Options.RequestTimeout is { } timeout && !_watchingTimeouts)
            {
                _watchingTimeouts = true;
                _ = Task.Run(() => WatchTimeoutsAsync(timeout));
            }

            return true;
        }
    }

    /// <summary>Not what itself brings requests that are to be answered meanwhile.</summary>
    private static bool CountsAsInvoked(DicomRequest request) => request.Type is not (DicomCommandField.CGetRequest or DicomCommandField.NActionRequest);

    private async Task SendAsync(DicomMessage message)
    {
        var context = FindContext(message);
        if (context is null)
        {
            Refuse(message, DicomStatus.SOPClassNotSupported);
            return;
        }

        var syntax = context.AcceptedTransferSyntax;
        if (message.HasDataset && message.Dataset.InternalTransferSyntax != syntax && message.Dataset.Contains(DicomTag.PixelData)
            && !_transcoderManager.CanTranscode(message.Dataset.InternalTransferSyntax, syntax) && !Options.IgnoreUnsupportedTransferSyntaxChange)
        {
            Logger.LogWarning("No codec changes {From} to {To}; the object is not sent", message.Dataset.InternalTransferSyntax, syntax);
            Refuse(message, DicomStatus.SOPClassNotSupported);
            return;
        }

        if (Logger.IsEnabled(LogLevel.Debug)) Log.Message(Logger, LogId, "->", message.ToString(Options.LogDimseDatasets));

        message.Command.RecalculateGroupLength(0x0000);
        await _writeLock.WaitAsync().ConfigureAwait(false);
        try
        {
            using var data = new DataPduStream(_network.AsStream(), context.ID, Association.MaximumPDULength, Options, message);
            await new DatasetWriter(DicomTransferSyntax.ImplicitVRLittleEndian, null).WriteAsync(message.Command, data, default).ConfigureAwait(false);
            await data.FinishAsync(isCommand: true).ConfigureAwait(false);
            if (message.HasDataset)
            {
                await WriteDatasetAsync(message.Dataset, syntax, data).ConfigureAwait(false);
                await data.FinishAsync(isCommand: false).ConfigureAwait(false);
            }
        }
        finally
        {
            ReleaseWriteLock();
        }

        message.LastPDUSent = DicomMessage.Clock;
        message.AllPDUsWereSentSuccessfully();
        if (message is DicomRequest request) Callback.Run(() => request.OnRequestSent?.Invoke(request, new DicomRequest.OnRequestSentEventArgs()));
    }

    private async Task WriteDatasetAsync(DicomDataset dataset, DicomTransferSyntax syntax, DataPduStream data)
    {
        if (_fallbackEncoding is not null) dataset.FallbackEncodings = [_fallbackEncoding];
        dataset.OnBeforeSerializing();
        var writer = new DatasetWriter(syntax, null);
        if (!syntax.IsDeflate)
        {
            await writer.WriteAsync(dataset, data, default).ConfigureAwait(false);
            return;
        }

        var deflater = new System.IO.Compression.DeflateStream(data, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true);
        await using (deflater.ConfigureAwait(false)) await writer.WriteAsync(dataset, deflater, default).ConfigureAwait(false);
    }

    private DicomPresentationContext FindContext(DicomMessage message)
    {
        if (message is DicomResponse && message.PresentationContext is { } answered) return answered;

        var classes = MetaSopClasses.GetMetaSopClass(message.SOPClassUID);
        var accepted = Association.PresentationContexts
            .Where(context => context.Result == DicomPresentationContextResult.Accept && classes.Contains(context.AbstractSyntax))
            .ToList();
        return message is DicomCStoreRequest store
            ? accepted.Find(context => context.AcceptedTransferSyntax == store.TransferSyntax) ?? accepted.FirstOrDefault()
            : accepted.FirstOrDefault();
    }

    /// <summary>Answers a request that cannot be sent as the peer would.</summary>
    private void Refuse(DicomMessage message, DicomStatus status)
    {
        message.NotAllPDUsWereSentSuccessfully();
        if (message is not DicomRequest request) return;

        lock (_lock) _pending.Remove(request);
        DicomResponse response = request switch
        {
            DicomCStoreRequest store => new DicomCStoreResponse(store, status),
            DicomCEchoRequest echo => new DicomCEchoResponse(echo, status),
            DicomCFindRequest find => new DicomCFindResponse(find, status),
            DicomCGetRequest get => new DicomCGetResponse(get, status),
            DicomCMoveRequest move => new DicomCMoveResponse(move, status),
            DicomNActionRequest action => new DicomNActionResponse(action, status),
            DicomNCreateRequest create => new DicomNCreateResponse(create, status),
            DicomNDeleteRequest delete => new DicomNDeleteResponse(delete, status),
            DicomNEventReportRequest report => new DicomNEventReportResponse(report, status),
            DicomNGetRequest get => new DicomNGetResponse(get, status),
            DicomNSetRequest set => new DicomNSetResponse(set, status),
            _ => null,
        };
        if (response is not null) request.PostResponse(this, response);
        OnRequestCompleted(request, response);
    }

    private Task CompleteRequestAsync(DicomResponse response)
    {
        DicomRequest request;
        var pending = response.Status.State == DicomState.Pending;
        lock (_lock)
        {
            request = _pending.Find(candidate => candidate.MessageID == response.RequestMessageID);
            if (request is not null && !pending) _pending.Remove(request);
        }

        if (request is null) return Task.CompletedTask;

        response.UserState = request.UserState;
        if (pending) request.LastPendingResponseReceived = DicomMessage.Clock;
        request.PostResponse(this, response);
        if (!pending) OnRequestCompleted(request, response);
        return SendQueuedAsync();
    }

    private async Task WatchTimeoutsAsync(TimeSpan timeout)
    {
        var interval = timeout < TimeSpan.FromSeconds(4) ? timeout / 4 : TimeSpan.FromSeconds(1);
        using var timer = new PeriodicTimer(interval > TimeSpan.FromMilliseconds(1) ? interval : TimeSpan.FromMilliseconds(1));
        while (IsConnected && await timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            List<DicomRequest> late;
            lock (_lock)
            {
                late = _pending.FindAll(request => request.IsTimedOut(timeout));
                _pending.RemoveAll(late.Contains);

                // A request written only in part cannot be followed by another.
                if (late.Exists(request => !request.AllPDUsSent.IsCompletedSuccessfully)) CanStillProcessPDataTF = false;
            }

            foreach (var request in late)
            {
                request.NotAllPDUsWereSentSuccessfully();
                Callback.Run(() => request.OnTimeout?.Invoke(request, new DicomRequest.OnTimeoutEventArgs(timeout)));
                OnRequestTimedOut(request, timeout);
            }
        }
    }

    private async Task WritePduAsync(byte[] pdu)
    {
        if (!IsConnected) throw new DicomNetworkException("The connection is closed");

        await _writeLock.WaitAsync().ConfigureAwait(false);
        try
        {
            var stream = _network.AsStream();
            await stream.WriteAsync(pdu).ConfigureAwait(false);
            await stream.FlushAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (ConnectionLostException.Matches(exception))
        {
            throw new ConnectionLostException(exception);
        }
        finally
        {
            ReleaseWriteLock();
        }
    }

    private void ReleaseWriteLock()
    {
        try
        {
            _writeLock.Release();
        }
        catch (ObjectDisposedException)
        {
            // Disposed while writing: nobody waits any more.
        }
    }
}
