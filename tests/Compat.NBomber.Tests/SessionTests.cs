using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;
using Regional.TestKit;
using Serilog;

namespace Regional.Compat.NBomber.Tests;

/// <summary>Steps, failures, order of phases, weights, validation and reports, on the real clock with short runs.</summary>
public sealed class SessionTests
{
    [Fact]
    public void Phases_come_in_order_and_steps_share_data()
    {
        var order = new EventCollector<string>();
        var stats = Quiet(Scenario.Create("story", async context =>
            {
                var first = await Step.Run("login", context, () =>
                {
                    context.Data["who"] = "desk-a";
                    return Task.FromResult(Response.Ok(payload: "token", sizeBytes: 5));
                });
                var second = await Step.Run("read", context, () => Task.FromResult(Response.Ok(statusCode: "200", sizeBytes: 100)));
                order.Add($"{context.Data["who"]} {first.Payload.Value} {second.Payload.IsSome()} {context.InvocationNumber}");
                return Response.Ok(sizeBytes: 105);
            })
            .WithInit(_ =>
            {
                order.Add("init");
                return Task.CompletedTask;
            })
            .WithClean(_ =>
            {
                order.Add("clean");
                return Task.CompletedTask;
            })
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.IterationsForConstant(copies: 1, iterations: 3))).Run();

        order.Items.ShouldBe(["init", "desk-a token False 1", "desk-a token False 2", "desk-a token False 3", "clean"]);
        var story = stats.ScenarioStats.Get("story");
        story.AllOkCount.ShouldBe(3);
        story.StepStats.Select(s => s.StepName).ShouldBe(["login", "read"]);
        story.StepStats.Get("read").Ok.StatusCodes.Get("200").Count.ShouldBe(3);
        story.StepStats.Get("read").Ok.DataTransfer.AllBytes.ShouldBe(300);
        story.Ok.DataTransfer.MeanBytes.ShouldBe(105);
        stats.NodeInfo.CurrentOperation.ShouldBe(OperationType.Complete);
    }

    [Fact]
    public void A_failed_step_ends_its_iteration_unless_told_otherwise()
    {
        var afterwards = 0;
        ScenarioProps Story(string name, bool restart) => Scenario.Create(name, async context =>
            {
                await Step.Run("fails", context, () => Task.FromResult(Response.Fail(statusCode: "500", message: "no")));
                Interlocked.Increment(ref afterwards);
                return Response.Ok();
            })
            .WithRestartIterationOnFail(restart)
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.IterationsForConstant(1, 5));

        var stats = Quiet(Story("strict", true), Story("lenient", false)).Run();
        afterwards.ShouldBe(5);
        stats.ScenarioStats.Get("strict").AllFailCount.ShouldBe(5);
        stats.ScenarioStats.Get("strict").Fail.StatusCodes.Get("500").Percent.ShouldBe(100);
        stats.ScenarioStats.Get("lenient").AllOkCount.ShouldBe(5);
        stats.ScenarioStats.Get("lenient").StepStats.Get("fails").Fail.Request.Count.ShouldBe(5);
    }

    [Fact]
    public void Exceptions_are_failures_with_a_code()
    {
        var stats = Quiet(Scenario.Create("throws", _ => throw new InvalidOperationException("broken"))
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.IterationsForConstant(2, 4))).Run();
        stats.AllFailCount.ShouldBe(4);
        stats.ScenarioStats[0].Fail.StatusCodes.Get("-101").Message.ShouldBe("broken");
    }

    [Fact]
    public void Too_many_failures_stop_the_test()
    {
        var stats = Quiet(Scenario.Create("sick", _ => Task.FromResult<IResponse>(Response.Fail()))
            .WithMaxFailCount(10)
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.KeepConstant(1, TimeSpan.FromMinutes(10)))).Run();
        stats.AllFailCount.ShouldBeInRange(10, 12);
        stats.Duration.ShouldBeLessThan(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void A_scenario_can_stop_itself()
    {
        var stats = Quiet(Scenario.Create("enough", context =>
            {
                if (context.InvocationNumber == 7) context.StopScenario("enough", "seen it");
                return Task.FromResult<IResponse>(Response.Ok());
            })
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.KeepConstant(1, TimeSpan.FromMinutes(10)))).Run();
        stats.AllOkCount.ShouldBe(7);
    }

    [Fact]
    public void Weights_share_the_iterations()
    {
        ScenarioProps Weighted(string name, int weight) => Scenario.Create(name, _ => Task.FromResult<IResponse>(Response.Ok()))
            .WithWeight(weight)
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.IterationsForConstant(1, 5_000));
        var stats = Quiet(Weighted("read", 80), Weighted("write", 20)).Run();
        stats.AllOkCount.ShouldBe(5_000);
        stats.ScenarioStats.Get("read").AllOkCount.ShouldBeInRange(3_700, 4_300);
    }

    [Fact]
    public void A_custom_latency_replaces_the_measured_one()
    {
        var stats = Quiet(Scenario.Create("told", _ => Task.FromResult<IResponse>(Response.Ok(customLatencyMs: 1234.5)))
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.IterationsForConstant(1, 10))).Run();
        var latency = stats.ScenarioStats[0].Ok.Latency;
        latency.Percent99.ShouldBe(1234.5);
        latency.LatencyCount.MoreOrEq1200.ShouldBe(10);
    }

    [Fact]
    public void Open_load_holds_its_rate_on_the_real_clock()
    {
        var stats = Quiet(Scenario.Create("real", async _ =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
                return Response.Ok();
            })
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.Inject(rate: 10, interval: TimeSpan.FromMilliseconds(100), during: TimeSpan.FromSeconds(2)))).Run();
        var real = stats.ScenarioStats[0];
        real.AllOkCount.ShouldBe(200);
        real.Duration.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(2));
        real.Ok.Request.RPS.ShouldBe(200 / real.Duration.TotalSeconds, 0.1);
        real.Ok.Latency.MinMs.ShouldBeGreaterThanOrEqualTo(19);
    }

    [Fact]
    public void What_is_wrong_is_told_before_anything_runs()
    {
        var ran = false;
        var scenario = Scenario.Create("twice", _ =>
        {
            ran = true;
            return Task.FromResult<IResponse>(Response.Ok());
        });
        var failure = Should.Throw<Exception>(() => NBomberRunner
            .RegisterScenarios(
                scenario.WithLoadSimulations(Simulation.Inject(1, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2))),
                scenario.WithLoadSimulations(Simulation.KeepConstant(1, TimeSpan.FromMilliseconds(10))))
            .WithTargetScenarios("other")
            .Run());
        failure.Message.ShouldContain("not unique");
        failure.Message.ShouldContain("shorter than 1 s");
        failure.Message.ShouldContain("out of range");
        failure.Message.ShouldContain("'other' is not registered");
        ran.ShouldBeFalse();
    }

    [Fact]
    public void A_failing_init_stops_the_test()
    {
        var failure = Should.Throw<Exception>(() => Quiet(Scenario.Empty("prepare").WithInit(_ => throw new IOException("no disk"))).Run());
        failure.Message.ShouldContain("no disk");
    }

    [Fact]
    public void Reports_of_every_format_carry_the_figures_and_escape_what_they_show()
    {
        using var folder = new TempFolder();
        var stats = Quiet(Scenario.Create("upload <b>", async context =>
            {
                await Step.Run("c-store", context, () => Task.FromResult(Response.Ok(statusCode: "0000", sizeBytes: 1024)));
                return Response.Ok();
            })
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.IterationsForConstant(1, 17))
            .WithThresholds(Threshold.Create(s => s.Ok.Request.Count > 1000)))
            .WithReportFormats(ReportFormat.Html, ReportFormat.Md, ReportFormat.Csv, ReportFormat.Txt)
            .WithReportFolder(folder.File("out"))
            .WithReportFileName("run")
            .WithTestSuite("township")
            .WithTestName("upload")
            .Run();

        stats.ReportFiles.Select(f => Path.GetFileName(f.FilePath)).ShouldBe(["run.html", "run.md", "run.csv", "run.txt"]);
        foreach (var file in stats.ReportFiles) File.ReadAllText(file.FilePath).ShouldBe(file.ReportContent);
        var html = stats.ReportFiles[0].ReportContent;
        html.ShouldContain("upload &lt;b&gt;");
        html.ShouldNotContain("upload <b>");
        html.ShouldContain("<td>c-store</td><td>ok</td><td>17</td>");
        html.ShouldNotContain("http", Case.Sensitive);
        var md = stats.ReportFiles[1].ReportContent;
        md.ShouldContain("| c-store | ok | 17 | 100 |");
        md.ShouldContain("| 0000 | ok | 17 |");
        md.ShouldContain("| 1 | failed |");
        stats.ReportFiles[2].ReportContent.Split('\n')[1].ShouldStartWith("township,upload,upload <b>,");
    }

    private static NBomberContext Quiet(params ScenarioProps[] scenarios) =>
        NBomberRunner.RegisterScenarios(scenarios).WithoutReports().DisplayConsoleMetrics(false).WithLoggerConfig(() => new LoggerConfiguration());
}
