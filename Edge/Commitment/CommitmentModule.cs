using FellowOakDicom.Network.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Regional.Edge.Journal;
using Regional.Imaging;
using Regional.Imaging.Cluster;

namespace Regional.Edge.Commitment;

/// <summary>Storage commitment as the host sees it.</summary>
internal static class CommitmentModule
{
    public static IServiceCollection AddCommitment(this IServiceCollection services, CommitmentStore store, SiteOptions site)
    {
        services.AddSingleton(store);
        services.AddSingleton(sp => new CommitmentJudge(sp.GetRequiredService<ImageArchive>(), sp.GetRequiredService<UploadQueue>(), site.Edge.AeTitle));
        services.AddSingleton<CommitmentService>();
        services.AddHostedService(sp => new CommitmentReporter(
            store, sp.GetRequiredService<CommitmentJudge>(), sp.GetRequiredService<CommitmentService>(), site, sp.GetRequiredService<IDicomClientFactory>(),
            sp.GetRequiredService<TimeProvider>(), sp.GetRequiredService<ILogger<CommitmentReporter>>()));
        return services;
    }
}
