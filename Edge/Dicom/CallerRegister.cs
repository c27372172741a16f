using System.Net;
using Regional.Imaging.Cluster;

namespace Regional.Edge.Dicom;

/// <summary>Who may call this edge: registered AE titles, each from its own address; in the demo profile anyone, from loopback alone.</summary>
internal sealed class CallerRegister
{
    private readonly Dictionary<string, IPAddress> _callers;
    private readonly bool _anyFromLoopback;

    public CallerRegister(SiteOptions site)
    {
        _callers = site.Devices.ToDictionary(d => d.AeTitle, d => IPAddress.Parse(d.Address), StringComparer.Ordinal);
        _anyFromLoopback = site.Edge.AcceptUnknownCallers;
    }

    public bool Admits(string callingAe, string remoteHost)
    {
        if (!IPAddress.TryParse(remoteHost, out var address))
            return false;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return (_callers.TryGetValue(callingAe, out var registered) && registered.Equals(address)) || (_anyFromLoopback && IPAddress.IsLoopback(address));
    }
}
