using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace FellowOakDicom.Network.Tls;

/// <summary>Secures an accepted connection.</summary>
public interface ITlsAcceptor
{
    Stream AcceptTls(Stream encryptedStream, string remoteAddress, int localPort);
}

/// <summary>Secures a connection being opened.</summary>
public interface ITlsInitiator
{
    Stream InitiateTls(Stream plainStream, string remoteAddress, int remotePort);
}

public class DefaultTlsAcceptor : ITlsAcceptor
{
    public DefaultTlsAcceptor(string certificateName) => Certificate = FromStore(certificateName);

    public DefaultTlsAcceptor(string certificateFilename, string password) =>
        Certificate = X509CertificateLoader.LoadPkcs12FromFile(certificateFilename, password);

    public DefaultTlsAcceptor(X509Certificate certificate) => Certificate = certificate;

    public X509Certificate Certificate { get; set; }

    public TimeSpan SslHandshakeTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The newest of the original's default; older ones are not spoken any more.</summary>
    public SslProtocols Protocols { get; set; } = SslProtocols.Tls12;

    public bool RequireMutualAuthentication { get; set; }

    public bool CheckCertificateRevocation { get; set; }

    public RemoteCertificateValidationCallback CertificateValidationCallback { get; set; }

    public Stream AcceptTls(Stream encryptedStream, string remoteAddress, int localPort)
    {
        var secure = new SslStream(encryptedStream, false, CertificateValidationCallback ?? Validate);
        Handshake.Run(
            SslHandshakeTimeout,
            encryptedStream,
            () => secure.AuthenticateAsServer(Certificate, RequireMutualAuthentication, Protocols, CheckCertificateRevocation));
        if (RequireMutualAuthentication && !secure.IsMutuallyAuthenticated) throw new DicomNetworkException("The peer showed no certificate");
        return secure;
    }

    private static X509Certificate2 FromStore(string name)
    {
        using var store = new X509Store(StoreName.My, StoreLocation.LocalMachine);
        store.Open(OpenFlags.ReadOnly);
        var found = store.Certificates.Find(X509FindType.FindBySubjectName, name, validOnly: false);
        return found.Count > 0 ? found[0] : throw new DicomNetworkException($"No certificate for {name} in the store");
    }

    private bool Validate(object sender, X509Certificate certificate, X509Chain chain, SslPolicyErrors errors) =>
        (RequireMutualAuthentication ? errors : errors & ~SslPolicyErrors.RemoteCertificateNotAvailable) == SslPolicyErrors.None;
}

public class DefaultTlsInitiator : ITlsInitiator
{
    public bool IgnoreSslPolicyErrors { get; set; }

    public TimeSpan SslHandshakeTimeout { get; set; } = TimeSpan.FromMinutes(1);

    public X509CertificateCollection Certificates { get; set; }

    public SslProtocols Protocols { get; set; } = SslProtocols.Tls12;

    public bool CheckCertificateRevocation { get; set; }

    public RemoteCertificateValidationCallback CertificateValidationCallback { get; set; }

    public Stream InitiateTls(Stream plainStream, string remoteAddress, int remotePort)
    {
        var secure = new SslStream(
            plainStream, false, CertificateValidationCallback ?? ((_, _, _, errors) => errors == SslPolicyErrors.None || IgnoreSslPolicyErrors));
        Handshake.Run(
            SslHandshakeTimeout,
            plainStream,
            () => secure.AuthenticateAsClient(remoteAddress, Certificates ?? [], Protocols, CheckCertificateRevocation));
        return secure;
    }
}

internal static class Handshake
{
    /// <summary>Closes the connection when the handshake takes too long, which ends it.</summary>
    public static void Run(TimeSpan timeout, Stream connection, Action handshake)
    {
        var late = false;
        using var timer = new Timer(_ =>
        {
            late = true;
            connection.Dispose();
        });
        timer.Change(timeout, Timeout.InfiniteTimeSpan);
        try
        {
            handshake();
        }
        catch (Exception exception) when (late)
        {
            throw new DicomNetworkException($"The TLS handshake was not over in {timeout.TotalSeconds} s", exception);
        }
    }
}
