using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Regional.Imaging.Cluster;

/// <summary>Kestrel at an address of cluster.yaml.</summary>
public static class SecureListening
{
    /// <summary>TLS 1.2 and 1.3, no other (BCP 195; PS3.15 B.12).</summary>
    public const SslProtocols Protocols = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Listens at the host and port of a URL: an address, loopback, or for any other name every address.</summary>
    public static void ListenAt(this KestrelServerOptions kestrel, Uri url, Action<ListenOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        ArgumentNullException.ThrowIfNull(url);
        if (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address))
            kestrel.Listen(address, url.Port, configure);
        else if (url.IsLoopback)
            kestrel.ListenLocalhost(url.Port, configure);
        else
            kestrel.ListenAnyIP(url.Port, configure);
    }

    /// <param name="clients">Given: only callers that show a certificate of this authority are let in; the handshake refuses all others.</param>
    /// <param name="refused">Told of every certificate that was shown and not believed.</param>
    public static void UseTls(
        this ListenOptions listen, TlsIdentity identity, TlsAuthority? clients = null, Action<X509Certificate2, SslPolicyErrors>? refused = null)
    {
        ArgumentNullException.ThrowIfNull(identity);
        listen.UseHttps(https =>
        {
            https.SslProtocols = Protocols;
            https.ServerCertificate = identity.Certificate;
            https.ServerCertificateChain = identity.Intermediates;
            if (clients is null)
                return;
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (shown, _, errors) =>
            {
                var believed = clients.Believes(shown, errors);
                if (!believed)
                    refused?.Invoke(shown, errors);
                return believed;
            };
            https.OnAuthenticate = (_, handshake) => handshake.CertificateChainPolicy = clients.Policy();
        });
    }
}
