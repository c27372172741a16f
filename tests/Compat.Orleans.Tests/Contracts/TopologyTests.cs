using System.Net;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.TestingHost;
using Regional.Compat.Orleans.Tests.Storage;
using Regional.TestKit;

namespace Regional.Compat.Orleans.Tests.Contracts;

/// <summary>The embedded engine is a cluster of one. It says so where more is asked for, and so these tests are its own.</summary>
public sealed class TopologyTests
{
    private readonly IReadOnlyList<int> _ports = LoopbackPort.Free(2);

    [Fact]
    public async Task A_test_cluster_of_two_is_refused()
    {
        await using var cluster = new TestClusterBuilder(2).Build();

        (await Should.ThrowAsync<OrleansConfigurationException>(cluster.DeployAsync)).Message.ShouldContain("cluster of one");
    }

    [Fact]
    public async Task A_primary_elsewhere_is_refused()
    {
        var failure = await Should.ThrowAsync<OrleansConfigurationException>(
            () => Run(silo => silo.UseLocalhostClustering(_ports[0], _ports[1], new IPEndPoint(IPAddress.Loopback, 1))));

        failure.Message.ShouldContain("not this one");
    }

    [Fact]
    public async Task A_cluster_through_a_database_is_refused()
    {
        var failure = await Should.ThrowAsync<OrleansConfigurationException>(
            () => Run(silo => silo.UseAdoNetClustering(options => options.Invariant = "Npgsql")));

        failure.Message.ShouldContain("UseAdoNetClustering");
        failure.Message.ShouldContain("Stack=nuget");
    }

    [Fact]
    public async Task No_clustering_is_refused()
    {
        await Should.ThrowAsync<OrleansConfigurationException>(() => Run(_ => { }));
    }

    [Fact]
    public async Task A_second_silo_on_the_same_ports_is_refused()
    {
        await Run(
            silo => silo.UseLocalhostClustering(_ports[0], _ports[1]),
            async () =>
            {
                var failure = await Should.ThrowAsync<OrleansConfigurationException>(
                    () => Run(silo => silo.UseLocalhostClustering(_ports[0], _ports[1])));
                failure.Message.ShouldContain("in use");
            });
    }

    [Theory]
    [InlineData("Microsoft.Data.Sqlite", "Data Source=x", true, "SQLite is System.Data.SQLite")]
    [InlineData("Npgsql", "", true, "ConnectionString must be set")]
    [InlineData("Npgsql", "Host=x", false, "GrainStorageSerializer must be set")]
    public async Task Storage_options_are_checked(string invariant, string connectionString, bool withSerializer, string fault)
    {
        var failure = await Should.ThrowAsync<OrleansConfigurationException>(() => Run(silo => silo
            .UseLocalhostClustering(_ports[0], _ports[1])
            .AddAdoNetGrainStorageAsDefault(options =>
            {
                options.Invariant = invariant;
                options.ConnectionString = connectionString;
                options.GrainStorageSerializer = withSerializer ? new JsonStateSerializer() : null!;
            })));

        failure.Message.ShouldContain(fault);
    }

    [Fact]
    public async Task A_collection_age_within_the_quantum_is_refused()
    {
        await Should.ThrowAsync<OrleansConfigurationException>(() => Run(silo => silo
            .UseLocalhostClustering(_ports[0], _ports[1])
            .Configure<GrainCollectionOptions>(options => options.CollectionAge = options.CollectionQuantum)));
    }

    private static async Task Run(Action<ISiloBuilder> configure, Func<Task>? body = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleans(configure);
        using var host = builder.Build();
        await host.StartAsync();
        if (body is not null)
            await body();
        await host.StopAsync();
    }
}
