using Grpc.Core;
using Grpc.Net.Compression;
using Grpc.Wire;
using Microsoft.Extensions.Logging;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// One call from its request to its status. The status is set once, by whichever comes first: the server's, a cancellation, the deadline,
/// a failure of the line. Everything that waits on the call is released by it.
/// </summary>
internal sealed class ClientCall<TRequest, TResponse> : IDisposable
    where TRequest : class
    where TResponse : class
{
    private readonly GrpcChannel _channel;
    private readonly Method<TRequest, TResponse> _method;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly TaskCompletionSource<Status> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<HttpResponseMessage> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<HttpResponseMessage> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<TResponse>? _response;
    private readonly ResponseMessages<TResponse> _messages;
    private readonly RequestWriter<TRequest, TResponse>? _writer;
    private readonly ResponseReader<TRequest, TResponse>? _reader;
    private readonly ClientDeadline _deadline;
    private readonly string _requestEncoding;
    private HttpResponseMessage? _http;
    private Metadata? _trailers;
    private CancellationTokenRegistration _callersToken;
    private Task<Metadata>? _headersTask;
    private volatile bool _disposed;
    private volatile bool _responseFinished;

    /// <exception cref="InvalidOperationException">The deadline is not in UTC.</exception>
    /// <exception cref="NotSupportedException">Wait-for-ready, which this stand-in lacks.</exception>
    public ClientCall(GrpcChannel channel, Method<TRequest, TResponse> method, CallOptions options)
    {
        if (options.IsWaitForReady)
            throw new NotSupportedException("Wait-for-ready is not offered by this build's gRPC channel.");
        _channel = channel;
        _method = method;
        Options = options;
        _deadline = new ClientDeadline(channel, options.Deadline, OnDeadline);
        _messages = new ResponseMessages<TResponse>(channel, method.ResponseMarshaller.ContextualDeserializer);
        _requestEncoding = options.Headers?.GetValue(GrpcWire.CompressionRequest) ?? options.Headers?.GetValue(GrpcWire.Encoding) ?? GrpcWire.Identity;
        if (method.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming)
            _writer = new RequestWriter<TRequest, TResponse>(this);
        if (method.Type is MethodType.ServerStreaming or MethodType.DuplexStreaming)
            _reader = new ResponseReader<TRequest, TResponse>(this, _messages);
        else
            _response = new TaskCompletionSource<TResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        channel.Register(this);
    }

    public CallOptions Options { get; }

    public ILogger Logger => _channel.Logger;

    public CancellationToken Token => _cancellation.Token;

    public Task<Status> Ended => _ended.Task;

    /// <summary>The response once its messages can be read; cancelled when the call ends before.</summary>
    public Task<HttpResponseMessage> ResponseStarted => _started.Task;

    public bool IsResponseFinished => _responseFinished;

    public bool ThrowsOperationCanceled => _channel.Options.ThrowOperationCanceledOnCancellation;

    public Task<TResponse> ResponseAsync => _response!.Task;

    public RequestWriter<TRequest, TResponse> Writer => _writer!;

    public ResponseReader<TRequest, TResponse> Reader => _reader!;

    public void Start(TRequest request) => _ = RunAsync(new RequestContent(stream => WriteFrameAsync(stream, request, Options.WriteOptions)));

    public void Start() => _ = RunAsync(new RequestContent(_writer!.PushAsync));

    public Task<Metadata> GetHeadersAsync()
    {
        var task = _headersTask ??= ReadHeadersAsync();
        Observe(task);
        return task;
    }

    public Status GetStatus() => _ended.Task.IsCompletedSuccessfully
        ? _ended.Task.GetAwaiter().GetResult()
        : throw new InvalidOperationException("Unable to get the status because the call is not complete.");

    public Metadata GetTrailers() => FindTrailers()
        ?? throw new InvalidOperationException("Can't get the call trailers because the call has not completed successfully.");

    public void Dispose()
    {
        _disposed = true;
        Cleanup(new Status(StatusCode.Cancelled, "gRPC call disposed."));
        if (_response is not null)
            Observe(_response.Task);
    }

    public void DemandNotDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);

    public async Task WriteFrameAsync(Stream stream, TRequest message, WriteOptions? writeOptions)
    {
        try
        {
            using var buffer = new PooledBufferWriter();
            var compression = FindCompression(writeOptions);
            new MessageFrameWriter().Write(message, _method.RequestMarshaller.ContextualSerializer, buffer, _channel.Options.MaxSendMessageSize, compression, level: null);
            await stream.WriteAsync(buffer.WrittenMemory, Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            ClientLog.SendFailed(Logger, failure);
            throw;
        }
    }

    /// <summary>Cancels the call when a read's or write's own token fires.</summary>
    public CancellationTokenRegistration CancelWith(CancellationToken cancellationToken) =>
        cancellationToken == Options.CancellationToken
            ? default
            : cancellationToken.UnsafeRegister(
                static (state, token) => ((ClientCall<TRequest, TResponse>)state!).CancelByCaller(token), this);

    /// <summary>The messages have ended: the trailers hold the status.</summary>
    public Status EndResponse()
    {
        var status = ResponseStatus.OfTrailers(_http!);
        _responseFinished = true;
        _ended.TrySetResult(status);
        return status;
    }

    public void End(Status status) => _ended.TrySetResult(status);

    public RpcException StatusRpcException(Status status) => new(status, FindTrailersSafely() ?? Metadata.Empty);

    /// <summary>What a status that is not OK throws.</summary>
    public Exception StatusException(Status status) =>
        ThrowsOperationCanceled && status.StatusCode is StatusCode.DeadlineExceeded or StatusCode.Cancelled
            ? new StatusCanceledException()
            : StatusRpcException(status);

    /// <summary>What a write or read cut short throws: the call's status where there is one.</summary>
    public RpcException CanceledException(Exception? canceled = null) =>
        StatusRpcException(_ended.Task.IsCompletedSuccessfully ? GetStatus() : new Status(StatusCode.Cancelled, "", canceled));

    /// <summary>What a write or read throws that comes after the end.</summary>
    public Exception EndedException(CancellationToken cancellationToken)
    {
        var token = CanceledToken(cancellationToken);
        var canceled = !_ended.Task.IsCompletedSuccessfully || GetStatus().StatusCode is StatusCode.Cancelled or StatusCode.DeadlineExceeded;
        return ThrowsOperationCanceled && canceled && token.IsCancellationRequested
            ? new TaskCanceledException("A task was canceled.", null, token)
            : CanceledException(new OperationCanceledException(Token));
    }

    /// <summary>Makes a cancellation name the token that the caller knows.</summary>
    public OperationCanceledException WithCallersToken(OperationCanceledException canceled, CancellationToken cancellationToken)
    {
        var token = CanceledToken(cancellationToken);
        return token == Token ? canceled : new OperationCanceledException(canceled.Message, canceled, token);
    }

    /// <summary>The status that a failure gives the call, and the exception to throw for it.</summary>
    public (Status Status, Exception Exception) Resolve(string summary, Exception failure)
    {
        switch (failure)
        {
            case OperationCanceledException canceled:
                var reported = WithCallersToken(canceled, CancellationToken.None);
                var ended = _ended.Task.IsCompletedSuccessfully ? GetStatus() : new Status(StatusCode.Cancelled, "", reported);
                return (ended, ThrowsOperationCanceled ? reported : StatusRpcException(ended));
            case RpcException rpc:
                return (rpc.Status, FindTrailersSafely() is { } trailers && !ReferenceEquals(trailers, rpc.Trailers) ? new RpcException(rpc.Status, trailers) : rpc);
            default:
                var status = FailureStatus.Of(summary, failure);

                // A server resets the stream when the deadline passes there first.
                if (status.StatusCode == StatusCode.Cancelled && _deadline.HasPassed)
                    status = new Status(StatusCode.DeadlineExceeded, status.Detail, status.DebugException);
                return (status, StatusRpcException(status));
        }
    }

    private async Task RunAsync(RequestContent content)
    {
        Status status;
        try
        {
            var request = CreateRequest(content);
            ClientLog.Starting(Logger, _method.Type, request.RequestUri!);
            _deadline.Start();
            _callersToken = Options.CancellationToken.UnsafeRegister(
                static (state, token) => ((ClientCall<TRequest, TResponse>)state!).CancelByCaller(token), this);
            await AddCredentialsAsync(request).ConfigureAwait(false);
            Token.ThrowIfCancellationRequested();

            _http = await _channel.SendAsync(request, Token).ConfigureAwait(false);
            _headers.TrySetResult(_http);
            status = await ReceiveAsync(_http).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            (status, var exception) = Resolve("Error starting gRPC call.", failure);
            _headers.TrySetException(exception);
            Observe(_headers.Task);
            Cleanup(status);
            _response?.TrySetException(exception);
            if (_response is not null && status.StatusCode is StatusCode.Cancelled or StatusCode.DeadlineExceeded)
                Observe(_response!.Task);
        }

        if (status.StatusCode == StatusCode.OK)
            return;
        if (status.StatusCode == StatusCode.DeadlineExceeded && _deadline.HasPassed)
            ClientLog.DeadlineExceeded(Logger);
        ClientLog.Failed(Logger, status.StatusCode, status.Detail, status.DebugException);
    }

    private async Task<Status> ReceiveAsync(HttpResponseMessage http)
    {
        if (ResponseStatus.OfHeaders(http) is { } early)
        {
            _trailers = ResponseStatus.ToMetadata(http.Headers);
            if (_response is not null && early.StatusCode == StatusCode.OK)
                early = new Status(StatusCode.Internal, "Failed to deserialize response message. The response header contains a gRPC status of OK, which means any message returned to the client for this call should be ignored. A unary or client streaming gRPC call must have a response message, which makes this response invalid.");
            FinishResponse(early);
            Fail(early);
            return early;
        }

        if (_response is null)
        {
            _started.TrySetResult(http);
            var end = await _ended.Task.ConfigureAwait(false);
            Cleanup(end);
            return end;
        }

        var body = await http.Content.ReadAsStreamAsync(Token).ConfigureAwait(false);
        TResponse? message;
        try
        {
            message = await _messages.ReadSingleAsync(body, ResponseStatus.Encoding(http), Token).ConfigureAwait(false);
        }
        catch (ObjectDisposedException) when (Token.IsCancellationRequested)
        {
            throw new OperationCanceledException(Token);
        }

        var status = ResponseStatus.OfTrailers(http);
        if (message is null && status.StatusCode == StatusCode.OK)
            status = new Status(StatusCode.Internal, "Failed to deserialize response message.");
        FinishResponse(status);
        if (status.StatusCode == StatusCode.OK)
            _response.TrySetResult(message!);
        else
            Fail(status);
        return status;
    }

    private void Fail(Status status)
    {
        if (ThrowsOperationCanceled && status.StatusCode == StatusCode.DeadlineExceeded)
            _response?.TrySetCanceled();
        else
            _response?.TrySetException(StatusRpcException(status));
    }

    private HttpRequestMessage CreateRequest(RequestContent content)
    {
        var scheme = _channel.Security.IsSecure ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{scheme}://{_channel.Address.Authority}{_method.FullName}"))
        {
            Version = _channel.Options.HttpVersion ?? System.Net.HttpVersion.Version20,
            VersionPolicy = _channel.Options.HttpVersionPolicy ?? HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        var headers = request.Headers;
        headers.TryAddWithoutValidation("User-Agent", $"grpc-dotnet-compat/2.85.0 (.NET {Environment.Version})");
        headers.TryAddWithoutValidation("TE", "trailers");
        headers.TryAddWithoutValidation(GrpcWire.AcceptEncoding, _channel.AcceptEncoding);
        foreach (var entry in Options.Headers ?? Metadata.Empty)
        {
            if (entry.Key == GrpcWire.CompressionRequest)
                headers.TryAddWithoutValidation(GrpcWire.Encoding, entry.Value);
            else if (entry.Key != GrpcWire.Timeout)
                headers.TryAddWithoutValidation(entry.Key, HeaderText.ToHeaderValue(entry));
        }

        if (_deadline.Remaining is { } remaining)
            headers.TryAddWithoutValidation(GrpcWire.Timeout, TimeoutHeader.Encode(remaining));
        return request;
    }

    private async Task AddCredentialsAsync(HttpRequestMessage request)
    {
        var channelCredentials = _channel.Security.CallCredentials;
        if (Options.Credentials is null && channelCredentials.Count == 0)
            return;
        if (!_channel.Security.IsSecure && !_channel.Options.UnsafeUseInsecureChannelCallCredentials)
        {
            ClientLog.CredentialsNotUsed(Logger);
            return;
        }

        var service = new Uri(_channel.Address, _method.ServiceName).AbsoluteUri;
        var context = new AuthInterceptorContext(service, _method.Name, Token);
        if (Options.Credentials is not null)
            await ChannelSecurity.ApplyAsync(Options.Credentials, context, request).ConfigureAwait(false);
        foreach (var credentials in channelCredentials)
            await ChannelSecurity.ApplyAsync(credentials, context, request).ConfigureAwait(false);
    }

    private ICompressionProvider? FindCompression(WriteOptions? writeOptions)
    {
        if (_requestEncoding == GrpcWire.Identity || (writeOptions?.Flags & WriteFlags.NoCompress) is not null and not 0)
            return null;
        return _channel.CompressionProviders.TryGetValue(_requestEncoding, out var provider)
            ? provider
            : throw new InvalidOperationException($"Could not find compression provider for '{_requestEncoding}'.");
    }

    private async Task<Metadata> ReadHeadersAsync()
    {
        try
        {
            return ResponseStatus.ToMetadata((await _headers.Task.ConfigureAwait(false)).Headers);
        }
        catch
        {
            // Whoever waits for the headers learns of the failure here.
            if (_response is not null)
                Observe(_response.Task);
            throw;
        }
    }

    private Metadata? FindTrailers()
    {
        if (_trailers is null && _responseFinished)
            _trailers = ResponseStatus.ToMetadata(_http!.TrailingHeaders);
        return _trailers;
    }

    private Metadata? FindTrailersSafely()
    {
        try
        {
            return FindTrailers();
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private CancellationToken CanceledToken(CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? cancellationToken
        : Options.CancellationToken.IsCancellationRequested ? Options.CancellationToken
        : Token;

    private void CancelByCaller(CancellationToken cancellationToken) =>
        Cancel(new Status(StatusCode.Cancelled, "Call canceled by the client.", new OperationCanceledException(cancellationToken)));

    private void OnDeadline()
    {
        if (!_responseFinished)
            Cancel(new Status(StatusCode.DeadlineExceeded, ""));
    }

    private void FinishResponse(Status status)
    {
        _responseFinished = true;
        Cleanup(status);
    }

    private void Cancel(Status status)
    {
        _ended.TrySetResult(status);
        if (_cancellation.IsCancellationRequested)
            return;
        _cancellation.Cancel();
        _http?.Dispose();
        ReleaseWaiting();
    }

    private void Cleanup(Status status)
    {
        if (_responseFinished)
        {
            _ended.TrySetResult(status);
            ReleaseWaiting();
        }
        else
        {
            Cancel(status);
        }

        _channel.Forget(this);
        _callersToken.Unregister();
        _deadline.Dispose();
        _http?.Dispose();
    }

    private void ReleaseWaiting()
    {
        _writer?.Stop();
        _started.TrySetCanceled();
    }

    /// <summary>Keeps a failure that nobody may ever look at from being reported as unobserved.</summary>
    private static void Observe(Task task) =>
        task.ContinueWith(static done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}

/// <summary>The cancellation that stands for a status of the server's, when the channel throws cancellations instead of statuses.</summary>
internal sealed class StatusCanceledException : OperationCanceledException;
