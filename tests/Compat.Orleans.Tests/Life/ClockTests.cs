using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.TestingHost;
using Regional.Compat.Orleans.Tests.Hosting;
using Regional.TestKit;

namespace Regional.Compat.Orleans.Tests.Life;

/// <summary>Ages, time-outs and limits, by a clock that the test moves.</summary>
public sealed class ClockTests : IAsyncLifetime
{
    private static readonly ManualTimeProvider s_clock = new();

    private readonly string _gate = Guid.NewGuid().ToString();
    private readonly string _key = ClusterFixture.NewKey();
    private TestCluster _cluster = null!;

    private ILifeGrain Grain => _cluster.GrainFactory.GetGrain<ILifeGrain>(_key);

    public async Task InitializeAsync() => _cluster = await Cluster.Start(builder => builder.AddSiloBuilderConfigurator<Clock>());

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task An_activation_is_collected_when_it_has_been_idle_for_its_age()
    {
        var first = await Grain.Activation();
        s_clock.Advance(TimeSpan.FromMinutes(14));
        (await Grain.Activation()).ShouldBe(first);

        using var patience = new CancellationTokenSource(Gate.Patience);
        while (!LifeRecord.Events[_key].Contains("deactivated ActivationIdle"))
        {
            patience.Token.ThrowIfCancellationRequested();
            s_clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        (await Grain.Activation()).ShouldNotBe(first);
    }

    [Fact]
    public async Task A_grain_refuses_requests_over_its_limit()
    {
        var underWay = Grain.WaitHere(_gate);
        await Gate.Of(_gate).Reached();
        var waiting = Enumerable.Range(0, 5).Select(_ => Grain.WaitHere(_gate)).ToArray();

        await Should.ThrowAsync<LimitExceededException>(() => Grain.WaitHere(_gate));

        for (var i = 0; i < 6; i++)
            Gate.Of(_gate).Open();
        await Task.WhenAll([underWay, .. waiting]);
    }

    private sealed class Clock : IHostConfigurator, ISiloConfigurator
    {
        public void Configure(IHostBuilder hostBuilder) => hostBuilder.ConfigureServices(services => services.AddSingleton<TimeProvider>(s_clock));

        public void Configure(ISiloBuilder siloBuilder) => siloBuilder.Configure<SiloMessagingOptions>(o => o.MaxEnqueuedRequestsHardLimit = 5);
    }
}
