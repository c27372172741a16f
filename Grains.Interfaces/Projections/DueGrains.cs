using Orleans;
using Regional.CriticalValues;
using Regional.Devices;
using Regional.Patients;
using Regional.Reading;
using Regional.Sites;
using Regional.Studies;

namespace Regional.Projections;

/// <summary>Wakes a grain that the due table names, by the prefix of its key.</summary>
public static class DueGrains
{
    /// <exception cref="ArgumentException">No grain has keys of this prefix.</exception>
    public static Task Wake(this IGrainFactory grains, string grainKey) => grainKey[..(grainKey.IndexOf(':', StringComparison.Ordinal) + 1)] switch
    {
        "study:" => grains.GetGrain<IStudyGrain>(grainKey).Deliver(),
        "list:" => grains.GetGrain<IReadingListGrain>(grainKey).Deliver(),
        "crit:" => grains.GetGrain<ICriticalValueGrain>(grainKey).Deliver(),
        "site:" => grains.GetGrain<ISiteGrain>(grainKey).Deliver(),
        "pat:" => grains.GetGrain<IPatientGrain>(grainKey).Deliver(),
        "dev:" => grains.GetGrain<IDeviceGrain>(grainKey).Deliver(),
        _ => throw new ArgumentException("No grain has keys of this prefix.", nameof(grainKey)),
    };
}
