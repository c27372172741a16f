using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Regional.Edge.Link;
using Regional.Imaging;
using Regional.Imaging.Copies;
using Regional.Imaging.Packs;

namespace Regional.Edge.Copies;

/// <summary>Copies as the edge's host sees them.</summary>
internal static class CopyModule
{
    /// <param name="folder">The edge's own.</param>
    public static IServiceCollection AddCopies(this IServiceCollection services, string site, string folder)
    {
        services.AddSingleton<CopyQueue>().AddSingleton<CopyStream>().AddSingleton<CentreCalls>();
        services.AddSingleton(_ => new CopyLedger(folder));
        services.AddSingleton(provider => new CopyKeeper(
            provider.GetRequiredService<ImageArchive>(),
            new ReceiveBuffers(new ReceiveBufferOptions { SpoolDirectory = Path.Combine(folder, "spool"), MemoryBytes = 32L << 20, SpoolAbove = 8L << 20 }),
            provider.GetRequiredService<ILogger<CopyKeeper>>()));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<NearestCopies>(provider, site));
        services.AddSingleton<ILinkPart>(provider => ActivatorUtilities.CreateInstance<SendOrders>(provider, site));
        services.AddSingleton<ILinkDuty>(provider => provider.GetRequiredService<CentreCalls>());
        services.AddSingleton<ILinkDuty>(provider => provider.GetRequiredService<CopyStream>());
        services.Replace(ServiceDescriptor.Singleton<INearestCopy>(provider => provider.GetRequiredService<NearestCopies>()));
        return services;
    }
}
