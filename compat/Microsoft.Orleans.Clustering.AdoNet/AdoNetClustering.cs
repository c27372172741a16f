using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Embedded;

namespace Orleans.Configuration
{
    /// <summary>Where the membership of a cluster is kept.</summary>
    public class AdoNetClusteringSiloOptions
    {
        public string Invariant { get; set; } = null!;

        [Redact]
        public string? ConnectionString { get; set; }
    }

    /// <summary>Where a client finds the cluster.</summary>
    public class AdoNetClusteringClientOptions
    {
        public string Invariant { get; set; } = null!;

        [Redact]
        public string? ConnectionString { get; set; }
    }
}

namespace Orleans.Hosting
{
    /// <summary>
    /// A cluster whose silos find each other through a database. The embedded engine is no such cluster: the members are here so that
    /// the same composition root compiles, and a silo that uses them refuses to start.
    /// </summary>
    public static class AdoNetHostingExtensions
    {
        public static ISiloBuilder UseAdoNetClustering(this ISiloBuilder builder, Action<AdoNetClusteringSiloOptions> configureOptions)
        {
            builder.Configure(configureOptions);
            builder.Services.AddSingleton(new ClusterOfMany(nameof(UseAdoNetClustering)));
            return builder;
        }

        public static IClientBuilder UseAdoNetClustering(this IClientBuilder builder, Action<AdoNetClusteringClientOptions> configureOptions) =>
            builder.Configure(configureOptions);
    }
}
