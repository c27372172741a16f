using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Orleans.TestingHost;

/// <summary>Puts the hosts of a test cluster together.</summary>
internal static class TestHosts
{
    public static IHost Silo(string name, TestClusterOptions options, IConfiguration configuration)
    {
        var builder = NewBuilder(configuration);
        builder.UseOrleans(silo => silo
            .UseSingleSilo(holdPorts: false)
            .Configure<SiloOptions>(o => o.SiloName = name)
            .Configure<ClusterOptions>(o =>
            {
                o.ClusterId = options.ClusterId;
                o.ServiceId = options.ServiceId;
            }));
        foreach (var configurator in Create(options.SiloBuilderConfiguratorTypes))
        {
            (configurator as IHostConfigurator)?.Configure(builder);
            if (configurator is ISiloConfigurator silo)
                builder.UseOrleans(silo.Configure);
        }

        return builder.Build();
    }

    public static IHost Client(TestClusterOptions options, IConfiguration configuration)
    {
        var builder = NewBuilder(configuration);
        builder.ConfigureServices(services =>
        {
            services.AddOptions<ClientMessagingOptions>();
            services.Configure<ClusterOptions>(o =>
            {
                o.ClusterId = options.ClusterId;
                o.ServiceId = options.ServiceId;
            });
        });
        foreach (var configurator in Create(options.ClientBuilderConfiguratorTypes))
        {
            (configurator as IHostConfigurator)?.Configure(builder);
            if (configurator is IClientBuilderConfigurator client)
                builder.ConfigureServices(services => client.Configure(configuration, new ClientBuilder(services, configuration)));
        }

        return builder.Build();
    }

    private static HostBuilder NewBuilder(IConfiguration configuration)
    {
        var builder = new HostBuilder();
        builder.UseEnvironment(Environments.Development);
        builder.Properties[TestClusterExtensions.ConfigurationKey] = configuration;
        builder.ConfigureHostConfiguration(c => c.AddConfiguration(configuration));
        return builder;
    }

    private static IEnumerable<object> Create(IEnumerable<string?> types) =>
        types.Select(t => Activator.CreateInstance(Type.GetType(t!, throwOnError: true)!)!);
}
