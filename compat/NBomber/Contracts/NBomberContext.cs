using NBomber.Contracts.Stats;
using Serilog;
using Serilog.Events;

namespace NBomber.Contracts;

/// <summary>A test as it was described; run by <see cref="CSharp.NBomberRunner"/>.</summary>
public sealed record NBomberContext
{
    internal NBomberContext(IReadOnlyList<ScenarioProps> scenarios)
    {
        Scenarios = scenarios;
    }

    public string TestSuite { get; internal init; } = "nbomber_default_test_suite_name";

    public string TestName { get; internal init; } = "nbomber_default_test_name";

    internal IReadOnlyList<ScenarioProps> Scenarios { get; }

    internal IReadOnlyList<string>? TargetScenarios { get; init; }

    internal IReadOnlyList<ReportFormat> ReportFormats { get; init; } = [ReportFormat.Txt, ReportFormat.Html, ReportFormat.Csv, ReportFormat.Md];

    internal string? ReportFolder { get; init; }

    internal string? ReportFileName { get; init; }

    internal TimeSpan ReportingInterval { get; init; } = TimeSpan.FromSeconds(5);

    internal TimeSpan CompletionTimeout { get; init; } = TimeSpan.FromMinutes(1);

    internal LogEventLevel LogLevel { get; init; } = LogEventLevel.Information;

    internal Func<LoggerConfiguration>? LoggerConfiguration { get; init; }

    internal bool ConsoleMetrics { get; init; } = true;

    internal TimeProvider Clock { get; init; } = TimeProvider.System;
}
