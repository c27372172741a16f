using System.IO.Pipelines;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Microsoft.AspNetCore.Http.Connections.Client;

/// <summary>One connection to a SignalR end point: negotiate, then a WebSocket behind a pair of pipes. Not restartable.</summary>
public class HttpConnection : ConnectionContext
{
    private readonly HttpConnectionOptions options;
    private readonly ILogger logger;
    private IDuplexPipe? transport;
    private WebSocketPump? pump;
    private bool started;
    private bool disposed;

    public HttpConnection(Uri url)
        : this(new HttpConnectionOptions { Url = url }, null)
    {
    }

    public HttpConnection(HttpConnectionOptions httpConnectionOptions, ILoggerFactory? loggerFactory)
    {
        ArgumentNullException.ThrowIfNull(httpConnectionOptions);
        if (httpConnectionOptions.Url is null) throw new ArgumentException("Options do not have a URL.", nameof(httpConnectionOptions));
        options = httpConnectionOptions;
        logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<HttpConnection>();
    }

    /// <summary>The id the server gave; null when negotiation was skipped, which the base class's annotation does not foresee.</summary>
#pragma warning disable CS8764
    public override string? ConnectionId { get; set; }
#pragma warning restore CS8764

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();

    public override IDuplexPipe Transport
    {
        get => transport ?? throw new InvalidOperationException("The connection has not been started.");
        set => throw new NotSupportedException("The transport is made by StartAsync.");
    }

    public Task StartAsync(CancellationToken cancellationToken = default) => StartAsync(options.DefaultTransferFormat, cancellationToken);

    /// <summary>Negotiates and opens the socket.</summary>
    public async Task StartAsync(TransferFormat transferFormat, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (started) throw new InvalidOperationException("The connection was started before.");
        started = true;

        var (uri, token) = await LocateAsync(cancellationToken);
        var socket = await OpenAsync(uri, token, cancellationToken);
        pump = new WebSocketPump(socket, transferFormat, options, logger);
        transport = pump.Application;
        pump.Start();
    }

    /// <summary>Says goodbye to the server (within the close time-out) and lets the socket go.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (disposed) return;
        disposed = true;
        if (pump is not null) await pump.StopAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task<(Uri Uri, string? Token)> LocateAsync(CancellationToken cancellation)
    {
        var allowed = options.Transports.HasFlag(HttpTransportType.WebSockets);
        if (options.SkipNegotiation)
        {
            if (options.Transports != HttpTransportType.WebSockets)
            {
                throw new InvalidOperationException("Negotiation can only be skipped when WebSockets is the only transport.");
            }

            return (options.Url!, await AccessTokenAsync());
        }

        if (!allowed) throw new NoTransportSupportedException("None of the wanted transports is implemented here: WebSockets is.");
        var found = await new Negotiation(options).RunAsync(options.Url!, cancellation);
        ConnectionId = found.ConnectionId;
        return (found.Uri, found.AccessToken ?? await AccessTokenAsync());
    }

    private async Task<WebSocket> OpenAsync(Uri uri, string? token, CancellationToken cancellation)
    {
        var target = new UriBuilder(uri) { Scheme = uri.Scheme is "https" or "wss" ? "wss" : "ws" }.Uri;
        if (options.WebSocketFactory is { } factory)
        {
            return await factory(new WebSocketConnectionContext(target, options), cancellation);
        }

        var socket = new ClientWebSocket();
        try
        {
            var settings = socket.Options;
            foreach (var (name, value) in options.Headers) settings.SetRequestHeader(name, value);
            if (token is { Length: > 0 }) settings.SetRequestHeader("Authorization", "Bearer " + token);
            settings.SetRequestHeader("X-Requested-With", "XMLHttpRequest");
            settings.Cookies = options.Cookies;
            if (options.ClientCertificates is { Count: > 0 } certificates) settings.ClientCertificates.AddRange(certificates);
            if (options.Credentials is not null) settings.Credentials = options.Credentials;
            if (options.Proxy is not null) settings.Proxy = options.Proxy;
            if (options.UseDefaultCredentials is { } useDefault) settings.UseDefaultCredentials = useDefault;
            options.WebSocketConfiguration?.Invoke(settings);
            await socket.ConnectAsync(target, cancellation);
            return socket;
        }
        catch (WebSocketException failure)
        {
            socket.Dispose();
            throw new TransportFailedException(nameof(HttpTransportType.WebSockets), failure.Message, failure);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<string?> AccessTokenAsync() => options.AccessTokenProvider is { } provider ? await provider() : null;
}
