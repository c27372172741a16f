using System.Formats.Asn1;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Regional.Imaging.Cluster;

/// <summary>The certificate, key and intermediate certificates that one end shows. Holds the private key: dispose it with the listener or the channel.</summary>
public sealed class TlsIdentity : IDisposable
{
    private const string CommonNameOid = "2.5.4.3";

    private TlsIdentity(X509Certificate2 certificate, X509Certificate2Collection intermediates)
    {
        (Certificate, Intermediates) = (certificate, intermediates);
        Context = SslStreamCertificateContext.Create(certificate, intermediates, offline: true);
    }

    public X509Certificate2 Certificate { get; }

    public X509Certificate2Collection Intermediates { get; }

    /// <summary>Both, as <see cref="SslStream"/> takes them.</summary>
    public SslStreamCertificateContext Context { get; }

    public string? CommonName => CommonNameOf(Certificate);

    /// <summary>The subject's one common name; null where there is none or more than one: such a subject names nobody.</summary>
    public static string? CommonNameOf(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var names = certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == CommonNameOid).ToList();
        try
        {
            return names.Count == 1 ? names[0].GetSingleElementValue() : null;
        }
        catch (Exception odd) when (odd is CryptographicException or AsnContentException)
        {
            return null;
        }
    }

    /// <exception cref="ClusterFileException">A file or secret is missing or wrong.</exception>
    public static TlsIdentity Load(ClusterFile file, TlsOptions options, string name)
    {
        List<ClusterFault> faults = [];
        return Read(file, options, name, faults) ?? throw new ClusterFileException(faults);
    }

    internal static TlsIdentity? Read(ClusterFile file, TlsOptions options, string name, List<ClusterFault> faults)
    {
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPemFile(file.Resolve(options.Certificate));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Reported below: no certificate was read.
        }

        var key = file.Secret(options.Key);
        var password = options.KeyPassword is { } reference ? file.Secret(reference) : null;
        if (chain.Count == 0)
            faults.Add(new ClusterFault(name + ".certificate", options.Certificate, "must be a readable PEM file with a certificate"));
        if (key is null)
            faults.Add(new ClusterFault(name + ".key", options.Key, "must be env:NAME or file:PATH of a PEM key"));
        if (options.KeyPassword is not null && password is null)
            faults.Add(new ClusterFault(name + ".key-password", options.KeyPassword, "must be env:NAME or file:PATH of the key's password"));
        if (chain.Count == 0 || key is null || (options.KeyPassword is not null && password is null))
            return null;
        try
        {
            using var own = chain[0];
            chain.RemoveAt(0);
            return new TlsIdentity(WithKey(own, key, password), chain);
        }
        catch (Exception unfit) when (unfit is CryptographicException or ArgumentException)
        {
            faults.Add(new ClusterFault(
                name + ".key", options.Key, "must be the certificate's own PEM key" + (password is null ? ", or key-password is missing" : " under this key-password")));
            return null;
        }
    }

    public void Dispose()
    {
        Certificate.Dispose();
        foreach (var certificate in Intermediates)
            certificate.Dispose();
    }

    private static X509Certificate2 WithKey(X509Certificate2 certificate, string key, string? password)
    {
        var pem = certificate.ExportCertificatePem();
        using var paired = password is null ? X509Certificate2.CreateFromPem(pem, key) : X509Certificate2.CreateFromEncryptedPem(pem, key, password);
        // Windows' TLS cannot use a key that lives in memory only; one that came in a PKCS #12 it can.
        return X509CertificateLoader.LoadPkcs12(paired.Export(X509ContentType.Pkcs12), null);
    }
}
