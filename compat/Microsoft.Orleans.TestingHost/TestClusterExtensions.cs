using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Orleans.TestingHost;

/// <summary>What a host configurator can learn of its cluster.</summary>
public static class TestClusterExtensions
{
    internal const string ConfigurationKey = "Configuration";

    public static IConfiguration GetConfiguration(this IHostBuilder builder) => (IConfiguration)builder.Properties[ConfigurationKey];

    public static string? GetConfigurationValue(this IHostBuilder hostBuilder, string key) => hostBuilder.GetConfiguration()[key];
}
