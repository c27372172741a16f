using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Regional.Edge.Link;

namespace Regional.Edge.Performed;

/// <summary>Performed steps as the host sees them.</summary>
internal static class PerformedModule
{
    public static IServiceCollection AddPerformed(this IServiceCollection services, PerformedStore store, TimeSpan localOffset)
    {
        services.AddSingleton(store);
        services.AddSingleton<PerformedService>();
        services.AddSingleton<ILinkPart>(sp => new PerformedLink(
            store, localOffset, sp.GetRequiredService<TimeProvider>(), sp.GetRequiredService<ILogger<PerformedLink>>()));
        return services;
    }
}
