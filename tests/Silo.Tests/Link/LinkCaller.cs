using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Regional.Link.V1;
using Regional.TestKit.Tls;

namespace Regional.Silo.Tests.Link;

/// <summary>Calls the link as an edge would, with any certificate and any claim. Bound by hand: the centre generates the messages and a server only.</summary>
internal sealed class LinkCaller : IDisposable
{
    private const string Service = "regional.link.v1.EdgeLink";

    private static readonly Method<EdgeEvent, CentreOrder> Session =
        new(MethodType.DuplexStreaming, Service, "Session", Marshaller(EdgeEvent.Parser), Marshaller(CentreOrder.Parser));

    private static readonly Method<UploadMessage, UploadReceipt> Upload =
        new(MethodType.DuplexStreaming, Service, "Upload", Marshaller(UploadMessage.Parser), Marshaller(UploadReceipt.Parser));

    private static readonly Method<ResumeRequest, ResumeReply> Resume =
        new(MethodType.Unary, Service, "Resume", Marshaller(ResumeRequest.Parser), Marshaller(ResumeReply.Parser));

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly GrpcChannel _channel;
    private readonly CallInvoker _calls;

    /// <param name="centre">By whom the caller knows the centre.</param>
    /// <param name="certificate">What it shows; null shows nothing.</param>
    public LinkCaller(Uri link, TestAuthority centre, X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { centre.Certificate },
                },
            },
        };
        _channel = GrpcChannel.ForAddress(link, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        _calls = _channel.CreateCallInvoker();
    }

    /// <summary>Asks what the centre holds for a site.</summary>
    /// <param name="claim">Site in the call's header; null sends none.</param>
    public Task<ResumeReply> ResumeAsync(string? claim, string site) =>
        _calls.AsyncUnaryCall(Resume, null, Options(claim), new ResumeRequest { Site = site }).ResponseAsync.WaitAsync(Patience);

    /// <summary>Says hello and hears the welcome.</summary>
    public async Task<Welcome> HelloAsync(string? claim, string site)
    {
        using var call = _calls.AsyncDuplexStreamingCall(Session, null, Options(claim));
        await Sent(call.RequestStream, new EdgeEvent { Hello = new Hello { Site = site, Protocol = 1, Boot = "test-boot" } });
        (await call.ResponseStream.MoveNext(default).WaitAsync(Patience)).ShouldBeTrue();
        return call.ResponseStream.Current.Welcome;
    }

    /// <summary>Opens a session and an upload, and stays on; ends when the centre has ended both.</summary>
    /// <param name="opened">Called when the centre has said welcome.</param>
    public async Task StayAsync(string site, Action opened)
    {
        using var upload = _calls.AsyncDuplexStreamingCall(Upload, null, Options(site));
        using var session = _calls.AsyncDuplexStreamingCall(Session, null, Options(site));
        await session.RequestStream.WriteAsync(new EdgeEvent { Hello = new Hello { Site = site, Protocol = 1, Boot = "0-test-boot" } });
        (await session.ResponseStream.MoveNext(default)).ShouldBeTrue();
        opened();
        await Ended(session.ResponseStream);
        await Ended(upload.ResponseStream);
    }

    /// <summary>A host that stops ends a call with its status, or with its connection when that goes first; both are an end.</summary>
    private static async Task Ended<T>(IAsyncStreamReader<T> stream)
    {
        try
        {
            (await stream.MoveNext(default)).ShouldBeFalse();
        }
        catch (RpcException gone)
        {
            gone.StatusCode.ShouldBeOneOf(StatusCode.Internal, StatusCode.Unavailable, StatusCode.Cancelled);
        }
    }

    /// <summary>Opens an upload and waits for what the centre says first.</summary>
    public async Task<UploadReceipt> UploadAsync(string? claim, UploadBegin begin)
    {
        using var call = _calls.AsyncDuplexStreamingCall(Upload, null, Options(claim));
        await Sent(call.RequestStream, new UploadMessage { Begin = begin });
        (await call.ResponseStream.MoveNext(default).WaitAsync(Patience)).ShouldBeTrue();
        return call.ResponseStream.Current;
    }

    public void Dispose() => _channel.Dispose();

    /// <summary>A centre that refuses ends the call before it has read anything, and the write may be cut short: what the call came to is told by its response.</summary>
    private static async Task Sent<T>(IClientStreamWriter<T> stream, T message)
    {
        try
        {
            await stream.WriteAsync(message);
        }
        catch (Exception cut) when (cut is IOException or OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled or StatusCode.Internal or StatusCode.Unavailable })
        {
            // The response says why.
        }
    }

    private static CallOptions Options(string? claim) => new(claim is null ? [] : new Metadata { { "x-regional-site", claim } });

    private static Marshaller<T> Marshaller<T>(MessageParser<T> parser)
        where T : class, IMessage<T> => Marshallers.Create(message => message.ToByteArray(), bytes => parser.ParseFrom(bytes));
}
