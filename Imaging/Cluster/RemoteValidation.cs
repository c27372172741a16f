using System.Net;

namespace Regional.Imaging.Cluster;

/// <summary>The rules of <c>destinations</c> and <c>peers</c>.</summary>
internal static class RemoteValidation
{
    public static void Check(ClusterOptions options, RemoteOptions remote, string at, Action<bool, string, object?, string> rule)
    {
        rule(ClusterValidation.IsAeTitle(remote.AeTitle), at + "ae-title", remote.AeTitle, "must be 1 to 16 printable characters without backslash");
        var valid = IPAddress.TryParse(remote.Address, out var address);
        rule(valid, at + "address", remote.Address, "must be an IP address");
        rule(!valid || !options.IsDemo || IPAddress.IsLoopback(address!), at + "address", remote.Address, "the demo profile stays on loopback");
        rule(remote.Port is > 0 and < 65536, at + "port", remote.Port, "must be 1 to 65535");
        rule(options.IsDemo || remote.Tls || options.WaiveTls.Contains("dicom"), at + "tls", remote.Tls,
            $"{remote.AeTitle} is called in plain text: outside the demo profile it must be true (or waive dicom by name)");
        rule(remote.Authority is null || remote.Tls, at + "authority", remote.Authority, "is for tls: true");
        if (remote is not PeerOptions peer)
            return;
        rule(peer.ImportHours is null || DailyHours.Parse(peer.ImportHours) is not null, at + "import-hours", peer.ImportHours, "must be HH:mm-HH:mm, such as 20:00-06:00");
        rule(peer.ImportPerMinute is null or >= 1, at + "import-per-minute", peer.ImportPerMinute, "must be 1 or more");
    }
}
