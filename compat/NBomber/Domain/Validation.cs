using NBomber.Contracts;

namespace NBomber.Domain;

/// <summary>Everything that is wrong with a description, found before anything runs.</summary>
internal static class Validation
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    public static IReadOnlyList<string> Check(NBomberContext context)
    {
        var wrong = new List<string>();
        if (context.Scenarios.Count == 0) wrong.Add("no scenario is registered");
        foreach (var name in context.Scenarios.GroupBy(s => s.ScenarioName).Where(g => g.Count() > 1)) wrong.Add($"scenario name '{name.Key}' is not unique");
        foreach (var target in context.TargetScenarios ?? [])
        {
            if (context.Scenarios.All(s => s.ScenarioName != target)) wrong.Add($"target scenario '{target}' is not registered");
        }

        if (context.ReportingInterval < TimeSpan.FromSeconds(5)) wrong.Add("the reporting interval is below 5 s");
        foreach (var scenario in context.Scenarios) Check(scenario, wrong);
        var weighted = context.Scenarios.Where(s => s.Weight is not null).ToList();
        if (weighted.Count > 1 && weighted.Any(s => !s.LoadSimulations.SequenceEqual(weighted[0].LoadSimulations)))
        {
            wrong.Add("weighted scenarios must have the same load simulations");
        }

        return wrong;
    }

    private static void Check(ScenarioProps scenario, List<string> wrong)
    {
        var name = scenario.ScenarioName;
        if (string.IsNullOrWhiteSpace(name)) wrong.Add("a scenario name is empty");
        if (scenario.Weight is <= 0) wrong.Add($"scenario '{name}': weight must be positive");
        if (scenario.WarmUpDuration < TimeSpan.Zero) wrong.Add($"scenario '{name}': warm-up is negative");
        if (scenario.Run is null) return;
        if (scenario.LoadSimulations.Count == 0) wrong.Add($"scenario '{name}': no load simulation");
        foreach (var simulation in scenario.LoadSimulations)
        {
            if (simulation.Length is { } length && length < Shortest) wrong.Add($"scenario '{name}': a simulation is shorter than 1 s");
            var ok = simulation switch
            {
                LoadSimulation.Inject s => s.Rate >= 0 && s.Interval > TimeSpan.Zero && s.Interval <= s.During,
                LoadSimulation.RampingInject s => s.Rate >= 0 && s.Interval > TimeSpan.Zero && s.Interval <= s.During,
                LoadSimulation.InjectRandom s => s.MinRate >= 0 && s.MaxRate >= s.MinRate && s.Interval > TimeSpan.Zero && s.Interval <= s.During,
                LoadSimulation.IterationsForInject s => s.Rate > 0 && s.Interval > TimeSpan.Zero && s.Iterations > 0,
                LoadSimulation.IterationsForConstant s => s.Copies > 0 && s.Iterations >= s.Copies,
                LoadSimulation.KeepConstant s => s.Copies > 0,
                LoadSimulation.RampingConstant s => s.Copies >= 0,
                _ => true,
            };
            if (!ok) wrong.Add($"scenario '{name}': {simulation} has a value out of range");
        }
    }
}
