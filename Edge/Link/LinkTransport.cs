using System.Net.Security;
using Grpc.Net.Client;
using Regional.Imaging.Cluster;

namespace Regional.Edge.Link;

/// <summary>
/// Opens channels to the centre: HTTP/2, with windows wide enough for a line of 200 Mbit/s and 20 ms. Over TLS the edge shows the site's certificate,
/// and knows the centre by the authority of <c>centre.tls</c>, or where none is named by those that its machine trusts.
/// </summary>
internal sealed class LinkTransport(Uri centre, TlsIdentity? identity, TlsAuthority? authority) : IDisposable
{
    private const int WindowBytes = 8 << 20;

    /// <exception cref="ClusterFileException">A file or secret is missing or wrong.</exception>
    public static LinkTransport For(ClusterFile cluster, SiteOptions site) =>
        new(
            new Uri(cluster.Options.Centre.Link),
            site.Edge.Tls is { } own ? TlsIdentity.Load(cluster, own, $"sites[{site.Code}].edge.tls") : null,
            TlsAuthority.OfCentre(cluster));

    public GrpcChannel Open()
    {
        var handler = new SocketsHttpHandler
        {
            InitialHttp2StreamWindowSize = WindowBytes,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            ConnectTimeout = TimeSpan.FromSeconds(5),
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SecureListening.Protocols,
                ClientCertificateContext = identity?.Context,
                CertificateChainPolicy = authority?.Policy(),
            },
        };
        return GrpcChannel.ForAddress(centre, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }

    public void Dispose()
    {
        identity?.Dispose();
        authority?.Dispose();
    }
}
