namespace NBomber.Contracts;

/// <summary>A scenario as it was described; changed copies are made by the <c>With…</c> methods of <see cref="CSharp.Scenario"/>.</summary>
public sealed record ScenarioProps
{
    internal ScenarioProps(string name, Func<IScenarioContext, Task<IResponse>>? run)
    {
        ScenarioName = name;
        Run = run;
    }

    public string ScenarioName { get; }

    public int MaxFailCount { get; internal init; } = 5_000;

    public bool RestartIterationOnFail { get; internal init; } = true;

    internal Func<IScenarioContext, Task<IResponse>>? Run { get; }

    internal Func<IScenarioInitContext, Task>? Init { get; init; }

    internal Func<IScenarioInitContext, Task>? Clean { get; init; }

    internal TimeSpan WarmUpDuration { get; init; } = TimeSpan.FromSeconds(30);

    internal IReadOnlyList<LoadSimulation> LoadSimulations { get; init; } = [new LoadSimulation.KeepConstant(1, TimeSpan.FromMinutes(1))];

    internal IReadOnlyList<Threshold> Thresholds { get; init; } = [];

    internal int? Weight { get; init; }
}
