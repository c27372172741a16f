using Orleans.Core.Internal;
using Regional.Compat.Orleans.Tests.Hosting;

namespace Regional.Compat.Orleans.Tests.Life;

/// <summary>How activations begin and end.</summary>
public sealed class LifeTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private readonly string _gate = Guid.NewGuid().ToString();
    private readonly string _key = ClusterFixture.NewKey();

    private ILifeGrain Grain => fixture.Grains.GetGrain<ILifeGrain>(_key);

    private IManagementGrain Management => fixture.Grains.GetGrain<IManagementGrain>(0);

    [Fact]
    public async Task A_request_that_waits_for_a_leaving_activation_goes_to_the_next_one()
    {
        var leaving = Grain.LeaveThenWait(_gate);
        await Gate.Of(_gate).Reached();
        var next = Grain.Activation();
        next.IsCompleted.ShouldBeFalse();
        Gate.Of(_gate).Open();

        (await next).ShouldNotBe(await leaving);
        LifeRecord.Events[_key].ShouldBe(["activated", "deactivated ApplicationRequested", "activated"]);
    }

    [Fact]
    public async Task A_grain_can_be_asked_to_leave_from_outside()
    {
        var first = await Grain.Activation();

        await Grain.AsReference<IGrainManagementExtension>().DeactivateOnIdle();

        (await Grain.Activation()).ShouldNotBe(first);
    }

    [Fact]
    public async Task Idle_activations_are_collected_by_age()
    {
        var first = await Grain.Activation();

        await fixture.CollectUntil(() => LifeRecord.Events[_key].Contains("deactivated ActivationIdle"));

        (await Grain.Activation()).ShouldNotBe(first);
    }

    [Fact]
    public async Task Young_and_kept_activations_are_not_collected()
    {
        var first = await Grain.Activation();
        await Management.ForceActivationCollection(TimeSpan.FromMinutes(10));
        (await Grain.Activation()).ShouldBe(first);

        await Grain.StayAtLeast(TimeSpan.FromMinutes(10));
        await Management.ForceActivationCollection(TimeSpan.Zero);

        (await Grain.Activation()).ShouldBe(first);
    }

    [Fact]
    public async Task Ten_thousand_activations_come_and_go()
    {
        var keys = Enumerable.Range(0, 10_000).Select(i => $"{_key}-{i}").ToArray();
        await Parallel.ForEachAsync(keys, async (key, _) => await fixture.Grains.GetGrain<ILifeGrain>(key).Activation());
        (await Management.GetTotalActivationCount()).ShouldBeGreaterThanOrEqualTo(keys.Length);

        await fixture.CollectUntil(() => keys.All(key => LifeRecord.Events[key].Contains("deactivated ActivationIdle")));

        (await Management.GetTotalActivationCount()).ShouldBeLessThan(100);
    }

    [Fact]
    public async Task A_grain_that_cannot_be_activated_fails_its_callers()
    {
        // The pause after a failed activation is longer than callers wait here: they time out, as with the original.
        var calls = Enumerable.Range(0, 3).Select(_ => Should.ThrowAsync<Exception>(fixture.Grains.GetGrain<IBrokenGrain>(_key).Touch));

        foreach (var failure in await Task.WhenAll(calls))
            (failure is TimeoutException or CallException { Code: 3 }).ShouldBeTrue(failure.ToString());
    }

    [Fact]
    public async Task Stopping_the_silo_deactivates_grains()
    {
        var cluster = await Cluster.Start();
        await cluster.GrainFactory.GetGrain<ILifeGrain>(_key).Activation();

        await cluster.StopAllSilosAsync();

        LifeRecord.Events[_key].ShouldBe(["activated", "deactivated ShuttingDown"]);
    }

    [Fact]
    public async Task A_killed_silo_deactivates_nothing_and_its_callers_learn_of_it()
    {
        await using var cluster = await Cluster.Start();
        var waiting = cluster.GrainFactory.GetGrain<ILifeGrain>(_key).WaitHere(_gate);
        await Gate.Of(_gate).Reached();

        await cluster.KillSiloAsync(cluster.Primary!);

        await Should.ThrowAsync<Exception>(() => waiting);
        await Should.ThrowAsync<OrleansException>(() => cluster.GrainFactory.GetGrain<ILifeGrain>(_key).Activation());
        LifeRecord.Events[_key].ShouldBe(["activated"]);
        Gate.Of(_gate).Open();
    }
}
