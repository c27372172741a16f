using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using FellowOakDicom.Network.Tls;
using Microsoft.Extensions.Logging;
using Regional.Imaging.Cluster;

namespace Regional.Edge.Dicom;

/// <summary>
/// TLS at the DICOM listener (PS3.15 B.12, BCP 195: TLS 1.2 or newer, never downgraded to plain text; with an authority configured, mutual
/// authentication). The library accepts one connection after the other and waits for each handshake; so none happens here: the stream that is
/// handed out does it when it is first read, on the connection's own task.
/// </summary>
internal sealed class DicomTlsAcceptor(TlsIdentity identity, TlsAuthority? modalities, ILogger<DicomTlsAcceptor> logger) : ITlsAcceptor, IDisposable
{
    /// <summary>Whether callers have to show a certificate.</summary>
    public bool Mutual => modalities is not null;

    /// <summary>Null where the site's DICOM listener is plain text.</summary>
    /// <exception cref="ClusterFileException">A file or secret is missing or wrong.</exception>
    public static DicomTlsAcceptor? For(ClusterFile cluster, SiteOptions site, ILogger<DicomTlsAcceptor> logger)
    {
        if (!cluster.SecuresDicom(site))
            return null;
        var at = $"sites[{site.Code}].edge.tls";
        return new DicomTlsAcceptor(TlsIdentity.Load(cluster, site.Edge.Tls!, at), TlsAuthority.OfClients(cluster, site.Edge.Tls, at), logger);
    }

    public Stream AcceptTls(Stream encryptedStream, string remoteAddress, int localPort) =>
        new HandshakeOnReadStream(encryptedStream, Options(), remoteAddress, logger);

    public void Dispose()
    {
        identity.Dispose();
        modalities?.Dispose();
    }

    private SslServerAuthenticationOptions Options() => new()
    {
        ServerCertificateContext = identity.Context,
        EnabledSslProtocols = SecureListening.Protocols,
        ClientCertificateRequired = modalities is not null,
        CertificateChainPolicy = modalities?.Policy(),
        RemoteCertificateValidationCallback = modalities is null ? null : (_, shown, _, errors) => modalities.Believes(shown, errors),
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
    };
}
