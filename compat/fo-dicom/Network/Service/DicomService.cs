using System.Text;
using FellowOakDicom.IO;
using FellowOakDicom.Imaging.Codec;
using Microsoft.Extensions.Logging;

namespace FellowOakDicom.Network;

/// <summary>
/// One connection with the upper layer protocol of PS3.8 and the message exchange of PS3.7 on it. One loop reads; messages are
/// handled one after the other, so a slow handler slows its peer down and nobody else.
/// </summary>
public abstract partial class DicomService : IDicomServiceRunner, IDisposable
{
    protected readonly TaskCompletionSource<bool> _isDisconnectedFlag = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Where the bytes of the message being received go; set by <see cref="CreateCStoreReceiveStream"/> for C-STORE data sets.</summary>
    protected Stream _dimseStream;

    protected IFileReference _dimseStreamFile;

    private readonly INetworkStream _network;
    private readonly Encoding _fallbackEncoding;
    private readonly ILoggerFactory _loggerFactory;
    private readonly ITranscoderManager _transcoderManager;
    private readonly object _lock = new();
    private int _closing;
    private int _disposed;
    private int _started;

    protected DicomService(INetworkStream stream, Encoding fallbackEncoding, ILogger logger, DicomServiceDependencies dependencies)
    {
        _network = stream;
        _fallbackEncoding = fallbackEncoding;
        Logger = logger ?? throw new ArgumentNullException(nameof(logger));
        _loggerFactory = dependencies.LoggerFactory;
        _transcoderManager = dependencies.TranscoderManager;
    }

    public ILogger Logger { get; set; }

    public DicomServiceOptions Options { get; set; } = new();

    public object UserState { get; set; }

    public DicomAssociation Association { get; internal set; }

    public bool IsConnected => !_isDisconnectedFlag.Task.IsCompleted;

    public bool IsSendQueueEmpty
    {
        get
        {
            lock (_lock) return _queue.Count == 0 && _pending.Count == 0;
        }
    }

    public bool IsSendNextMessageRequired
    {
        get
        {
            lock (_lock) return _queue.Count > 0 && !_sending;
        }
    }

    /// <summary>False once a message could be written only in part.</summary>
    public bool CanStillProcessPDataTF { get; private set; } = true;

    private string LogId { get; set; }

    /// <summary>Serves the connection until it ends. Never throws for what the peer does.</summary>
    public virtual Task RunAsync() => Interlocked.Exchange(ref _started, 1) == 0 ? Task.Run(ReceiveAsync) : Task.CompletedTask;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0 || !disposing) return;

        _isDisconnectedFlag.TrySetResult(true);
        _dimseStream?.Dispose();
        _network?.Dispose();
        _writeLock.Dispose();
    }

    /// <summary>
    /// Called with the first bytes of a C-STORE data set. Sets <see cref="_dimseStream"/>, to which the bytes of the data set go as they
    /// came, in the accepted transfer syntax, without preamble and meta information; <paramref name="file"/> has the meta information
    /// for them. The default is a temporary file that begins with preamble and meta information.
    /// </summary>
    protected virtual void CreateCStoreReceiveStream(DicomFile file)
    {
        _dimseStreamFile = new FileReference(Path.GetTempFileName()) { IsTempFile = true };
        _dimseStream = _dimseStreamFile.Open();
        file.Save(_dimseStream);
        _dimseStream.Seek(0, SeekOrigin.End);
    }

    /// <summary>Called when the data set is complete. What it returns becomes the request's file; null is allowed.</summary>
    protected virtual DicomFile GetCStoreDicomFile()
    {
        var fallback = _fallbackEncoding ?? DicomEncoding.Default;
        if (_dimseStreamFile is { } temporary)
        {
            _dimseStream?.Dispose();

            // Read whole and deleted at once: nothing of a patient stays behind when the handler forgets it.
            var file = DicomFile.Open(temporary.Name, fallback, readOption: FileReadOption.ReadAll);
            temporary.Delete();
            return file;
        }

        if (_dimseStream is not { CanSeek: true }) return null;
        _dimseStream.Seek(0, SeekOrigin.Begin);
        return DicomFile.Open(_dimseStream, fallback);
    }

    protected virtual Task OnSendQueueEmptyAsync() => Task.CompletedTask;

    protected Task SendAssociationRequestAsync(DicomAssociation association)
    {
        ThrowIfDisposed();
        LogId = association.CalledAE;
        Association = association;
        association.Options ??= Options;
        Log.AssociationRequestSent(Logger, LogId, association.PresentationContexts.Count);
        return WritePduAsync(AssociatePdu.Request(association));
    }

    protected Task SendAssociationAcceptAsync(DicomAssociation association)
    {
        ThrowIfDisposed();
        Association = association;
        association.Options ??= Options;
        foreach (var context in association.PresentationContexts)
        {
            if (context.Result == DicomPresentationContextResult.Proposed) context.SetResult(DicomPresentationContextResult.RejectNoReason);
        }

        _established = true;
        Log.AssociationAccepted(Logger, LogId, association.PresentationContexts.Count);
        return WritePduAsync(AssociatePdu.Accept(association));
    }

    protected Task SendAssociationRejectAsync(DicomRejectResult result, DicomRejectSource source, DicomRejectReason reason)
    {
        ThrowIfDisposed();
        Log.AssociationRejected(Logger, LogId, result, source, reason);
        return WritePduAsync(ShortPdu(RawPduType.A_ASSOCIATE_RJ, (byte)result, (byte)source, (byte)((int)reason & 0xf)));
    }

    protected Task SendAssociationReleaseRequestAsync()
    {
        ThrowIfDisposed();
        return WritePduAsync(ShortPdu(RawPduType.A_RELEASE_RQ, 0, 0, 0));
    }

    protected Task SendAssociationReleaseResponseAsync()
    {
        ThrowIfDisposed();
        return WritePduAsync(ShortPdu(RawPduType.A_RELEASE_RP, 0, 0, 0));
    }

    protected Task SendAbortAsync(DicomAbortSource source, DicomAbortReason reason)
    {
        ThrowIfDisposed();
        Log.AbortSent(Logger, LogId, source, reason);
        return WritePduAsync(ShortPdu(RawPduType.A_ABORT, 0, (byte)source, (byte)reason));
    }

    private protected virtual Task OnAssociationAcceptedAsync(DicomAssociation association) =>
        throw new DicomProtocolException(DicomAbortReason.UnexpectedPDU, "A-ASSOCIATE-AC received by an acceptor");

    private protected virtual Task OnAssociationRejectedAsync(DicomRejectResult result, DicomRejectSource source, DicomRejectReason reason) =>
        throw new DicomProtocolException(DicomAbortReason.UnexpectedPDU, "A-ASSOCIATE-RJ received by an acceptor");

    private protected virtual Task OnReleaseResponseAsync() =>
        throw new DicomProtocolException(DicomAbortReason.UnexpectedPDU, "A-RELEASE-RP received by an acceptor");

    private protected virtual void OnAborted(DicomAbortSource source, DicomAbortReason reason) =>
        (this as IDicomService)?.OnReceiveAbort(source, reason);

    private protected virtual void OnClosed(Exception exception) => (this as IDicomService)?.OnConnectionClosed(exception);

    private protected virtual Task<DicomCStoreResponse> OnStoreAsync(DicomCStoreRequest request) => this is IDicomCStoreProvider provider
        ? provider.OnCStoreRequestAsync(request)
        : throw new DicomNetworkException("This service takes no objects");

    /// <summary>Null: this service does not serve the request.</summary>
    private protected virtual async Task<DicomResponse> AnswerNormalizedAsync(DicomRequest request)
    {
        if (this is not IDicomNServiceProvider provider) return null;
        return request switch
        {
            DicomNActionRequest action => await provider.OnNActionRequestAsync(action).ConfigureAwait(false),
            DicomNCreateRequest create => await provider.OnNCreateRequestAsync(create).ConfigureAwait(false),
            DicomNDeleteRequest delete => await provider.OnNDeleteRequestAsync(delete).ConfigureAwait(false),
            DicomNEventReportRequest report => await provider.OnNEventReportRequestAsync(report).ConfigureAwait(false),
            DicomNGetRequest get => await provider.OnNGetRequestAsync(get).ConfigureAwait(false),
            DicomNSetRequest set => await provider.OnNSetRequestAsync(set).ConfigureAwait(false),
            _ => null,
        };
    }

    private protected virtual void OnRequestCompleted(DicomRequest request, DicomResponse response)
    {
    }

    private protected virtual void OnRequestTimedOut(DicomRequest request, TimeSpan timeout)
    {
    }

    private static byte[] ShortPdu(RawPduType type, byte second, byte third, byte fourth) => [(byte)type, 0, 0, 0, 0, 4, 0, second, third, fourth];

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);

    /// <summary>Ends the connection once: everything waiting is told, then the service.</summary>
    private void Close(Exception exception)
    {
        if (Interlocked.Exchange(ref _closing, 1) != 0) return;

        lock (_lock)
        {
            foreach (var message in _queue) message.NotAllPDUsWereSentSuccessfully();
            foreach (var request in _pending) request.NotAllPDUsWereSentSuccessfully();
            _queue.Clear();
            _pending.Clear();
        }

        try
        {
            OnClosed(exception);
        }
        catch (Exception failure)
        {
            Logger.LogError(failure, "OnConnectionClosed failed");
        }

        _isDisconnectedFlag.TrySetResult(true);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{LogId} <- association request with {Contexts} presentation contexts for {CalledAe}")]
        public static partial void AssociationRequested(ILogger logger, string logId, string calledAe, int contexts);

        [LoggerMessage(2, LogLevel.Information, "{LogId} -> association accept for {Contexts} presentation contexts")]
        public static partial void AssociationAccepted(ILogger logger, string logId, int contexts);

        [LoggerMessage(3, LogLevel.Information, "{LogId} -> association reject [result: {Result}; source: {Source}; reason: {Reason}]")]
        public static partial void AssociationRejected(
            ILogger logger, string logId, DicomRejectResult result, DicomRejectSource source, DicomRejectReason reason);

        [LoggerMessage(4, LogLevel.Information, "{LogId} -> abort [source: {Source}; reason: {Reason}]")]
        public static partial void AbortSent(ILogger logger, string logId, DicomAbortSource source, DicomAbortReason reason);

        [LoggerMessage(5, LogLevel.Information, "{LogId} <- abort [source: {Source}; reason: {Reason}]")]
        public static partial void AbortReceived(ILogger logger, string logId, DicomAbortSource source, DicomAbortReason reason);

        [LoggerMessage(6, LogLevel.Information, "{LogId} -> association request with {Contexts} presentation contexts")]
        public static partial void AssociationRequestSent(ILogger logger, string logId, int contexts);

        [LoggerMessage(7, LogLevel.Debug, "{LogId} {Direction} {Message}")]
        public static partial void Message(ILogger logger, string logId, string direction, string message);

        [LoggerMessage(8, LogLevel.Error, "{LogId} broke the protocol ({Reason}): {Problem}")]
        public static partial void ProtocolBroken(ILogger logger, string logId, DicomAbortReason reason, string problem);

        [LoggerMessage(9, LogLevel.Debug, "{LogId} connection lost: {Problem}")]
        public static partial void ConnectionLost(ILogger logger, string logId, string problem);

        [LoggerMessage(10, LogLevel.Error, "{LogId} handler failed, the association is aborted")]
        public static partial void HandlerFailed(ILogger logger, Exception exception, string logId);
    }
}
