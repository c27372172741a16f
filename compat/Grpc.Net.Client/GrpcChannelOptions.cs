using Grpc.Core;
using Grpc.Net.Compression;
using Microsoft.Extensions.Logging;

namespace Grpc.Net.Client;

/// <summary>How a channel calls. <see cref="HttpHandler"/> and <see cref="HttpClient"/> exclude each other.</summary>
public sealed class GrpcChannelOptions
{
    private TimeSpan _initialReconnectBackoff = TimeSpan.FromSeconds(1);
    private TimeSpan? _maxReconnectBackoff = TimeSpan.FromSeconds(120);

    /// <summary>By default decided by the address: https is secure, http is not.</summary>
    public ChannelCredentials? Credentials { get; set; }

    /// <summary>Bytes; null, the default, is no limit.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Bytes; 4 MiB by default; null is no limit.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Gzip and deflate when null.</summary>
    public IList<ICompressionProvider>? CompressionProviders { get; set; }

    public ILoggerFactory? LoggerFactory { get; set; }

    public HttpClient? HttpClient { get; set; }

    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>Whether disposing the channel disposes the client or handler given here. One the channel made is always disposed.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>True throws <see cref="OperationCanceledException"/> in place of an <see cref="RpcException"/> with Cancelled or DeadlineExceeded.</summary>
    public bool ThrowOperationCanceledOnCancellation { get; set; }

    public bool UnsafeUseInsecureChannelCallCredentials { get; set; }

    /// <summary>How long calls fail at once after a connection could not be made; it grows by 1.6 a failure. One second by default.</summary>
    /// <exception cref="ArgumentException">Not positive.</exception>
    public TimeSpan InitialReconnectBackoff
    {
        get => _initialReconnectBackoff;
        set => _initialReconnectBackoff = value > TimeSpan.Zero
            ? value
            : throw new ArgumentException("Initial reconnect backoff must be greater than zero.");
    }

    /// <summary>The longest that grows to: 120 seconds by default; null is no limit.</summary>
    /// <exception cref="ArgumentException">Not positive.</exception>
    public TimeSpan? MaxReconnectBackoff
    {
        get => _maxReconnectBackoff;
        set => _maxReconnectBackoff = value is null || value > TimeSpan.Zero
            ? value
            : throw new ArgumentException("Maximum reconnect backoff must be greater than zero.");
    }

    public IServiceProvider? ServiceProvider { get; set; }

    public Version? HttpVersion { get; set; }

    public HttpVersionPolicy? HttpVersionPolicy { get; set; }
}
