using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.Reports;
using Serilog;

namespace NBomber.Domain;

/// <summary>A test from validation to reports: init, warm-up, bombing, clean.</summary>
internal sealed class Session
{
    private readonly NBomberContext context;
    private readonly List<ScenarioRun> runs;
    private readonly List<ThresholdWatch> watches;
    private readonly List<TimelinePoint> timeline = [];
    private OperationType operation = OperationType.None;

    public Session(NBomberContext context)
    {
        this.context = context;
        Clock = context.Clock;
        var created = Clock.GetUtcNow();
        TestInfo = new TestInfo
        {
            SessionId = created.ToString("yyyy-MM-dd_HH.mm.ss", CultureInfo.InvariantCulture) + "_session_" + Guid.NewGuid().ToString("N")[..8],
            TestSuite = context.TestSuite,
            TestName = context.TestName,
            Created = created.UtcDateTime,
        };
        Logger = (context.LoggerConfiguration?.Invoke() ?? new LoggerConfiguration().WriteTo.Console(formatProvider: CultureInfo.InvariantCulture))
            .MinimumLevel.Is(context.LogLevel)
            .CreateLogger();
        runs =
        [
            .. context.Scenarios
                .Where(s => context.TargetScenarios is null || context.TargetScenarios.Contains(s.ScenarioName))
                .Select((props, index) => new ScenarioRun(this, props, index)),
        ];
        watches = [.. runs.SelectMany(run => run.Props.Thresholds.Select(threshold => new ThresholdWatch(run, threshold)))];
    }

    public TimeProvider Clock { get; }

    public TestInfo TestInfo { get; }

    public ILogger Logger { get; }

    public NodeInfo NodeInfo => new()
    {
        MachineName = Environment.MachineName,
        CurrentOperation = operation,
        OS = RuntimeInformation.OSDescription,
        DotNetVersion = RuntimeInformation.FrameworkDescription,
        Processor = RuntimeInformation.ProcessArchitecture.ToString(),
        CoresCount = Environment.ProcessorCount,
        NBomberVersion = "compat 6.1",
    };

    public async Task<NodeStats> RunAsync()
    {
        var wrong = Validation.Check(context);
        if (wrong.Count > 0) throw new Exception("The test cannot run: " + string.Join("; ", wrong) + ".");
        try
        {
            operation = OperationType.Init;
            foreach (var run in runs) await InitAsync(run);

            operation = OperationType.WarmUp;
            await LoadAsync(ScenarioOperation.WarmUp);

            operation = OperationType.Bombing;
            await LoadAsync(ScenarioOperation.Bombing);

            operation = OperationType.Stop;
            foreach (var run in runs) await CleanAsync(run);
            operation = OperationType.Complete;

            var stats = Collect();
            stats = stats with { ReportFiles = ReportWriter.Write(context, stats, timeline) };
            if (context.ConsoleMetrics) Console.WriteLine(TextReport.Render(stats));
            return stats;
        }
        finally
        {
            (Logger as IDisposable)?.Dispose();
            foreach (var run in runs) run.Dispose();
        }
    }

    public void Stop(string reason)
    {
        Logger.Warning("The test is stopped: {Reason}", reason);
        foreach (var run in runs) run.Stop();
    }

    public void StopScenario(string name, string reason)
    {
        Logger.Warning("Scenario {Scenario} is stopped: {Reason}", name, reason);
        foreach (var run in runs.Where(r => r.Props.ScenarioName == name)) run.Stop();
    }

    private static LoadSimulation WarmUpOf(ScenarioProps props) => props.LoadSimulations[0] switch
    {
        LoadSimulation.Inject s => s with { During = props.WarmUpDuration },
        LoadSimulation.RampingInject s => s with { During = props.WarmUpDuration },
        LoadSimulation.InjectRandom s => s with { During = props.WarmUpDuration },
        LoadSimulation.IterationsForInject s => new LoadSimulation.Inject(s.Rate, s.Interval, props.WarmUpDuration),
        LoadSimulation.KeepConstant s => s with { During = props.WarmUpDuration },
        LoadSimulation.RampingConstant s => s with { During = props.WarmUpDuration },
        LoadSimulation.IterationsForConstant s => new LoadSimulation.KeepConstant(s.Copies, props.WarmUpDuration),
        var pause => pause,
    };

    private async Task InitAsync(ScenarioRun run)
    {
        if (run.Props.Init is null) return;
        try
        {
            await run.Props.Init(new InitContext(this, run));
        }
        catch (Exception failure)
        {
            Logger.Error(failure, "Init of scenario {Scenario} failed", run.Props.ScenarioName);
            throw new Exception($"Init of scenario '{run.Props.ScenarioName}' failed: {failure.Message}", failure);
        }
    }

    private async Task CleanAsync(ScenarioRun run)
    {
        if (run.Props.Clean is null) return;
        try
        {
            await run.Props.Clean(new InitContext(this, run));
        }
        catch (Exception failure)
        {
            Logger.Error(failure, "Clean of scenario {Scenario} failed", run.Props.ScenarioName);
        }
    }

    private async Task LoadAsync(ScenarioOperation phase)
    {
        var warmUp = phase == ScenarioOperation.WarmUp;
        var loaded = runs.Where(r => r.Props.Run is not null && (!warmUp || r.Props.WarmUpDuration > TimeSpan.Zero)).ToList();
        foreach (var run in loaded) run.Begin(phase);
        var groups = loaded.Where(r => r.Props.Weight is null).Select(r => (IReadOnlyList<ScenarioRun>)[r]).ToList();
        var weighted = loaded.Where(r => r.Props.Weight is not null).ToList();
        if (weighted.Count > 0) groups.Add(weighted);

        using var watching = new CancellationTokenSource();
        var watch = warmUp ? Task.CompletedTask : WatchAsync(watching.Token);
        await Task.WhenAll(groups.Select(group => ApplyAsync(group, warmUp)));
        await watching.CancelAsync();
        await watch;
        if (!warmUp) CheckThresholds();
    }

    private async Task ApplyAsync(IReadOnlyList<ScenarioRun> group, bool warmUp)
    {
        var props = group[0].Props;
        var lane = new LoadLane(group, Clock, group[0].Stopping);
        await lane.ApplyAsync(warmUp ? [WarmUpOf(props)] : props.LoadSimulations);
        if (await lane.DrainAsync(context.CompletionTimeout)) return;

        // What did not end in time is a failure, not a gap in the figures.
        var late = lane.StillRunning;
        Logger.Warning("{Count} iterations of {Scenario} did not end within the completion time-out", late, props.ScenarioName);
        foreach (var run in group) run.Seal();
        for (var i = 0; i < late; i++)
        {
            group[0].Phase.AddIteration(CSharp.Response.Fail(statusCode: ScenarioCopy.Timeout, message: "operation timeout"), context.CompletionTimeout);
        }

        foreach (var run in group) run.Cancel();
    }

    private async Task WatchAsync(CancellationToken done)
    {
        using var timer = new PeriodicTimer(context.ReportingInterval, Clock);
        var began = Clock.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(done))
            {
                var stats = runs.Select(r => r.ToStats(OperationType.Bombing)).ToArray();
                timeline.Add(new TimelinePoint(Clock.GetElapsedTime(began), stats.Sum(s => s.AllOkCount), stats.Sum(s => s.AllFailCount)));
                CheckThresholds();
            }
        }
        catch (OperationCanceledException)
        {
            // The load has ended.
        }
    }

    private void CheckThresholds()
    {
        foreach (var watch in watches)
        {
            watch.Check(watch.Run.ToStats(OperationType.Bombing));
            if (watch.Aborts) Stop($"threshold '{watch.ToResult().CheckExpression}' of scenario '{watch.Run.Props.ScenarioName}' was missed too often");
        }
    }

    private NodeStats Collect()
    {
        var scenarios = runs.Where(r => r.Props.Run is not null).Select(r => r.ToStats(OperationType.Complete)).ToArray();
        return new NodeStats
        {
            ScenarioStats = scenarios,
            Thresholds = [.. watches.Select(w => w.ToResult())],
            NodeInfo = NodeInfo,
            TestInfo = TestInfo,
            AllRequestCount = scenarios.Sum(s => s.AllRequestCount),
            AllOkCount = scenarios.Sum(s => s.AllOkCount),
            AllFailCount = scenarios.Sum(s => s.AllFailCount),
            AllBytes = scenarios.Sum(s => s.AllBytes),
            Duration = scenarios.Select(s => s.Duration).DefaultIfEmpty().Max(),
        };
    }

    private sealed class InitContext(Session session, ScenarioRun run) : IScenarioInitContext
    {
        private static readonly IConfiguration Nothing = new ConfigurationBuilder().Build();

        public TestInfo TestInfo => session.TestInfo;

        public ScenarioInfo ScenarioInfo => run.Describe(0);

        public NodeInfo NodeInfo => session.NodeInfo;

        public IConfiguration CustomSettings => Nothing;

        public IConfiguration GlobalCustomSettings => Nothing;

        public ILogger Logger => session.Logger;
    }
}
