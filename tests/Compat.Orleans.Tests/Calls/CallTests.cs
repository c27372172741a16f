using Regional.Compat.Orleans.Tests.Hosting;

namespace Regional.Compat.Orleans.Tests.Calls;

/// <summary>What a caller sees: answers, failures, time-outs, cancellations.</summary>
public sealed class CallTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    private readonly string _gate = Guid.NewGuid().ToString();

    private ICallGrain NewGrain() => fixture.Grains.GetGrain<ICallGrain>(ClusterFixture.NewKey());

    [Fact]
    public async Task A_call_without_answer_times_out()
    {
        await Should.ThrowAsync<TimeoutException>(NewGrain().Never);
    }

    [Fact]
    public async Task A_method_can_have_a_shorter_time_of_its_own()
    {
        var started = TimeProvider.System.GetTimestamp();

        await Should.ThrowAsync<TimeoutException>(NewGrain().NeverSoon);

        TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(Cluster.ClientResponseTimeout);
    }

    [Fact]
    public async Task A_one_way_call_returns_at_once_and_its_failure_is_not_seen()
    {
        await NewGrain().Tell(_gate);

        await Gate.Of(_gate).Reached();
        Gate.Of(_gate).Open();
    }

    [Fact]
    public async Task A_failure_arrives_as_a_copy()
    {
        var grain = NewGrain();

        var failure = await Should.ThrowAsync<CallException>(() => grain.Fail("broken"));

        failure.Message.ShouldBe("broken");
        failure.Code.ShouldBe(7);
        failure.Data["seen"] = "by the caller";
        (await grain.LastFailure()).ShouldBeNull();
    }

    [Fact]
    public async Task Cancelling_ends_the_call_and_reaches_the_grain()
    {
        var grain = NewGrain();
        using var source = new CancellationTokenSource();
        var work = grain.Work(_gate, source.Token);
        await Gate.Of(_gate).Reached();

        await source.CancelAsync();

        // The caller is told at once; the grain hears of it on its own way.
        await Should.ThrowAsync<OperationCanceledException>(work);
        await Gate.Of(CallGrain.CancelledGate(_gate)).Reached();
        (await grain.WasCancelled()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_call_that_is_cancelled_before_it_is_made_is_not_made()
    {
        await Should.ThrowAsync<OperationCanceledException>(() => NewGrain().Work(_gate, new CancellationToken(true)));

        Gate.Of(_gate).IsReached().ShouldBeFalse();
    }

    [Fact]
    public async Task References_are_equal_by_identity_and_travel()
    {
        var grain = NewGrain();
        var same = fixture.Grains.GetGrain<ICallGrain>(grain.GetPrimaryKeyString());

        same.ShouldBe(grain);
        same.GetHashCode().ShouldBe(grain.GetHashCode());
        (await grain.SameAs(same)).ShouldBeTrue();
        (await grain.SameAs(NewGrain())).ShouldBeFalse();
        (await grain.Self()).ShouldBe(grain);
    }

    [Fact]
    public async Task Filters_stand_around_calls()
    {
        var grain = NewGrain();

        // The recording filter adds one to this method's result.
        (await grain.Doubled(20)).ShouldBe(41);

        RecordingFilter.Calls.ShouldContain($"{grain.GetPrimaryKeyString()} {typeof(ICallGrain).FullName}.Doubled");
    }

    [Fact]
    public async Task Request_context_travels_with_the_call()
    {
        RequestContext.Set("trace", "abc");
        try
        {
            (await NewGrain().ContextValue("trace")).ShouldBe("abc");
        }
        finally
        {
            RequestContext.Clear();
        }

        (await NewGrain().ContextValue("trace")).ShouldBeNull();
    }

    [Fact]
    public async Task Outgoing_filters_stand_around_calls_of_grains()
    {
        // The stamping filter adds this value to calls that grains make, not to those that clients make.
        (await NewGrain().ContextValue("stamp")).ShouldBeNull();
        (await NewGrain().ContextValueOf(NewGrain(), "stamp")).ShouldStartWith("call/test:");
    }

    [Fact]
    public async Task A_stateless_worker_has_as_many_activations_as_it_may_and_needs()
    {
        var grain = fixture.Grains.GetGrain<IWorkerGrain>(0);
        var work = Enumerable.Range(0, 3).Select(_ => grain.Work(_gate)).ToArray();
        await Gate.Of(_gate).Reached();
        await Gate.Of(_gate).Reached();
        Gate.Of(_gate).IsReached().ShouldBeFalse();

        for (var i = 0; i < 3; i++)
            Gate.Of(_gate).Open();

        (await Task.WhenAll(work)).Distinct().Count().ShouldBe(2);
    }
}
