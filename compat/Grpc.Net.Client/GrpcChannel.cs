using System.Collections.Concurrent;
using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Client.Internal;
using Grpc.Net.Compression;
using Grpc.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grpc.Net.Client;

/// <summary>
/// Calls to one address over HTTP/2. Long-lived and shared: connections are dialled by the first call and again after a loss.
/// Disposing it cancels the calls under way.
/// </summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private static readonly ICompressionProvider[] DefaultCompression =
        [new GzipCompressionProvider(CompressionLevel.Fastest), new DeflateCompressionProvider(CompressionLevel.Fastest)];

    private readonly ConcurrentDictionary<IDisposable, byte> _activeCalls = new();
    private readonly HttpMessageInvoker _http;
    private readonly ReconnectGate? _gate;
    private readonly bool _disposeHttp;
    private volatile bool _disposed;

    private GrpcChannel(Uri address, GrpcChannelOptions options) : base(address.Authority)
    {
        if (string.IsNullOrEmpty(address.Host))
            throw new ArgumentException(
                $"Address '{address.OriginalString}' doesn't have a host. Address should include a scheme, host, and optional port. For example, 'https://localhost:5001'.");
        Address = address;
        Options = options;
        Security = ChannelSecurity.Resolve(address, options);
        Logger = (options.LoggerFactory ?? options.ServiceProvider?.GetService(typeof(ILoggerFactory)) as ILoggerFactory ?? NullLoggerFactory.Instance)
            .CreateLogger("Grpc.Net.Client.Internal.GrpcCall");

        var handler = options.HttpHandler ?? (options.HttpClient is null ? new SocketsHttpHandler { EnableMultipleHttp2Connections = true } : null);
        _http = options.HttpClient ?? new HttpMessageInvoker(handler!, disposeHandler: true);
        _disposeHttp = options.DisposeHttpClient || (options.HttpClient is null && options.HttpHandler is null);
        if (ReconnectGate.Applies(handler))
            _gate = new ReconnectGate(options.InitialReconnectBackoff, options.MaxReconnectBackoff);

        var providers = new Dictionary<string, ICompressionProvider>(StringComparer.Ordinal);
        foreach (var provider in options.CompressionProviders ?? DefaultCompression)
            providers.TryAdd(provider.EncodingName, provider);
        CompressionProviders = providers;
        AcceptEncoding = string.Join(',', providers.Keys.Prepend(GrpcWire.Identity));
    }

    internal Uri Address { get; }

    internal GrpcChannelOptions Options { get; }

    internal ChannelSecurity Security { get; }

    internal ILogger Logger { get; }

    internal GrpcClock Clock { get; set; } = GrpcClock.System;

    internal IReadOnlyDictionary<string, ICompressionProvider> CompressionProviders { get; }

    internal string AcceptEncoding { get; }

    public static GrpcChannel ForAddress(string address) => ForAddress(address, new GrpcChannelOptions());

    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions) => ForAddress(new Uri(address), channelOptions);

    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    /// <exception cref="ArgumentException">Both a client and a handler were given, or the address has no host.</exception>
    /// <exception cref="InvalidOperationException">The credentials do not fit the address.</exception>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        if (channelOptions is { HttpClient: not null, HttpHandler: not null })
            throw new ArgumentException("HttpClient and HttpHandler have been configured. Only one HTTP caller can be specified.");
        return new GrpcChannel(address, channelOptions);
    }

    public override CallInvoker CreateCallInvoker()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new HttpCallInvoker(this);
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (var call in _activeCalls.Keys)
            call.Dispose();
        if (_disposeHttp)
            _http.Dispose();
    }

    internal void Register(IDisposable call)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _activeCalls.TryAdd(call, 0);
    }

    internal void Forget(IDisposable call) => _activeCalls.TryRemove(call, out _);

    internal async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _gate?.DemandOpen(Clock.UtcNow);
        try
        {
            var response = _http is HttpClient client
                ? await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false)
                : await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            _gate?.Connected();
            return response;
        }
        catch (HttpRequestException failure) when (_gate is not null && ReconnectGate.IsConnectFailure(failure))
        {
            throw _gate.Refuse(failure, Clock.UtcNow);
        }
    }
}
