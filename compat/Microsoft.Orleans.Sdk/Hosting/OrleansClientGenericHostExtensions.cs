using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Microsoft.Extensions.Hosting;

/// <summary>
/// A client outside the silo's process needs a cluster, and the embedded engine is none. The members are there so that the same
/// composition root compiles; starting such a host fails and says why.
/// </summary>
public static class OrleansClientGenericHostExtensions
{
    public static IHostApplicationBuilder UseOrleansClient(
        this IHostApplicationBuilder hostAppBuilder, Action<IClientBuilder> configureDelegate)
    {
        configureDelegate(new ClientBuilder(hostAppBuilder.Services, hostAppBuilder.Configuration));
        hostAppBuilder.Services.AddHostedService<RefusedClient>();
        return hostAppBuilder;
    }

    public static IHostBuilder UseOrleansClient(this IHostBuilder hostBuilder, Action<IClientBuilder> configureDelegate) =>
        hostBuilder.ConfigureServices((context, services) =>
        {
            configureDelegate(new ClientBuilder(services, context.Configuration));
            services.AddHostedService<RefusedClient>();
        });

    private sealed class RefusedClient(IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            if (services.GetService<ILocalSiloDetails>() is not null)
                return Task.CompletedTask;

            throw new OrleansConfigurationException(
                "The embedded engine runs grains in one process and takes no clients from others. Host the client in the silo's "
                + "process (UseOrleans gives it an IClusterClient), or build with Stack=nuget for the real Orleans client.");
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

internal sealed record ClientBuilder(IServiceCollection Services, IConfiguration Configuration) : IClientBuilder;
