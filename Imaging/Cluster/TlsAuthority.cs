using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Regional.Imaging.Cluster;

/// <summary>
/// An authority of the region's own: who it signed is believed, unless the file revokes him, and nobody whom the machine's other authorities signed.
/// </summary>
public sealed class TlsAuthority : IDisposable
{
    private readonly X509Certificate2Collection _roots;

    private readonly HashSet<string> _revoked;

    private TlsAuthority(X509Certificate2Collection roots, IEnumerable<string> revoked) =>
        (_roots, _revoked) = (roots, revoked.Select(Serial).ToHashSet(StringComparer.OrdinalIgnoreCase));

    /// <summary>A policy for one handshake: the chain ends at this authority; nothing is fetched from the network.</summary>
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

    /// <summary>The verdict on what a caller showed, given what the handshake found under <see cref="Policy"/>.</summary>
    public bool Believes(X509Certificate? shown, SslPolicyErrors errors) =>
        errors == SslPolicyErrors.None && shown is not null && !_revoked.Contains(Serial(shown.GetSerialNumberString()));

    /// <summary>The authority of an edge's or a modality's certificates; null where none is configured.</summary>
    /// <exception cref="ClusterFileException">The file is missing or wrong.</exception>
    public static TlsAuthority? OfClients(ClusterFile file, TlsOptions? options, string name) =>
        options?.ClientAuthority is { } path ? Load(file, path, name + ".client-authority", options.Revoked) : null;

    /// <summary>The authority of the centre's certificate; null: those that the machine trusts.</summary>
    /// <inheritdoc cref="OfClients"/>
    public static TlsAuthority? OfCentre(ClusterFile file) =>
        file.Options.Centre.Tls?.Authority is { } path ? Load(file, path, "centre.tls.authority", []) : null;

    /// <summary>The authority of a remote application entity's certificate; null: those that the machine trusts.</summary>
    /// <inheritdoc cref="OfClients"/>
    public static TlsAuthority? OfRemote(ClusterFile file, RemoteOptions remote)
    {
        ArgumentNullException.ThrowIfNull(remote);
        return remote.Authority is { } path ? Load(file, path, remote.AeTitle + ".authority", []) : null;
    }

    public void Dispose()
    {
        foreach (var root in _roots)
            root.Dispose();
    }

    private static TlsAuthority Load(ClusterFile file, string path, string name, IEnumerable<string> revoked)
    {
        List<ClusterFault> faults = [];
        return Read(file, path, name, faults, revoked) ?? throw new ClusterFileException(faults);
    }

    internal static TlsAuthority? Read(ClusterFile file, string path, string name, List<ClusterFault> faults, IEnumerable<string>? revoked = null)
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
            return new TlsAuthority(roots, revoked ?? []);
        faults.Add(new ClusterFault(name, path, "must be a readable PEM file with the authority's certificate"));
        return null;
    }

    internal static bool IsSerial(string text) => Serial(text).Length > 0 && Serial(text).All(char.IsAsciiHexDigit);

    private static string Serial(string text) => text.Replace(":", "", StringComparison.Ordinal).TrimStart('0');
}
