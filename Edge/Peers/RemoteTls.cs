using System.Net.Security;
using FellowOakDicom.Network.Tls;
using Regional.Imaging.Cluster;

namespace Regional.Edge.Peers;

/// <summary>
/// TLS towards a remote application entity (PS3.15 B.12, BCP 195): its certificate must be of its authority and name the address that was called; the
/// edge shows its own. A handshake that fails ends the connection, plain text is never tried.
/// </summary>
internal sealed class RemoteTls(TlsIdentity? identity, TlsAuthority? authority) : ITlsInitiator, IDisposable
{
    private static readonly TimeSpan HandshakeWithin = TimeSpan.FromSeconds(10);

    public Stream InitiateTls(Stream plainStream, string remoteAddress, int remotePort)
    {
        var secure = new SslStream(plainStream, leaveInnerStreamOpen: false);
        try
        {
            plainStream.ReadTimeout = (int)HandshakeWithin.TotalMilliseconds;
            secure.AuthenticateAsClient(new SslClientAuthenticationOptions
            {
                TargetHost = remoteAddress,
                EnabledSslProtocols = SecureListening.Protocols,
                ClientCertificateContext = identity?.Context,
                CertificateChainPolicy = authority?.Policy(),
            });
            plainStream.ReadTimeout = Timeout.Infinite;
            return secure;
        }
        catch
        {
            secure.Dispose();
            throw;
        }
    }

    /// <summary>The identity is the book's.</summary>
    public void Dispose() => authority?.Dispose();
}
