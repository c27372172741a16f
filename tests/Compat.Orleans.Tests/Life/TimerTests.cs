using Regional.Compat.Orleans.Tests.Hosting;

namespace Regional.Compat.Orleans.Tests.Life;

/// <summary>Timers of grains are turns of grains.</summary>
public sealed class TimerTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(20);

    private readonly string _gate = Guid.NewGuid().ToString();
    private readonly string _key = ClusterFixture.NewKey();

    private ILifeGrain Grain => fixture.Grains.GetGrain<ILifeGrain>(_key);

    [Fact]
    public async Task A_tick_waits_for_a_request_and_a_request_for_a_tick()
    {
        var request = Guid.NewGuid().ToString();
        await Grain.StartTimer(_gate, TimeSpan.Zero, Timeout.InfiniteTimeSpan, interleave: false, keepAlive: false);
        await Gate.Of(_gate).Reached();

        var waiting = Grain.WaitHere(request);
        Gate.Of(request).IsReached().ShouldBeFalse();
        Gate.Of(_gate).Open();
        await Gate.Of(request).Reached();
        Gate.Of(request).Open();
        await waiting;
    }

    [Fact]
    public async Task An_interleaving_timer_ticks_while_a_request_awaits()
    {
        var request = Guid.NewGuid().ToString();
        await Grain.StartTimer(_gate, s_soon, s_soon, interleave: true, keepAlive: false);
        var waiting = Grain.WaitHere(request);
        await Gate.Of(request).Reached();

        await Gate.Of(_gate).Reached();

        Gate.Of(_gate).Open();
        Gate.Of(request).Open();
        await waiting;
        await Grain.StopTimer();
    }

    [Fact]
    public async Task Ticks_of_one_timer_never_overlap()
    {
        await Grain.StartTimer(_gate, s_soon, TimeSpan.Zero, interleave: true, keepAlive: false);
        await Gate.Of(_gate).Reached();

        (await Grain.Ticks()).ShouldBe(1);
        Gate.Of(_gate).Open();
        await Gate.Of(_gate).Reached();
        (await Grain.Ticks()).ShouldBe(2);
        await Grain.StopTimer();
    }

    [Fact]
    public async Task Disposing_a_timer_cancels_its_tick_and_stops_it()
    {
        await Grain.StartTimer(_gate, TimeSpan.Zero, s_soon, interleave: true, keepAlive: false);
        await Gate.Of(_gate).Reached();

        await Grain.StopTimer();

        (await Grain.Ticks()).ShouldBe(1);
        Gate.Of(_gate).IsReached().ShouldBeFalse();
    }

    [Fact]
    public async Task Timers_end_with_their_activation()
    {
        await Grain.StartTimer(_gate, TimeSpan.FromMinutes(1), s_soon, interleave: false, keepAlive: false);

        await fixture.CollectUntil(() => LifeRecord.Events[_key].Contains("deactivated ActivationIdle"));

        (await Grain.Ticks()).ShouldBe(0);
    }
}
