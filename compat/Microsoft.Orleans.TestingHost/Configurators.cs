using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace Orleans.TestingHost;

/// <summary>
/// Configures the silos of a test cluster. Named by type and made with its parameterless constructor: it holds nothing of the test,
/// because a silo may be in another process.
/// </summary>
public interface ISiloConfigurator
{
    void Configure(ISiloBuilder siloBuilder);
}

/// <summary>Configures the hosts of silos or of the client. Made like an <see cref="ISiloConfigurator"/>.</summary>
public interface IHostConfigurator
{
    void Configure(IHostBuilder hostBuilder);
}

/// <summary>Configures the client. Made like an <see cref="ISiloConfigurator"/>.</summary>
public interface IClientBuilderConfigurator
{
    void Configure(IConfiguration configuration, IClientBuilder clientBuilder);
}
