using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;
using Grpc.Net.Compression;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>A call on one HTTP/2 request: its headers, deadline, encodings, trailers and end.</summary>
internal sealed class HttpServerCallContext : ServerCallContext, IServerCallContextFeature, IAsyncDisposable
{
    private const int Http2Cancel = 0x8;
    private const int Http3RequestCancelled = 0x10c;

    private static readonly HashSet<string> HeadersOfTheProtocol = new(StringComparer.OrdinalIgnoreCase)
    {
        GrpcWire.Encoding, GrpcWire.AcceptEncoding, GrpcWire.Timeout,
        HeaderNames.ContentEncoding, HeaderNames.ContentType, HeaderNames.TE, HeaderNames.Host, HeaderNames.AcceptEncoding,
    };

    private readonly ILogger _logger;
    private readonly MessageFrameWriter _frames = new();
    private Metadata? _requestHeaders;
    private Metadata? _trailers;
    private AuthContext? _auth;
    private Status _status;

    public HttpServerCallContext(HttpContext http, MethodOptions options, GrpcClock clock, ILogger logger)
    {
        Http = http;
        Options = options;
        _logger = logger;
        RequestEncoding = http.Request.Headers[GrpcWire.Encoding];

        if (options.ResponseCompressionAlgorithm is { } algorithm && algorithm != GrpcWire.Identity && IsAccepted(algorithm))
            UseResponseEncoding(algorithm);

        var header = http.Request.Headers[GrpcWire.Timeout];
        if (header.Count == 0)
            return;
        if (header.Count == 1 && TimeoutHeader.TryDecode(header[0], out var timeout) && timeout > TimeSpan.Zero)
            DeadlineWatch = new DeadlineWatch(this, clock, timeout < GrpcWire.LongestTimeout ? timeout : GrpcWire.LongestTimeout, logger);
        else
            ServerLog.InvalidTimeout(logger, header);
    }

    public HttpContext Http { get; }

    public MethodOptions Options { get; }

    public DeadlineWatch? DeadlineWatch { get; }

    public string? RequestEncoding { get; }

    public string? ResponseEncoding { get; private set; }

    ServerCallContext IServerCallContextFeature.ServerCallContext => this;

    protected override string MethodCore => Http.Request.Path.Value!;

    protected override string HostCore => Http.Request.Host.Value!;

    protected override string PeerCore => Http.Connection is { RemoteIpAddress: { } address, RemotePort: var port }
        ? address.AddressFamily switch
        {
            AddressFamily.InterNetwork => $"ipv4:{address}:{port}",
            AddressFamily.InterNetworkV6 => $"ipv6:[{address}]:{port}",
            _ => $"unknown:{address}:{port}",
        }
        : "unknown";

    protected override DateTime DeadlineCore => DeadlineWatch?.Deadline ?? DateTime.MaxValue;

    protected override CancellationToken CancellationTokenCore => DeadlineWatch?.Token ?? Http.RequestAborted;

    protected override Metadata RequestHeadersCore => _requestHeaders ??= ReadHeaders();

    protected override Metadata ResponseTrailersCore => _trailers ??= [];

    protected override Status StatusCore
    {
        get => _status;
        set => _status = value;
    }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => _auth ??= ReadCertificate();

    protected override IDictionary<object, object> UserStateCore => Http.Items!;

    /// <summary>Serializes a message, framed, into the response's pipe.</summary>
    public void WriteFrame<T>(T message, Action<T, SerializationContext> serializer)
    {
        ICompressionProvider? compression = null;
        if (ResponseEncoding is not null && (WriteOptions?.Flags & WriteFlags.NoCompress) is null or 0)
            Options.CompressionProviders.TryGetValue(ResponseEncoding ?? GrpcWire.Identity, out compression);
        _frames.Write(message, serializer, Http.Response.BodyWriter, Options.MaxSendMessageSize, compression, Options.ResponseCompressionLevel);
    }

    /// <summary>The handler came to its end: status and trailers go out, unless the deadline has answered for it.</summary>
    public async Task EndAsync()
    {
        if (DeadlineWatch is not null && !DeadlineWatch.TryEndCall())
        {
            await DeadlineWatch.Answered;
            return;
        }

        HttpTrailers.Set(Http.Response, _trailers, _status);
    }

    /// <summary>The handler threw: its exception becomes the call's status.</summary>
    public Task EndAsync(Exception failure, string method)
    {
        if (failure is RpcException rpc)
        {
            ServerLog.StatusRaised(_logger, rpc.StatusCode, rpc.Status.Detail, rpc.Status.DebugException);
            foreach (var trailer in rpc.Trailers)
                ResponseTrailers.Add(trailer);
            _status = rpc.Status;
            return EndAsync();
        }

        if (failure is OperationCanceledException or IOException && CancellationToken.IsCancellationRequested)
            ServerLog.MethodCanceled(_logger, method, failure);
        else
            ServerLog.MethodFailed(_logger, method, failure);
        var detail = "Exception was thrown by handler.";
        if (Options.EnableDetailedErrors)
            detail += " " + Describe(failure);
        _status = new Status(StatusCode.Unknown, detail, failure);
        return EndAsync();
    }

    /// <summary>Called by the deadline: answers DeadlineExceeded at once and stops the request, whatever the handler is doing.</summary>
    public async Task AnswerDeadlineExceededAsync()
    {
        _status = new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded");
        HttpTrailers.SetStatus(Http.Response, _status);
        await Http.Response.CompleteAsync();
        Reset();
    }

    /// <summary>Resets the HTTP/2 stream with CANCEL.</summary>
    public void Reset()
    {
        if (Http.Features.Get<IHttpResetFeature>() is { } reset)
            reset.Reset(HttpProtocol.IsHttp3(Http.Request.Protocol) ? Http3RequestCancelled : Http2Cancel);
        else
            Http.Abort();
    }

    public ValueTask DisposeAsync() => DeadlineWatch?.DisposeAsync() ?? default;

    protected override async Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        if (Http.Response.HasStarted)
            throw new InvalidOperationException("Response headers can only be sent once per call.");
        foreach (var header in responseHeaders)
        {
            if (header.Key == GrpcWire.CompressionRequest)
            {
                UseResponseEncoding(header.Value);
                continue;
            }

            try
            {
                Http.Response.Headers.Append(header.Key, HeaderText.ToHeaderValue(header));
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"Error adding response header '{header.Key}'.", failure);
            }
        }

        await Http.Response.BodyWriter.FlushAsync();
    }

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotImplementedException("CreatePropagationToken will be implemented in a future version.");

    private static string Describe(Exception failure)
    {
        var text = new StringBuilder();
        for (var current = failure; current is not null; current = current.InnerException)
            text.Append(text.Length == 0 ? "" : " ").Append(current.GetType().Name).Append(": ").Append(current.Message);
        return text.ToString();
    }

    private void UseResponseEncoding(string encoding)
    {
        ResponseEncoding = encoding;
        Http.Response.Headers[GrpcWire.Encoding] = encoding;
    }

    private bool IsAccepted(string encoding) =>
        Http.Request.Headers[GrpcWire.AcceptEncoding].ToString()
            .Split(',', StringSplitOptions.TrimEntries)
            .Contains(encoding, StringComparer.Ordinal);

    private Metadata ReadHeaders()
    {
        var metadata = new Metadata();
        foreach (var (name, value) in Http.Request.Headers)
        {
            if (!name.StartsWith(':') && !HeadersOfTheProtocol.Contains(name))
                HeaderText.AddReceived(metadata, name, value.ToString());
        }

        return metadata;
    }

    private AuthContext ReadCertificate()
    {
        var properties = new Dictionary<string, List<AuthProperty>>(StringComparer.Ordinal);
        if (Http.Connection.ClientCertificate is not { } certificate)
            return new AuthContext(null, properties);

        const string alternative = "x509_subject_alternative_name";
        const string common = "x509_common_name";
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames());
        var found = names.Select(name => AuthProperty.Create(alternative, Encoding.UTF8.GetBytes(name))).ToList();
        if (found.Count > 0)
            properties[alternative] = found;
        properties[common] = [AuthProperty.Create(common, Encoding.UTF8.GetBytes(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)))];
        return new AuthContext(found.Count > 0 ? alternative : common, properties);
    }
}
