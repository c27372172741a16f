using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Embedded;

namespace Orleans.Hosting;

/// <summary>Where the silo listens and to which cluster it belongs. The embedded engine is a cluster of one and refuses any other.</summary>
public static class CoreHostingExtensions
{
    /// <summary>A cluster of this one silo on this machine. Its ports are held, so that a second cannot be started beside it.</summary>
    public static ISiloBuilder UseLocalhostClustering(
        this ISiloBuilder builder,
        int siloPort = EndpointOptions.DEFAULT_SILO_PORT,
        int gatewayPort = EndpointOptions.DEFAULT_GATEWAY_PORT,
        IPEndPoint? primarySiloEndpoint = null,
        string serviceId = ClusterOptions.DevelopmentServiceId,
        string clusterId = ClusterOptions.DevelopmentClusterId)
    {
        builder.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = IPAddress.Loopback;
            options.SiloPort = siloPort;
            options.GatewayPort = gatewayPort;
        });
        if (serviceId != ClusterOptions.DevelopmentServiceId || clusterId != ClusterOptions.DevelopmentClusterId)
        {
            builder.Configure<ClusterOptions>(options =>
            {
                options.ServiceId = serviceId;
                options.ClusterId = clusterId;
            });
        }

        return builder.UseDevelopmentClustering(primarySiloEndpoint);
    }

    /// <summary>A development cluster; its primary silo must be this one.</summary>
    public static ISiloBuilder UseDevelopmentClustering(this ISiloBuilder builder, IPEndPoint? primarySiloEndpoint)
    {
        builder.Services.AddOptions<DevelopmentClusterMembershipOptions>()
            .Configure<IOptions<EndpointOptions>>((options, endpoint) =>
                options.PrimarySiloEndpoint = primarySiloEndpoint ?? new IPEndPoint(endpoint.Value.AdvertisedIPAddress, endpoint.Value.SiloPort));
        return builder.UseSingleSilo(holdPorts: true);
    }

    public static ISiloBuilder UseDevelopmentClustering(this ISiloBuilder builder, Action<DevelopmentClusterMembershipOptions> configureOptions)
    {
        builder.Configure(configureOptions);
        return builder.UseSingleSilo(holdPorts: true);
    }

    internal static ISiloBuilder UseSingleSilo(this ISiloBuilder builder, bool holdPorts)
    {
        builder.Services.AddSingleton(new ClusterOfOne(holdPorts));
        return builder;
    }
}

/// <summary>Ports and addresses of the silo.</summary>
public static class EndpointOptionsExtensions
{
    public static ISiloBuilder ConfigureEndpoints(
        this ISiloBuilder builder, IPAddress advertisedIP, int siloPort, int gatewayPort, bool listenOnAnyHostAddress = false) =>
        builder.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = advertisedIP;
            options.SiloPort = siloPort;
            options.GatewayPort = gatewayPort;
        });
}
