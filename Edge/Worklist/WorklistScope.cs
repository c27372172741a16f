using Regional.Imaging.Cluster;
using Regional.Link.V1;

namespace Regional.Edge.Worklist;

/// <summary>Which of the site's exams a device may see: by its profile, and nothing by default (R4.2.2-2; X4).</summary>
internal sealed class WorklistScope(SiteOptions site, TimeSpan localOffset)
{
    /// <param name="now">Decides what today is.</param>
    public bool Shows(DeviceOptions device, WorklistOptions profile, WorklistEntry entry, DateTimeOffset now)
    {
        var days = LocalDate(entry.Starts.ToDateTimeOffset()).DayNumber - LocalDate(now).DayNumber;
        if (days < -profile.DaysBack || days > profile.DaysAhead)
            return false;
        return profile.Scope switch
        {
            "site" => true,
            "room" => Peers(device).Any(peer => entry.StationAe.Length > 0 ? peer.AeTitle == entry.StationAe : SameKind(peer.Modality, entry.Modality)),
            _ => entry.StationAe.Length > 0
                ? entry.StationAe == device.AeTitle
                : SameKind(device.Modality, entry.Modality) && site.Devices.Count(d => SameKind(d.Modality, entry.Modality)) == 1,
        };
    }

    public DateTimeOffset Local(DateTimeOffset instant) => instant.ToOffset(localOffset);

    private DateOnly LocalDate(DateTimeOffset instant) => DateOnly.FromDateTime(Local(instant).DateTime);

    private IEnumerable<DeviceOptions> Peers(DeviceOptions device) => site.Devices.Where(d => d == device || (device.Room is not null && d.Room == device.Room));

    /// <summary>Plain radiography has three modality codes for one kind of device.</summary>
    private static bool SameKind(string a, string b) => Kind(a) == Kind(b);

    private static string Kind(string modality) => modality.ToUpperInvariant() is "CR" or "DR" ? "DX" : modality.ToUpperInvariant();
}
