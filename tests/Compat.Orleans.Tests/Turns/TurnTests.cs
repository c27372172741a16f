using Regional.Compat.Orleans.Tests.Hosting;

namespace Regional.Compat.Orleans.Tests.Turns;

/// <summary>One turn at a time, in order, and no second request while one is under way unless either may interleave.</summary>
public sealed class TurnTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private readonly string _gate = Guid.NewGuid().ToString();

    private ITurnGrain Plain(string key) => fixture.Grains.GetGrain<ITurnGrain>(key, typeof(PlainTurnGrain).FullName);

    [Fact]
    public async Task Every_request_of_a_caller_runs_once_in_whatever_order()
    {
        var grain = Plain(ClusterFixture.NewKey());

        await Task.WhenAll(Enumerable.Range(0, 500).Select(grain.Append));

        (await grain.Appended()).Order().ShouldBe(Enumerable.Range(0, 500));
    }

    [Fact]
    public async Task A_second_request_waits_for_the_first()
    {
        var grain = Plain(ClusterFixture.NewKey());

        var first = grain.Wait(_gate);
        await Gate.Of(_gate).Reached();
        var second = grain.Wait(_gate);
        (await grain.Interleave()).ShouldBe(1);
        Gate.Of(_gate).IsReached().ShouldBeFalse();

        Gate.Of(_gate).Open();
        await Gate.Of(_gate).Reached();
        Gate.Of(_gate).Open();
        (await first).ShouldBe(1);
        (await second).ShouldBe(1);
    }

    [Fact]
    public async Task Turns_of_a_grain_never_overlap_even_if_its_requests_do()
    {
        var grain = fixture.Grains.GetGrain<ITurnGrain>(ClusterFixture.NewKey(), typeof(PlainTurnGrain).FullName);

        var counts = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => grain.CountSlowly()));

        counts.Max().ShouldBe(500);
    }

    [Fact]
    public async Task A_reentrant_grain_takes_requests_while_others_await()
    {
        var grain = fixture.Grains.GetGrain<ITurnGrain>(ClusterFixture.NewKey(), typeof(ReentrantTurnGrain).FullName);

        var first = grain.Wait(_gate);
        var second = grain.Wait(_gate);
        await Gate.Of(_gate).Reached();
        await Gate.Of(_gate).Reached();
        Gate.Of(_gate).Open();
        Gate.Of(_gate).Open();

        (await Task.WhenAll(first, second)).Max().ShouldBe(2);
    }

    [Fact]
    public async Task Read_only_requests_run_beside_each_other_and_beside_no_other()
    {
        var grain = Plain(ClusterFixture.NewKey());

        var looks = new[] { grain.Look(_gate), grain.Look(_gate) };
        await Gate.Of(_gate).Reached();
        await Gate.Of(_gate).Reached();
        var write = grain.Wait(_gate);
        (await grain.Interleave()).ShouldBe(2);
        Gate.Of(_gate).Open();
        Gate.Of(_gate).Open();
        await Task.WhenAll(looks);

        await Gate.Of(_gate).Reached();
        (await grain.Interleave()).ShouldBe(1);
        Gate.Of(_gate).Open();
        await write;
    }

    [Fact]
    public async Task A_grain_class_chooses_which_requests_may_interleave()
    {
        var grain = fixture.Grains.GetGrain<ITurnGrain>(ClusterFixture.NewKey(), typeof(ChoosyTurnGrain).FullName);

        var first = grain.Wait(_gate);
        await Gate.Of(_gate).Reached();

        (await grain.Name()).ShouldStartWith("test:");
        var second = grain.Wait(_gate);
        (await grain.Interleave()).ShouldBe(1);
        Gate.Of(_gate).Open();
        Gate.Of(_gate).Open();
        await Task.WhenAll(first, second);
    }

    [Fact]
    public async Task A_call_that_comes_back_to_a_waiting_grain_is_a_deadlock_and_times_out()
    {
        var grain = Plain(ClusterFixture.NewKey());

        await Should.ThrowAsync<TimeoutException>(() => grain.AskThrough(ClusterFixture.NewKey(), allowReentrancy: false));
    }

    [Fact]
    public async Task A_call_chain_may_come_back_where_the_grain_allows_it()
    {
        var key = ClusterFixture.NewKey();

        (await Plain(key).AskThrough(ClusterFixture.NewKey(), allowReentrancy: true)).ShouldBe(key);
    }
}
