using FellowOakDicom.Network.Client;
using FellowOakDicom.Network.Tls;
using Regional.Imaging.Cluster;

namespace Regional.Edge.Peers;

/// <summary>Whom the edge calls, and the way to call them: by TLS where cluster.yaml says so, then never in plain text.</summary>
internal sealed class RemoteBook : IDisposable
{
    /// <summary>The longest that connecting and associating may take.</summary>
    private static readonly TimeSpan AssociateWithin = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, RemoteTls> _tls = new(StringComparer.Ordinal);
    private readonly TlsIdentity? _identity;
    private readonly IDicomClientFactory _clients;

    /// <exception cref="ClusterFileException">A certificate or authority is missing or wrong.</exception>
    public RemoteBook(ClusterFile cluster, SiteOptions site, IDicomClientFactory clients)
    {
        (_clients, OwnAe) = (clients, site.Edge.AeTitle);
        List<RemoteOptions> remotes = [.. site.Destinations, .. site.Peers];
        All =
        [
            .. site.Devices.Where(device => device.EchoPort is not null)
                .Select(device => new RemoteAe(RemoteKind.Device, device.AeTitle, device.Address, device.EchoPort!.Value, false)),
            .. remotes.Select(remote => new RemoteAe(
                remote is PeerOptions ? RemoteKind.Peer : RemoteKind.Destination, remote.AeTitle, remote.Address, remote.Port, remote.Tls)),
        ];
        if (site.Edge.Tls is { } own && remotes.Exists(remote => remote.Tls))
            _identity = TlsIdentity.Load(cluster, own, $"sites[{site.Code}].edge.tls");
        foreach (var remote in remotes.Where(remote => remote.Tls))
            _tls.Add(remote.AeTitle, new RemoteTls(_identity, TlsAuthority.OfRemote(cluster, remote)));
    }

    public string OwnAe { get; }

    public IReadOnlyList<RemoteAe> All { get; }

    /// <summary>Where images may be sent to; null for anything else.</summary>
    public RemoteAe? Receiver(string aeTitle) => All.FirstOrDefault(remote => remote.AeTitle == aeTitle && remote.Kind != RemoteKind.Device);

    /// <summary>A client for one conversation.</summary>
    public IDicomClient Dial(RemoteAe remote)
    {
        ITlsInitiator? tls = remote.IsSecure ? _tls[remote.AeTitle] : null;
        var client = _clients.Create(remote.Address, remote.Port, tls, OwnAe, remote.AeTitle);
        client.ClientOptions.AssociationRequestTimeoutInMs = (int)AssociateWithin.TotalMilliseconds;
        client.ClientOptions.MaximumNumberOfConsecutiveTimedOutAssociationRequests = 1;
        client.ServiceOptions.TcpNoDelay = true;
        return client;
    }

    public void Dispose()
    {
        foreach (var tls in _tls.Values)
            tls.Dispose();
        _identity?.Dispose();
    }
}
