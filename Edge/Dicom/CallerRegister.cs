using System.Net;
using Regional.Imaging.Cluster;

namespace Regional.Edge.Dicom;

/// <summary>What a caller may do at this edge. Verification is everybody's who is admitted at all.</summary>
[Flags]
internal enum CallerRights
{
    None = 0,

    Store = 1,

    /// <summary>Search and retrieve.</summary>
    Query = 2,

    /// <summary>See the patients who wait for it.</summary>
    Worklist = 4,
}

/// <summary>
/// Who may call this edge, and what for: registered AE titles, each from its own address; in the demo profile anyone, from loopback alone. Nobody
/// queries without the flag.
/// </summary>
internal sealed class CallerRegister
{
    private readonly ILookup<string, (IPAddress Address, CallerRights Rights)> _callers;
    private readonly IReadOnlyList<DeviceOptions> _devices;
    private readonly bool _anyFromLoopback;

    public CallerRegister(SiteOptions site)
    {
        var devices = site.Devices.Select(d => (d.AeTitle, d.Address, Rights: CallerRights.Store | (d.Query ? CallerRights.Query : CallerRights.None) | (d.Worklist is null ? CallerRights.None : CallerRights.Worklist)));
        var stations = site.Destinations.Where(d => d.Query).Select(d => (d.AeTitle, d.Address, Rights: CallerRights.Query));
        // What a peer was asked for comes as C-STORE of its own (C-MOVE to this edge).
        var peers = site.Peers.Select(p => (p.AeTitle, p.Address, Rights: CallerRights.Store));
        _callers = devices.Concat(stations).Concat(peers).ToLookup(c => c.AeTitle, c => (IPAddress.Parse(c.Address), c.Rights), StringComparer.Ordinal);
        _devices = site.Devices;
        _anyFromLoopback = site.Edge.AcceptUnknownCallers;
    }

    public CallerRights RightsOf(string callingAe, string remoteHost)
    {
        if (AddressOf(remoteHost) is not { } address)
            return CallerRights.None;
        var rights = _anyFromLoopback && IPAddress.IsLoopback(address) ? CallerRights.Store | CallerRights.Query : CallerRights.None;
        return _callers[callingAe].Where(c => c.Address.Equals(address)).Aggregate(rights, (all, c) => all | c.Rights);
    }

    /// <summary>The registered device that calls, by AE title and address; null for anybody else.</summary>
    public DeviceOptions? DeviceOf(string callingAe, string remoteHost) =>
        AddressOf(remoteHost) is { } address ? _devices.FirstOrDefault(d => d.AeTitle == callingAe && IPAddress.Parse(d.Address).Equals(address)) : null;

    private static IPAddress? AddressOf(string remoteHost) =>
        !IPAddress.TryParse(remoteHost, out var address) ? null : address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
