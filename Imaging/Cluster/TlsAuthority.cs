using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Regional.Imaging.Cluster;

/// <summary>An authority of the region's own: who it signed is believed, and nobody whom the machine's other authorities signed.</summary>
public sealed class TlsAuthority : IDisposable
{
    private readonly X509Certificate2Collection _roots;

    private TlsAuthority(X509Certificate2Collection roots) => _roots = roots;

    /// <summary>A policy for one handshake. The chain ends at this authority; nothing is fetched from the network, so nothing is revoked either.</summary>
    public X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_roots);
        return policy;
    }

    /// <exception cref="ClusterFileException">The file is missing or wrong.</exception>
    public static TlsAuthority Load(ClusterFile file, string path, string name)
    {
        List<ClusterFault> faults = [];
        return Read(file, path, name, faults) ?? throw new ClusterFileException(faults);
    }

    internal static TlsAuthority? Read(ClusterFile file, string path, string name, List<ClusterFault> faults)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(file.Resolve(path));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Reported below: no certificate was read.
        }

        if (roots.Count > 0)
            return new TlsAuthority(roots);
        faults.Add(new ClusterFault(name, path, "must be a readable PEM file with the authority's certificate"));
        return null;
    }

    public void Dispose()
    {
        foreach (var root in _roots)
            root.Dispose();
    }
}
