using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Regional.Edge.Hosting;
using Regional.Imaging;
using Regional.Imaging.Cluster;

namespace Regional.Edge.Capture;

/// <summary>Capture folders as the host sees them; nothing runs where the site has none.</summary>
internal static class CaptureModule
{
    public static IServiceCollection AddCapture(this IServiceCollection services, ClusterFile cluster, SiteOptions site, EdgeSeams seams)
    {
        if (site.Edge.Capture.Folders.Count == 0) return services;
        services.AddSingleton<IHostedService>(sp => new FolderCapture(
            [.. site.Edge.Capture.Folders.Select(folder => new CaptureFolder(folder, cluster.Resolve(folder.Path), seams.Files))],
            new CaptureSubjects(site, cluster.Options.Clocks.LocalOffset), sp.GetRequiredService<ImageArchive>(), seams.Files, site.Code, seams.Time,
            seams.Captured, sp.GetRequiredService<ILogger<FolderCapture>>()));
        return services;
    }
}
