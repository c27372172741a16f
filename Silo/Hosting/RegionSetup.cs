using Orleans;
using Regional.Actors;
using Regional.Devices;
using Regional.Imaging.Cluster;
using Regional.Sites;

namespace Regional.Silo.Hosting;

/// <summary>Tells the Site and Device grains what cluster.yaml says of them, before the centre answers anybody. The same again changes nothing.</summary>
internal sealed class RegionSetup(ClusterFile cluster, IGrainFactory grains, Readiness readiness) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Parallel.ForEachAsync(
            cluster.Options.Sites, cancellationToken, async (site, _) => await grains.GetGrain<ISiteGrain>(GrainKeys.Site(site.Code)).Configure(Profile(site)));
        await Parallel.ForEachAsync(
            cluster.Options.Sites.SelectMany(s => s.Devices, (s, d) => new DeviceProfile(s.Code, d.AeTitle, d.Name, d.Modality, d.Room)),
            cancellationToken,
            async (profile, _) => await grains.GetGrain<IDeviceGrain>(GrainKeys.Device(profile.Site, profile.AeTitle)).Configure(profile));
        readiness.RegionIsSetUp();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static SiteProfile Profile(SiteOptions site) => new(
        site.Code, site.Name, site.NameEn, site.Kind, site.AccessionPrefix,
        [.. site.Roster.Select(r => new RosterEntry(r.User, r.Name, r.Role, r.Phone, r.Step))],
        new Agreement(
            site.Agreement.ReadingCentre, site.Agreement.Signing == "single" ? SigningPolicy.Single : SigningPolicy.Double,
            [.. site.Agreement.SingleSigners], site.Agreement.RoutineWithin, site.Agreement.UrgentWithin, site.Agreement.EmergencyWithin));
}
