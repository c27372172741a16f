using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Regional.TestKit.Tls;

/// <summary>What a certificate may be used for (extended key usage).</summary>
[Flags]
public enum CertificateUse
{
    Server = 1,
    Client = 2,
    Both = Server | Client,
}

/// <summary>A certificate authority made for one test, and the PEM files that it issues. RSA, which every DICOM peer knows.</summary>
public sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset NotBefore = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset NotAfter = new(2090, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly RSA _key = RSA.Create(2048);
    private int _issued;

    public TestAuthority(string name = "Regional test authority")
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Certificate = request.CreateSelfSigned(NotBefore, NotAfter);
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>Writes <c>NAME.pem</c>, the authority itself.</summary>
    public string Save(string folder, string name = "authority")
    {
        var path = Path.Combine(folder, name + ".pem");
        File.WriteAllText(path, Certificate.ExportCertificatePem());
        return path;
    }

    /// <summary>Writes <c>FILE.pem</c> and <c>FILE.key</c> for <paramref name="commonName"/>, good for loopback as a server.</summary>
    /// <param name="password">Given: the key is encrypted with it.</param>
    public IssuedFiles Issue(string folder, string commonName, CertificateUse use = CertificateUse.Both, string? file = null, string? password = null)
    {
        using var issued = Issue(commonName, use);
        using var key = issued.GetRSAPrivateKey()!;
        var files = new IssuedFiles(Path.Combine(folder, (file ?? commonName) + ".pem"), Path.Combine(folder, (file ?? commonName) + ".key"));
        File.WriteAllText(files.Certificate, issued.ExportCertificatePem());
        File.WriteAllText(files.Key, password is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        return files;
    }

    /// <summary>The same in memory, with its key.</summary>
    public X509Certificate2 Issue(string commonName, CertificateUse use = CertificateUse.Both)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={commonName}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, true));
        var uses = new OidCollection();
        if (use.HasFlag(CertificateUse.Server))
            uses.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        if (use.HasFlag(CertificateUse.Client))
            uses.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(uses, false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var serial = BitConverter.GetBytes(System.Net.IPAddress.HostToNetworkOrder(++_issued));
        using var bare = request.Create(Certificate, NotBefore, NotAfter, serial);
        using var paired = bare.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(paired.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }
}

/// <summary>Full paths of PEM files.</summary>
public sealed record IssuedFiles(string Certificate, string Key);
