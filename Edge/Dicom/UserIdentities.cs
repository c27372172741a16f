using System.Security.Cryptography;
using System.Text;
using FellowOakDicom.Network;
using Regional.Imaging.Cluster;

namespace Regional.Edge.Dicom;

/// <summary>
/// Believes the users of cluster.yaml by name and passcode, compared in constant time. Tickets and tokens (Kerberos, SAML, JWT) are refused: nobody here can
/// check them. Without any configuration an association that names a user is refused, so that nobody takes it for checked.
/// </summary>
internal sealed class UserIdentities
{
    private static readonly byte[] Nobody = SHA256.HashData("no such user"u8);

    private readonly Dictionary<string, byte[]?> _users = new(StringComparer.Ordinal);
    private readonly bool _required;

    public UserIdentities(ClusterFile cluster, SiteOptions site)
    {
        _required = site.Edge.UserIdentity?.Required ?? false;
        foreach (var user in site.Edge.UserIdentity?.Users ?? [])
            _users[user.Name] = user.Passcode is { } reference ? SHA256.HashData(Encoding.UTF8.GetBytes(cluster.Secret(reference) ?? "")) : null;
    }

    /// <summary>Whether the association may stand; a positive response is given where it was asked for (PS3.7 §D.3.3.7.2: empty for names).</summary>
    public bool Believes(DicomUserIdentityNegotiation? shown)
    {
        if (shown?.UserIdentityType is not { } type)
            return !_required;
        var known = _users.TryGetValue(shown.PrimaryField ?? "", out var passcode);
        var believed = type switch
        {
            DicomUserIdentityType.Username => known && passcode is null,
            // The comparison is made for unknown names too: how long an answer takes tells nothing.
            DicomUserIdentityType.UsernameAndPasscode => CryptographicOperations.FixedTimeEquals(
                SHA256.HashData(Encoding.UTF8.GetBytes(shown.SecondaryField ?? "")), passcode ?? Nobody) && known && passcode is not null,
            _ => false,
        };
        if (believed && shown.PositiveResponseRequested)
            shown.ServerResponse = "";
        return believed;
    }
}
