using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Timers;

namespace Orleans.Embedded;

internal sealed record SiloBuilder(IServiceCollection Services, IConfiguration Configuration) : ISiloBuilder;

/// <summary>What every silo is made of.</summary>
internal static class SiloServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddLogging();
        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddKeyedSingleton<TimeProvider>(KeyedService.AnyKey, static (s, _) => s.GetRequiredService<TimeProvider>());

        services.AddSingleton<GrainTypes>();
        services.AddSingleton<RequestInvoker>();
        services.AddSingleton<GrainCatalog>();
        services.AddTransient<ObserverDirectory>();
        services.AddSingleton<ActivationCollector>();
        services.AddSingleton<SiloLifecycle>();
        services.AddSingleton<SiloMessaging>();
        services.AddSingleton(static _ => new DeepCopier());
        services.AddSingleton<ILocalSiloDetails, LocalSiloDetails>();
        services.AddSingleton<ITimerRegistry, TimerRegistry>();
        services.AddSingleton<IGrainRuntime, GrainRuntime>();
        services.AddSingleton<IPersistentStateFactory, PersistentStateFactory>();
        services.AddSingleton<IGrainContextAccessor, GrainContextAccessor>();
        services.AddSingleton<IClusterClient>(static s => s.GetRequiredService<SiloMessaging>().Factory);
        services.AddSingleton<IGrainFactory>(static s => s.GetRequiredService<IClusterClient>());
        services.AddScoped<GrainContextHolder>();
        services.AddScoped<IGrainContext>(static s =>
            s.GetRequiredService<GrainContextHolder>().Context ?? throw new InvalidOperationException("These are not the services of a grain."));

        services.AddSingleton<IConfigurationValidator, ClusterOptionsValidator>();
        services.AddSingleton<IConfigurationValidator, TopologyValidator>();
        services.AddSingleton<IConfigurationValidator, GrainCollectionOptionsValidator>();
        services.AddSingleton<IConfigurationValidator, ContractValidator>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, PortHolder>();
        services.AddSingleton<Silo>();
        services.AddHostedService(static s => s.GetRequiredService<Silo>());
    }
}

/// <inheritdoc/>
internal sealed class GrainContextAccessor : IGrainContextAccessor
{
    public IGrainContext GrainContext => RuntimeContext.Current!;
}

/// <inheritdoc/>
internal sealed class LocalSiloDetails : ILocalSiloDetails
{
    public LocalSiloDetails(IOptions<SiloOptions> silo, IOptions<ClusterOptions> cluster, IOptions<EndpointOptions> endpoint, TimeProvider clock)
    {
        DnsHostName = System.Net.Dns.GetHostName();
        Name = silo.Value.SiloName ?? $"Silo_{Guid.NewGuid().ToString("N")[..5]}";
        ClusterId = cluster.Value.ClusterId;
        var generation = (int)(clock.GetUtcNow() - new DateTimeOffset(2022, 1, 1, 0, 0, 0, TimeSpan.Zero)).TotalSeconds;
        SiloAddress = SiloAddress.New(endpoint.Value.AdvertisedIPAddress, endpoint.Value.SiloPort, generation);
        GatewayAddress = SiloAddress.New(endpoint.Value.AdvertisedIPAddress, endpoint.Value.GatewayPort, generation);
    }

    public string Name { get; }

    public string ClusterId { get; }

    public string DnsHostName { get; }

    public SiloAddress SiloAddress { get; }

    public SiloAddress GatewayAddress { get; }
}
