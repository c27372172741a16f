using Orleans.Configuration;
using Orleans.TestingHost;
using Regional.Compat.Orleans.Tests.Hosting;

namespace Regional.Compat.Orleans.Tests.Life;

/// <summary>Ages and limits of activations, small enough to be seen: idleness is real time on both stacks.</summary>
public sealed class ClockTests : IAsyncLifetime
{
    private readonly string _gate = Guid.NewGuid().ToString();
    private readonly string _key = ClusterFixture.NewKey();
    private TestCluster _cluster = null!;

    private ILifeGrain Grain => _cluster.GrainFactory.GetGrain<ILifeGrain>(_key);

    public async Task InitializeAsync() => _cluster = await Cluster.Start(builder => builder.AddSiloBuilderConfigurator<Limits>());

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task An_activation_is_collected_when_it_has_been_idle_for_its_age()
    {
        var began = TimeProvider.System.GetTimestamp();
        var first = await Grain.Activation();

        (await LifeRecord.Ended(_key).WaitAsync(Gate.Patience)).ShouldBe("deactivated ActivationIdle");

        TimeProvider.System.GetElapsedTime(began).ShouldBeGreaterThan(Limits.Age, "not before its age");
        (await Grain.Activation()).ShouldNotBe(first);
    }

    [Fact]
    public async Task A_grain_refuses_requests_over_its_limit()
    {
        var underWay = Grain.WaitHere(_gate);
        await Gate.Of(_gate).Reached();
        var waiting = Enumerable.Range(0, 6).Select(_ => Grain.WaitHere(_gate)).ToList();

        // Requests of one sender need not arrive in the order they were sent: whichever comes last is one too many.
        var refused = await Task.WhenAny(waiting);
        await Should.ThrowAsync<LimitExceededException>(() => refused);

        for (var i = 0; i < 6; i++)
            Gate.Of(_gate).Open();
        waiting.Remove(refused);
        await Task.WhenAll([underWay, .. waiting]);
    }

    private sealed class Limits : ISiloConfigurator
    {
        public static readonly TimeSpan Age = TimeSpan.FromSeconds(1);

        public void Configure(ISiloBuilder siloBuilder) => siloBuilder
            .Configure<GrainCollectionOptions>(o => (o.CollectionQuantum, o.CollectionAge) = (Age / 4, Age))
            .Configure<SiloMessagingOptions>(o => o.MaxEnqueuedRequestsHardLimit = 5);
    }
}
