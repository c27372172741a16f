using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace NBomber.Domain;

/// <summary>One threshold of one scenario, its checks so far.</summary>
internal sealed class ThresholdWatch(ScenarioRun run, Threshold threshold)
{
    private readonly Func<ScenarioStats, bool>? checkScenario = threshold.CheckScenario?.Compile();
    private readonly Func<StepStats, bool>? checkStep = threshold.CheckStep?.Compile();
    private string exception = "";
    private int errors;

    public ScenarioRun Run => run;

    public bool Aborts => threshold.AbortWhenErrorCount is { } most && errors >= most;

    public void Check(ScenarioStats stats)
    {
        if (stats.Duration < (threshold.StartCheckAfter ?? TimeSpan.Zero)) return;
        try
        {
            var passed = checkScenario?.Invoke(stats)
                ?? (stats.StepStats.Find(threshold.StepName) is not { } step || checkStep!(step));
            if (!passed) errors++;
        }
        catch (Exception failure)
        {
            exception = failure.Message;
            errors++;
        }
    }

    public ThresholdResult ToResult() => new()
    {
        ScenarioName = run.Props.ScenarioName,
        StepName = threshold.StepName,
        CheckExpression = (threshold.CheckScenario?.Body ?? threshold.CheckStep?.Body)?.ToString() ?? "",
        ExceptionMsg = exception,
        ErrorCount = errors,
        IsFailed = errors > 0,
    };
}
