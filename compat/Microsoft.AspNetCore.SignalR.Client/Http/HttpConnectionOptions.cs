using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;

namespace Microsoft.AspNetCore.Http.Connections.Client;

/// <summary>How a connection reaches its server.</summary>
public class HttpConnectionOptions
{
    public Uri? Url { get; set; }

    /// <summary>Transports the caller allows; this implementation speaks WebSockets and refuses a mask without it.</summary>
    public HttpTransportType Transports { get; set; } =
        HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling;

    /// <summary>Connects without the negotiate request; allowed only when <see cref="Transports"/> is WebSockets alone.</summary>
    public bool SkipNegotiation { get; set; }

    /// <summary>Asked before each request; the token goes out as a Bearer Authorization header.</summary>
    public Func<Task<string?>>? AccessTokenProvider { get; set; }

    public IDictionary<string, string> Headers { get; set; } = new Dictionary<string, string>();

    public CookieContainer Cookies { get; set; } = new();

    public X509CertificateCollection? ClientCertificates { get; set; } = [];

    public ICredentials? Credentials { get; set; }

    public IWebProxy? Proxy { get; set; }

    public bool? UseDefaultCredentials { get; set; }

    /// <summary>How long the server may take to answer a close frame. 5 s by default.</summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Wraps or replaces the handler of the negotiate request.</summary>
    public Func<HttpMessageHandler, HttpMessageHandler>? HttpMessageHandlerFactory { get; set; }

    public Action<ClientWebSocketOptions>? WebSocketConfiguration { get; set; }

    /// <summary>Replaces the making of the socket, as an in-memory test server needs.</summary>
    public Func<WebSocketConnectionContext, CancellationToken, ValueTask<WebSocket>>? WebSocketFactory { get; set; }

    public TransferFormat DefaultTransferFormat { get; set; } = TransferFormat.Binary;

    /// <summary>Bytes received and not yet read by the hub before the socket is left unread. 1 MiB by default.</summary>
    public long TransportMaxBufferSize { get; set; } = 1024 * 1024;

    /// <summary>Bytes written by the hub and not yet sent before a writer waits. 1 MiB by default.</summary>
    public long ApplicationMaxBufferSize { get; set; } = 1024 * 1024;
}

/// <summary>What a <see cref="HttpConnectionOptions.WebSocketFactory"/> is given.</summary>
public sealed class WebSocketConnectionContext(Uri uri, HttpConnectionOptions options)
{
    public Uri Uri { get; } = uri;

    public HttpConnectionOptions Options { get; } = options;
}

/// <summary>No transport is both allowed by the caller and offered by the server.</summary>
public class NoTransportSupportedException(string message) : Exception(message);

/// <summary>A transport that both sides know could not be started.</summary>
public class TransportFailedException(string transportType, string message, Exception? innerException = null)
    : Exception($"{transportType} failed: {message}", innerException)
{
    public string TransportType { get; } = transportType;
}
