using FellowOakDicom.Network.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Regional.Edge.Dicom;
using Regional.Imaging;
using Regional.Imaging.Cluster;

namespace Regional.Edge.Peers;

/// <summary>The edge as the one who calls: verification, sending, querying and importing.</summary>
internal static class PeersModule
{
    /// <param name="folder">The edge's own.</param>
    public static void AddPeers(this IServiceCollection services, ClusterFile cluster, SiteOptions site, string folder, TimeProvider time)
    {
        services.AddSingleton(_ => new PeerDatabase(folder));
        services.AddSingleton<EchoBook>();
        services.AddSingleton(sp => new JobBook(sp.GetRequiredService<PeerDatabase>(), time));
        services.AddSingleton(sp => new RemoteBook(cluster, site, sp.GetRequiredService<IDicomClientFactory>()));
        services.AddSingleton<PeerQuery>();
        services.AddSingleton<SendJob>();
        services.AddSingleton(sp => new ImportJob(
            sp.GetRequiredService<JobBook>(), sp.GetRequiredService<RemoteBook>(), sp.GetRequiredService<PeerQuery>(), sp.GetRequiredService<ImageArchive>(), site,
            cluster.Options.Clocks.LocalOffset, time, sp.GetRequiredService<ILogger<ImportJob>>()));
        services.AddSingleton(sp => new EchoRound(
            sp.GetRequiredService<RemoteBook>(), sp.GetRequiredService<EchoBook>(), site.Edge.EchoEvery, time, sp.GetRequiredService<ILogger<EchoRound>>()));
        services.AddSingleton<JobRunner>();
        services.AddHostedService(sp => sp.GetRequiredService<EchoRound>());
        services.AddHostedService(sp => sp.GetRequiredService<JobRunner>());
    }
}
