using Regional.Imaging.Cluster;

namespace Regional.Edge.Dicom;

/// <summary>How the images of each registered device are to be read (X4), as it is written into their records.</summary>
internal sealed class DeviceProfiles(SiteOptions site, TimeSpan localOffset)
{
    private readonly Dictionary<string, string> _repairs = site.Devices
        .Where(device => device.Profile is not null)
        .ToDictionary(device => device.AeTitle, device => device.Profile!.ToRepair(localOffset).Encode(), StringComparer.Ordinal);

    /// <summary>Empty for a device without a profile, and for one that is not registered.</summary>
    public string RepairOf(string callingAe) => _repairs.GetValueOrDefault(callingAe, "");
}
