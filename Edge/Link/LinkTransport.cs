using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using Regional.Imaging.Cluster;

namespace Regional.Edge.Link;

/// <summary>
/// Opens channels to the centre: HTTP/2, with windows wide enough for a line of 200 Mbit/s and 20 ms, and outside the demo with the site's
/// client certificate.
/// </summary>
internal sealed class LinkTransport(Uri centre, X509Certificate2? certificate)
{
    private const int WindowBytes = 8 << 20;

    public static LinkTransport For(ClusterFile cluster, SiteOptions site)
    {
        var tls = site.Edge.Tls;
        var certificate = tls is null ? null : X509Certificate2.CreateFromPem(
            File.ReadAllText(cluster.Resolve(tls.Certificate)), cluster.Secret(tls.Key) ?? throw new InvalidDataException($"The key of site {site.Code} is not where edge.tls.key points."));
        return new LinkTransport(new Uri(cluster.Options.Centre.Link), certificate);
    }

    public GrpcChannel Open()
    {
        var handler = new SocketsHttpHandler
        {
            InitialHttp2StreamWindowSize = WindowBytes,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            ConnectTimeout = TimeSpan.FromSeconds(5),
        };
        if (certificate is not null)
            handler.SslOptions = new SslClientAuthenticationOptions { ClientCertificates = [certificate] };
        return GrpcChannel.ForAddress(centre, new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }
}
