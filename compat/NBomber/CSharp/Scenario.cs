using NBomber.Contracts;

namespace NBomber.CSharp;

/// <summary>Describes what virtual users do.</summary>
public static class Scenario
{
    public static ScenarioProps Create(string name, Func<IScenarioContext, Task<IResponse>> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new ScenarioProps(name, run);
    }

    /// <summary>Only init and clean; no load.</summary>
    public static ScenarioProps Empty(string name) => new(name, null);

    public static ScenarioProps WithInit(this ScenarioProps scenario, Func<IScenarioInitContext, Task> initFunc) => scenario with { Init = initFunc };

    public static ScenarioProps WithClean(this ScenarioProps scenario, Func<IScenarioInitContext, Task> cleanFunc) => scenario with { Clean = cleanFunc };

    public static ScenarioProps WithWarmUpDuration(this ScenarioProps scenario, TimeSpan duration) => scenario with { WarmUpDuration = duration };

    public static ScenarioProps WithoutWarmUp(this ScenarioProps scenario) => scenario with { WarmUpDuration = TimeSpan.Zero };

    public static ScenarioProps WithLoadSimulations(this ScenarioProps scenario, params LoadSimulation[] loadSimulations) =>
        scenario with { LoadSimulations = [.. loadSimulations] };

    public static ScenarioProps WithThresholds(this ScenarioProps scenario, params Threshold[] thresholds) => scenario with { Thresholds = [.. thresholds] };

    public static ScenarioProps WithRestartIterationOnFail(this ScenarioProps scenario, bool shouldRestart) =>
        scenario with { RestartIterationOnFail = shouldRestart };

    public static ScenarioProps WithMaxFailCount(this ScenarioProps scenario, int maxFailCount) => scenario with { MaxFailCount = maxFailCount };

    /// <summary>Among weighted scenarios each iteration is given to one of them, by this share. All need the same simulations.</summary>
    public static ScenarioProps WithWeight(this ScenarioProps scenario, int weight) => scenario with { Weight = weight };
}
