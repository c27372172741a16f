namespace Regional.TestKit.Tests;

public sealed class ManualTimeProviderTests
{
    [Fact]
    public void Timers_fire_in_order_of_their_instants_and_see_them()
    {
        var time = new ManualTimeProvider();
        var began = time.GetUtcNow();
        var seen = new List<(string Name, double At)>();
        using var late = time.CreateTimer(_ => seen.Add(("late", Since())), null, TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        using var often = time.CreateTimer(_ => seen.Add(("often", Since())), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        time.Advance(TimeSpan.FromSeconds(4));
        seen.ShouldBe([("often", 1), ("late", 3), ("often", 3)]);
        Since().ShouldBe(4);
        time.ArmedTimers.ShouldBe(1);

        double Since() => (time.GetUtcNow() - began).TotalSeconds;
    }

    [Fact]
    public async Task A_delay_ends_when_the_clock_says_so_and_not_before()
    {
        var time = new ManualTimeProvider();
        var delay = Task.Delay(TimeSpan.FromMinutes(10), time);
        await time.WhenTimerArmedAsync(TimeSpan.FromMinutes(10));
        time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        delay.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromTicks(1));
        await delay.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_callback_may_arm_change_and_dispose_timers_and_its_failure_is_thrown_at_the_end()
    {
        var time = new ManualTimeProvider();
        var fired = 0;
        ITimer? second = null;
        using var first = time.CreateTimer(
            _ =>
            {
                second = time.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
                throw new InvalidOperationException("broken");
            },
            null,
            TimeSpan.FromSeconds(1),
            Timeout.InfiniteTimeSpan);
        Should.Throw<AggregateException>(() => time.Advance(TimeSpan.FromSeconds(5))).InnerException!.Message.ShouldBe("broken");
        fired.ShouldBe(1);
        second!.Dispose();
        second.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan).ShouldBeFalse();
    }

    [Fact]
    public void An_error_log_nobody_expected_fails_the_scope()
    {
        var scope = new ErrorLogScope();
        var logger = scope.Provider.CreateLogger("Edge.Journal");
        logger.Log(Microsoft.Extensions.Logging.LogLevel.Error, 7, "x", null, (_, _) => "pack sealed");
        Should.Throw<UnexpectedErrorLogException>(scope.Verify).Message.ShouldContain("pack sealed");
        scope.Expect("Edge.").Verify();
        scope.Lines.Count.ShouldBe(1);
    }
}
