using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Regional.Imaging.Cluster;

namespace Regional.Edge.DicomWeb;

/// <summary>What a client may do over DICOMweb at this edge.</summary>
[Flags]
internal enum LocalRights
{
    None = 0,
    Query = 1,
    Retrieve = 2,
    Store = 4,
}

/// <summary>
/// Who may use this edge's DICOMweb: clients of the configuration, each from its own address with its own token; in the demo whoever is on this
/// machine. Needs no centre, so it holds with the line down.
/// </summary>
internal sealed class LocalClients
{
    private const string RightsClaim = "rights";

    private readonly IReadOnlyList<(string Name, IPNetwork Network, byte[] TokenHash, LocalRights Rights)> _clients;
    private readonly bool _thisMachine;

    public LocalClients(ClusterFile cluster, SiteOptions site)
    {
        _thisMachine = cluster.Options.IsDemo;
        _clients = [.. site.Edge.Dicomweb.Clients.Select(client => (
            client.Name, client.Network!.Value, Hash(cluster.Secret(client.Token)!),
            (client.Query ? LocalRights.Query : 0) | (client.Retrieve ? LocalRights.Retrieve : 0) | (client.Store ? LocalRights.Store : 0)))];
    }

    /// <summary>The caller as a principal with its rights; null for a stranger.</summary>
    public ClaimsPrincipal? Identify(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address)
            return null;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var authorization = context.Request.Headers.Authorization.ToString();
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            var hash = Hash(authorization["Bearer ".Length..].Trim());
            foreach (var client in _clients)
            {
                // All digests are of one length and compared in constant time: an answer's delay tells nothing of a token.
                if (CryptographicOperations.FixedTimeEquals(hash, client.TokenHash) && client.Network.Contains(address))
                    return Principal(client.Name, client.Rights);
            }

            return null;
        }

        // A name that leads to this machine only for a moment (rebinding) is not this machine's.
        var host = context.Request.Host.Host.Trim('[', ']');
        var namesThisMachine = host == "localhost" || (IPAddress.TryParse(host, out var named) && IPAddress.IsLoopback(named));
        return _thisMachine && IPAddress.IsLoopback(address) && namesThisMachine
            ? Principal("this-machine", LocalRights.Query | LocalRights.Retrieve | LocalRights.Store)
            : null;
    }

    public static LocalRights RightsOf(ClaimsPrincipal user) =>
        Enum.TryParse<LocalRights>(user.FindFirstValue(RightsClaim), out var rights) ? rights : LocalRights.None;

    private static ClaimsPrincipal Principal(string name, LocalRights rights) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.Name, name), new Claim(RightsClaim, rights.ToString())], "edge"));

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
