using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;
using Regional.TestKit;
using Serilog;

namespace Regional.Compat.NBomber.Tests;

/// <summary>Load on a clock moved by hand: rates, copies and durations are exact, not approximate.</summary>
public sealed class LoadTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Inject_starts_its_rate_at_every_interval_whether_or_not_answers_come()
    {
        var clock = new ManualTimeProvider();
        var gate = new TaskCompletionSource();
        var scenario = Scenario.Create("open", async _ =>
            {
                await gate.Task;
                return Response.Ok();
            })
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.Inject(rate: 5, interval: Second, during: TimeSpan.FromSeconds(10)));

        var stats = await RunAsync(clock, scenario, TimeSpan.FromSeconds(10), beforeEnd: () => gate.SetResult());

        var open = stats.ScenarioStats.Get("open");
        open.AllOkCount.ShouldBe(50);
        open.Duration.ShouldBe(TimeSpan.FromSeconds(10));
        open.Ok.Request.RPS.ShouldBe(5);
        // Nothing was answered before the ninth second: the first five waited since zero, the last five were due at nine.
        open.Ok.Latency.MaxMs.ShouldBeInRange(9_000, 10_000);
        open.Ok.Latency.MinMs.ShouldBeInRange(0, 1_000);
        open.Ok.Latency.MeanMs.ShouldBeInRange(4_500, 5_500);
    }

    [Fact]
    public async Task A_ramp_moves_linearly_from_the_rate_before_it()
    {
        var clock = new ManualTimeProvider();
        var scenario = Scenario.Create("ramp", _ => Task.FromResult<IResponse>(Response.Ok()))
            .WithoutWarmUp()
            .WithLoadSimulations(
                Simulation.RampingInject(rate: 10, interval: Second, during: TimeSpan.FromSeconds(10)),
                Simulation.Inject(rate: 10, interval: Second, during: TimeSpan.FromSeconds(5)),
                Simulation.Pause(TimeSpan.FromSeconds(5)),
                Simulation.RampingInject(rate: 0, interval: Second, during: TimeSpan.FromSeconds(5)));
        var stats = await RunAsync(clock, scenario, TimeSpan.FromSeconds(25));

        // 1+2+…+10, then 50, then nothing, then 0 five times: a pause leaves the rate at zero.
        stats.AllOkCount.ShouldBe(55 + 50);
        stats.Duration.ShouldBe(TimeSpan.FromSeconds(25));
    }

    [Fact]
    public async Task A_fixed_number_of_injected_iterations_is_kept()
    {
        var clock = new ManualTimeProvider();
        var scenario = Scenario.Create("count", _ => Task.FromResult<IResponse>(Response.Ok()))
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.IterationsForInject(rate: 4, interval: Second, iterations: 10));
        var stats = await RunAsync(clock, scenario, TimeSpan.FromSeconds(3));
        stats.AllOkCount.ShouldBe(10);
        stats.Duration.ShouldBe(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Constant_copies_wait_for_their_answers_and_never_exceed_their_number()
    {
        var clock = new ManualTimeProvider();
        var running = 0;
        var most = 0;
        var scenario = Scenario.Create("closed", async _ =>
            {
                var now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                await Task.Delay(TimeSpan.FromMilliseconds(100), clock);
                Interlocked.Decrement(ref running);
                return Response.Ok();
            })
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.KeepConstant(copies: 3, during: TimeSpan.FromSeconds(2)));
        var stats = await RunAsync(clock, scenario, TimeSpan.FromSeconds(2), step: TimeSpan.FromMilliseconds(100), ready: _ => clock.ArmedTimers >= 5);

        most.ShouldBe(3);
        var closed = stats.ScenarioStats.Get("closed");
        closed.AllOkCount.ShouldBeInRange(57, 60);
        closed.Ok.Latency.Percent50.ShouldBe(100, 0.2);
    }

    [Fact]
    public async Task The_completion_time_out_turns_stragglers_into_failures()
    {
        var clock = new ManualTimeProvider();
        var never = new TaskCompletionSource();
        var scenario = Scenario.Create("stuck", async context =>
            {
                await never.Task.WaitAsync(context.ScenarioCancellationToken);
                return Response.Ok();
            })
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.Inject(rate: 2, interval: Second, during: TimeSpan.FromSeconds(2)));
        var stats = await RunAsync(clock, scenario, TimeSpan.FromSeconds(12), context => context.WithScenarioCompletionTimeout(TimeSpan.FromSeconds(10)));
        stats.AllFailCount.ShouldBe(4);
        stats.ScenarioStats[0].Fail.StatusCodes.Get("-100").Count.ShouldBe(4);
        stats.ScenarioStats[0].Fail.Request.Percent.ShouldBe(100);
    }

    [Fact]
    public async Task Warm_up_is_not_counted_and_thresholds_are_watched_while_running()
    {
        var clock = new ManualTimeProvider();
        var operations = new EventCollector<ScenarioOperation>();
        var checks = new EventCollector<TimeSpan>();
        var scenario = Scenario.Create("warm", context =>
            {
                operations.Add(context.ScenarioInfo.ScenarioOperation);
                return Task.FromResult<IResponse>(Response.Ok(statusCode: "200", sizeBytes: 1000));
            })
            .WithWarmUpDuration(TimeSpan.FromSeconds(3))
            .WithLoadSimulations(Simulation.Inject(rate: 1, interval: Second, during: TimeSpan.FromSeconds(11)))
            .WithThresholds(
                Threshold.Create(s => Seen(checks, s) && s.Duration < TimeSpan.FromSeconds(4)),
                Threshold.Create(s => !s.Fail.StatusCodes.Exists("500")),
                Threshold.Create(s => s.Ok.Request.Count < 100, startCheckAfter: TimeSpan.FromSeconds(5)));
        var stats = await RunAsync(clock, scenario, TimeSpan.FromSeconds(14), ready: t => t < TimeSpan.FromSeconds(3)
            ? clock.ArmedTimers >= 1
            : clock.ArmedTimers >= 2 && checks.Count >= (int)(t - TimeSpan.FromSeconds(3)).TotalSeconds / 5);

        operations.Items.Count(o => o == ScenarioOperation.WarmUp).ShouldBe(3);
        stats.AllOkCount.ShouldBe(11);
        stats.AllBytes.ShouldBe(11_000);
        // Checked at 5 s, at 10 s and at the end.
        stats.Thresholds[0].ErrorCount.ShouldBe(3);
        stats.Thresholds[0].IsFailed.ShouldBeTrue();
        stats.Thresholds[1].IsFailed.ShouldBeFalse();
        stats.Thresholds[2].IsFailed.ShouldBeFalse();
    }

    [Fact]
    public async Task A_threshold_may_abort_the_test()
    {
        var clock = new ManualTimeProvider();
        var scenario = Scenario.Create("bad", _ => Task.FromResult<IResponse>(Response.Fail(statusCode: "503", message: "busy")))
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.Inject(rate: 1, interval: Second, during: TimeSpan.FromSeconds(60)))
            .WithThresholds(Threshold.Create(s => s.Fail.Request.Percent < 10, abortWhenErrorCount: 2));
        var stats = await RunAsync(clock, scenario, TimeSpan.FromSeconds(11));
        stats.Duration.ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(11));
        stats.ScenarioStats[0].Fail.StatusCodes.Get("503").Message.ShouldBe("busy");
    }

    private static bool Seen(EventCollector<TimeSpan> checks, ScenarioStats stats)
    {
        checks.Add(stats.Duration);
        return true;
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }

    /// <summary>Runs a session while the clock is stepped through it.</summary>
    private static async Task<NodeStats> RunAsync(
        ManualTimeProvider clock,
        ScenarioProps scenario,
        TimeSpan length,
        Func<NBomberContext, NBomberContext>? shape = null,
        Action? beforeEnd = null,
        TimeSpan? step = null,
        Func<TimeSpan, bool>? ready = null)
    {
        // While load is applied two timers wait: the lane's next tick and the watch over thresholds.
        var context = NBomberRunner.RegisterScenarios(scenario).WithoutReports().DisplayConsoleMetrics(false)
            .WithLoggerConfig(() => new LoggerConfiguration()) with
        { Clock = clock };
        context = shape?.Invoke(context) ?? context;
        var run = Task.Run(() => context.Run());
        var by = step ?? Second;
        for (var t = TimeSpan.Zero; t < length && !run.IsCompleted; t += by)
        {
            var now = t;
            await SpinUntilAsync(() => run.IsCompleted || (ready?.Invoke(now) ?? clock.ArmedTimers >= 2));
            if (t + by >= length) beforeEnd?.Invoke();
            clock.Advance(by);
        }

        return await run.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static async Task SpinUntilAsync(Func<bool> reached)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!reached())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
