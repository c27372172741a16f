using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.Domain;
using Serilog;
using Serilog.Events;

namespace NBomber.CSharp;

/// <summary>Registers scenarios, shapes the session and runs it.</summary>
public static class NBomberRunner
{
    public static NBomberContext RegisterScenarios(params ScenarioProps[] scenarios) => new([.. scenarios]);

    public static NBomberContext WithTargetScenarios(this NBomberContext context, params string[] scenarioNames) =>
        context with { TargetScenarios = [.. scenarioNames] };

    public static NBomberContext WithTestSuite(this NBomberContext context, string testSuite) => context with { TestSuite = testSuite };

    public static NBomberContext WithTestName(this NBomberContext context, string testName) => context with { TestName = testName };

    public static NBomberContext WithReportFileName(this NBomberContext context, string reportFileName) =>
        context with { ReportFileName = reportFileName };

    /// <summary>Default: a folder of the session's id under <c>./reports</c>.</summary>
    public static NBomberContext WithReportFolder(this NBomberContext context, string reportFolderPath) =>
        context with { ReportFolder = reportFolderPath };

    public static NBomberContext WithReportFormats(this NBomberContext context, params ReportFormat[] reportFormats) =>
        context with { ReportFormats = [.. reportFormats] };

    public static NBomberContext WithoutReports(this NBomberContext context) => context with { ReportFormats = [] };

    /// <summary>How often thresholds are checked; at least 5 s.</summary>
    public static NBomberContext WithReportingInterval(this NBomberContext context, TimeSpan interval) =>
        context with { ReportingInterval = interval };

    public static NBomberContext WithScenarioCompletionTimeout(this NBomberContext context, TimeSpan timeout) =>
        context with { CompletionTimeout = timeout };

    public static NBomberContext WithMinimumLogLevel(this NBomberContext context, LogEventLevel level) => context with { LogLevel = level };

    public static NBomberContext WithLoggerConfig(this NBomberContext context, Func<LoggerConfiguration> createLoggerConfig) =>
        context with { LoggerConfiguration = createLoggerConfig };

    public static NBomberContext DisplayConsoleMetrics(this NBomberContext context, bool enable) => context with { ConsoleMetrics = enable };

    /// <summary>Runs the session to its end and gives its statistics.</summary>
    /// <exception cref="Exception">The description is invalid or an init function failed.</exception>
    public static NodeStats Run(this NBomberContext context) =>
        Task.Run(() => new Session(context).RunAsync()).GetAwaiter().GetResult();
}
