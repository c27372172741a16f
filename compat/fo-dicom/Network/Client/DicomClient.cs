using System.Collections.Concurrent;
using System.Text;
using FellowOakDicom.Network.Client.EventArguments;
using FellowOakDicom.Network.Tls;
using Microsoft.Extensions.Logging;

namespace FellowOakDicom.Network.Client;

public class DicomClient : IDicomClient
{
    private readonly ConcurrentQueue<DicomRequest> _queue = new();
    private readonly SemaphoreSlim _added = new(0);
    private readonly DicomServiceDependencies _dependencies;
    private int _sending;
    private int _invoked = 1;
    private int _performed = 1;

    internal DicomClient(
        string host,
        int port,
        ITlsInitiator tlsInitiator,
        string callingAe,
        string calledAe,
        DicomClientOptions clientOptions,
        DicomServiceOptions serviceOptions,
        DicomServiceDependencies dependencies)
    {
        Host = host;
        Port = port;
        TlsInitiator = tlsInitiator;
        CallingAe = callingAe;
        CalledAe = calledAe;
        ClientOptions = clientOptions;
        ServiceOptions = serviceOptions;
        _dependencies = dependencies;
        Logger = dependencies.LoggerFactory.CreateLogger(Log.LogCategories.Network);
    }

    public event EventHandler<AssociationAcceptedEventArgs> AssociationAccepted;

    public event EventHandler<AssociationRejectedEventArgs> AssociationRejected;

    public event EventHandler AssociationReleased;

    public event EventHandler<AssociationRequestTimedOutEventArgs> AssociationRequestTimedOut;

    public event EventHandler<RequestTimedOutEventArgs> RequestTimedOut;

    public string Host { get; }

    public int Port { get; }

    public ITlsInitiator TlsInitiator { get; }

    public string CallingAe { get; }

    public string CalledAe { get; }

    public ILogger Logger { get; set; }

    public DicomServiceOptions ServiceOptions { get; set; }

    public DicomClientOptions ClientOptions { get; set; }

    public List<DicomPresentationContext> AdditionalPresentationContexts { get; set; } = [];

    public List<DicomExtendedNegotiation> AdditionalExtendedNegotiations { get; set; } = [];

    public bool RequireSuccessfulUserIdentityNegotiation { get; set; } = true;

    public DicomUserIdentityNegotiation UserIdentityNegotiation { get; set; }

    public Encoding FallbackEncoding { get; set; }

    public DicomClientCStoreRequestHandler OnCStoreRequest { get; set; }

    public DicomClientNEventReportRequestHandler OnNEventReportRequest { get; set; }

    public bool IsSendRequired => Volatile.Read(ref _sending) == 0 && !_queue.IsEmpty;

    public void NegotiateAsyncOps(int invoked = 0, int performed = 0) => (_invoked, _performed) = (invoked, performed);

    public void NegotiateUserIdentity(DicomUserIdentityNegotiation userIdentityNegotiation)
    {
        userIdentityNegotiation?.Validate();
        UserIdentityNegotiation = userIdentityNegotiation;
    }

    public Task AddRequestAsync(DicomRequest dicomRequest) => AddRequestsAsync([dicomRequest]);

    public Task AddRequestsAsync(IEnumerable<DicomRequest> dicomRequests)
    {
        foreach (var request in dicomRequests ?? [])
        {
            if (request is null) continue;
            _queue.Enqueue(request);
            _added.Release();
        }

        return Task.CompletedTask;
    }

    public async Task SendAsync(
        CancellationToken cancellationToken = default,
        DicomClientCancellationMode cancellationMode = DicomClientCancellationMode.ImmediatelyReleaseAssociation)
    {
        if (Interlocked.Exchange(ref _sending, 1) != 0) return;

        try
        {
            var timedOut = 0;
            var carriedOver = new Queue<DicomRequest>();
            while (!cancellationToken.IsCancellationRequested && (carriedOver.Count > 0 || !_queue.IsEmpty))
            {
                try
                {
                    await SendOverOneAssociationAsync(carriedOver, cancellationMode, cancellationToken).ConfigureAwait(false);
                    timedOut = 0;
                }
                catch (AssociationTimeoutException)
                {
                    timedOut++;
                    var (timeout, maximum) = (
                        ClientOptions.AssociationRequestTimeoutInMs, ClientOptions.MaximumNumberOfConsecutiveTimedOutAssociationRequests);
                    AssociationRequestTimedOut?.Invoke(this, new AssociationRequestTimedOutEventArgs(timeout, timedOut, maximum));
                    if (timedOut >= maximum) throw new DicomAssociationRequestTimedOutException(timeout, timedOut);
                }
                catch (Exception e) when (e is not (DicomAssociationRejectedException or OperationCanceledException))
                {
                    // The original calls a peer that is away an error in its log; who tests with the stand-in has to know.
                    Logger.LogError(e, "An error occurred while sending DICOM requests");
                    throw;
                }
            }
        }
        finally
        {
            Volatile.Write(ref _sending, 0);
        }
    }

    /// <param name="requests">What goes over this association; what could not go stays in it.</param>
    private async Task SendOverOneAssociationAsync(
        Queue<DicomRequest> requests, DicomClientCancellationMode cancellationMode, CancellationToken cancellationToken)
    {
        var budget = ClientOptions.MaximumNumberOfRequestsPerAssociation ?? int.MaxValue;
        TakeQueued(requests, budget);
        var association = Propose(requests);

        using var connection = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        var established = false;
        try
        {
            await AssociateAsync(connection, association, cancellationToken).ConfigureAwait(false);
            established = true;
            AssociationAccepted?.Invoke(this, new AssociationAcceptedEventArgs(association));
            await SendRequestsAsync(connection, requests, budget, cancellationToken).ConfigureAwait(false);
            await ReleaseAsync(connection).ConfigureAwait(false);
        }
        catch (DicomAssociationRejectedException exception)
        {
            AssociationRejected?.Invoke(this, new AssociationRejectedEventArgs(exception.RejectResult, exception.RejectSource, exception.RejectReason));
            throw;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Cancelling is an orderly end, in the way the caller chose.
            if (established && cancellationMode == DicomClientCancellationMode.ImmediatelyReleaseAssociation) await ReleaseAsync(connection).ConfigureAwait(false);
            else await AbortAsync(connection, established).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not AssociationTimeoutException)
        {
            Logger.LogDebug(exception, "Sending to {CalledAe} failed", CalledAe);
            await AbortAsync(connection, established).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<ClientConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var options = new NetworkStreamCreationOptions
        {
            Host = Host,
            Port = Port,
            TlsInitiator = TlsInitiator,
            NoDelay = ServiceOptions.TcpNoDelay,
            ReceiveBufferSize = ServiceOptions.TcpReceiveBufferSize,
            SendBufferSize = ServiceOptions.TcpSendBufferSize,
            Timeout = TimeSpan.FromMilliseconds(ClientOptions.AssociationRequestTimeoutInMs),
        };

        // Connecting blocks, as in the original; on a thread of the pool, so that the caller's is free.
        var stream = await Task.Run(() => _dependencies.NetworkManager.CreateNetworkStream(options), cancellationToken).ConfigureAwait(false);
        return new ClientConnection(stream, FallbackEncoding, Logger, _dependencies, OnCStoreRequest, OnNEventReportRequest) { Options = ServiceOptions };
    }

    private DicomAssociation Propose(IEnumerable<DicomRequest> requests)
    {
        var association = new DicomAssociation(CallingAe, CalledAe)
        {
            MaxAsyncOpsInvoked = _invoked,
            MaxAsyncOpsPerformed = _performed,
            RemoteHost = Host,
            RemotePort = Port,
            Options = ServiceOptions,
            UserIdentityNegotiation = UserIdentityNegotiation?.Clone(),
        };
        foreach (var request in requests)
        {
            association.PresentationContexts.AddFromRequest(request);
            association.ExtendedNegotiations.AddFromRequest(request);
        }

        foreach (var context in AdditionalPresentationContexts)
            association.PresentationContexts.Add(context.AbstractSyntax, context.UserRole, context.ProviderRole, [.. context.GetTransferSyntaxes()]);
        foreach (var negotiation in AdditionalExtendedNegotiations)
        {
            association.ExtendedNegotiations.AddOrUpdate(
                negotiation.SopClassUid, negotiation.RequestedApplicationInfo, negotiation.ServiceClassUid, [.. negotiation.RelatedGeneralSopClasses]);
        }

        return association;
    }

    private async Task AssociateAsync(ClientConnection connection, DicomAssociation association, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(ClientOptions.AssociationRequestTimeoutInMs);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await connection.AssociateAsync(association, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AssociationTimeoutException();
        }

        if (RequireSuccessfulUserIdentityNegotiation
            && association.UserIdentityNegotiation is { ServerResponse: null, PositiveResponseRequested: true } identity)
        {
            throw new DicomNetworkException(
                $"The peer did not confirm the {identity.UserIdentityType} identity");
        }
    }

    /// <summary>Keeps as many requests in flight as negotiated; takes new ones as they are added; lingers before it gives up the association.</summary>
    private async Task SendRequestsAsync(ClientConnection connection, Queue<DicomRequest> requests, int budget, CancellationToken cancellationToken)
    {
        var parallel = connection.Association.MaxAsyncOpsInvoked > 0 ? connection.Association.MaxAsyncOpsInvoked : int.MaxValue;
        var inFlight = new List<Task>();
        var count = requests.Count;
        while (connection.CanStillProcessPDataTF)
        {
            while (requests.Count > 0 && inFlight.Count < parallel && connection.CanStillProcessPDataTF)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var request = requests.Dequeue();
                var call = CallAsync(connection, request, cancellationToken);
                inFlight.Add(call);
                await Task.WhenAny(request.AllPDUsSent, call).ConfigureAwait(false);
            }

            if (inFlight.Count > 0)
            {
                var finished = await Task.WhenAny(inFlight).ConfigureAwait(false);
                inFlight.Remove(finished);
                await finished.ConfigureAwait(false);
            }
            else if (count >= budget || !await LingerAsync(connection, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            count += TakeQueued(requests, budget - count);
        }

        await Task.WhenAll(inFlight).ConfigureAwait(false);
    }

    private async Task CallAsync(ClientConnection connection, DicomRequest request, CancellationToken cancellationToken)
    {
        if (await connection.CallAsync(request, cancellationToken).ConfigureAwait(false)) return;
        RequestTimedOut?.Invoke(this, new RequestTimedOutEventArgs(request, ServiceOptions.RequestTimeout ?? TimeSpan.Zero));
    }

    /// <summary>Whether a request was added while waiting.</summary>
    private async Task<bool> LingerAsync(ClientConnection connection, CancellationToken cancellationToken)
    {
        if (!_queue.IsEmpty) return true;
        if (ClientOptions.AssociationLingerTimeoutInMs <= 0 || !connection.IsConnected) return false;

        // Signals of requests that were taken already are left over: only a filled queue counts.
        while (await _added.WaitAsync(ClientOptions.AssociationLingerTimeoutInMs, cancellationToken).ConfigureAwait(false))
        {
            if (!_queue.IsEmpty) return true;
        }

        return false;
    }

    private int TakeQueued(Queue<DicomRequest> requests, int budget)
    {
        var taken = 0;
        while (taken < budget && requests.Count < budget && _queue.TryDequeue(out var request))
        {
            requests.Enqueue(request);
            taken++;
        }

        return taken;
    }

    private async Task ReleaseAsync(ClientConnection connection)
    {
        using var timeout = new CancellationTokenSource(ClientOptions.AssociationReleaseTimeoutInMs);
        try
        {
            await connection.ReleaseAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // A peer that does not answer the release loses the connection.
        }

        AssociationReleased?.Invoke(this, EventArgs.Empty);
    }

    private async Task AbortAsync(ClientConnection connection, bool established)
    {
        try
        {
            await connection.AbortAsync().ConfigureAwait(false);
        }
        catch (DicomNetworkException)
        {
            // The connection is gone: nothing is left to abort.
        }

        if (established) AssociationReleased?.Invoke(this, EventArgs.Empty);
    }

    private sealed class AssociationTimeoutException : Exception;
}
