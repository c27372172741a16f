using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Regional.Edge.Link;
using Regional.Imaging.Cluster;

namespace Regional.Edge.Worklist;

/// <summary>The worklist as the host sees it.</summary>
internal static class WorklistModule
{
    public static IServiceCollection AddWorklist(this IServiceCollection services, WorklistStore store, SiteOptions site, TimeSpan localOffset)
    {
        services.AddSingleton(store);
        services.AddSingleton<ILinkPart, WorklistLink>();
        services.AddSingleton(sp => new WorklistService(
            store, new WorklistScope(site, localOffset), site, sp.GetRequiredService<TimeProvider>(), sp.GetRequiredService<ILogger<WorklistService>>()));
        return services;
    }
}
