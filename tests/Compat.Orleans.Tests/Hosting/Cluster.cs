using Orleans.Configuration;
using Orleans.TestingHost;

namespace Regional.Compat.Orleans.Tests.Hosting;

/// <summary>Starts test clusters.</summary>
internal static class Cluster
{
    /// <summary>How long grains wait for answers in these tests.</summary>
    public static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(2);

    /// <summary>How long the tests themselves wait for answers: longer than grains, so that those give up first.</summary>
    public static readonly TimeSpan ClientResponseTimeout = TimeSpan.FromSeconds(6);

    public static async Task<TestCluster> Start(Action<TestClusterBuilder>? configure = null)
    {
        var builder = new TestClusterBuilder(1);
        builder.AddSiloBuilderConfigurator<Defaults>();
        builder.AddClientBuilderConfigurator<ClientDefaults>();
        configure?.Invoke(builder);
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    private sealed class Defaults : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder) => siloBuilder
            .AddMemoryGrainStorageAsDefault()
            .UseInMemoryReminderService()
            .AddIncomingGrainCallFilter<RecordingFilter>()
            .AddOutgoingGrainCallFilter(StampSource)
            .Configure<SiloMessagingOptions>(o => o.ResponseTimeout = ResponseTimeout);

        private static async Task StampSource(IOutgoingGrainCallContext context)
        {
            if (context.SourceContext is { } source)
                RequestContext.Set("stamp", source.GrainId.ToString());
            await context.Invoke();
        }
    }

    private sealed class ClientDefaults : IClientBuilderConfigurator
    {
        public void Configure(Microsoft.Extensions.Configuration.IConfiguration configuration, IClientBuilder clientBuilder) =>
            clientBuilder.Configure<ClientMessagingOptions>(o => o.ResponseTimeout = ClientResponseTimeout);
    }
}

/// <summary>Remembers which methods were called on which grains. It asks for the factory of references, as filters may.</summary>
internal sealed class RecordingFilter(IGrainFactory grains) : IIncomingGrainCallFilter
{
    public static System.Collections.Concurrent.ConcurrentQueue<string> Calls { get; } = new();

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        Calls.Enqueue($"{context.TargetId.Key} {context.InterfaceName}.{context.MethodName}");
        await context.Invoke();
        grains.GetGrain(context.TargetId).GetGrainId().ShouldBe(context.TargetId);
        if (context is { MethodName: nameof(ICallGrain.Doubled), Result: int doubled })
            context.Result = doubled + 1;
    }
}

/// <summary>One cluster for the tests of a class.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    public TestCluster Cluster { get; private set; } = null!;

    public IGrainFactory Grains => Cluster.GrainFactory;

    public async Task InitializeAsync() => Cluster = await Hosting.Cluster.Start();

    public async Task DisposeAsync() => await Cluster.DisposeAsync();

    /// <summary>
    /// Has idle activations collected until <paramref name="done"/>: an activation answers its last caller a moment before it is idle.
    /// </summary>
    public async Task CollectUntil(Func<bool> done)
    {
        using var patience = new CancellationTokenSource(Gate.Patience);
        do
        {
            patience.Token.ThrowIfCancellationRequested();
            await Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);
        }
        while (!done());
    }

    /// <summary>A key no other test uses.</summary>
    public static string NewKey() => $"test:{Guid.NewGuid():N}";
}
