using System.Globalization;
using NBomber.Contracts.Stats;

namespace NBomber.Reports;

/// <summary>The rows all formats share: the whole scenario first, then its steps.</summary>
internal static class ReportRows
{
    public static readonly string[] Headers =
        ["step", "result", "count", "%", "RPS", "min ms", "mean ms", "max ms", "std dev", "p50", "p75", "p95", "p99", "all MB"];

    public static IEnumerable<string[]> Of(ScenarioStats scenario)
    {
        yield return Row("global information", "ok", scenario.Ok);
        yield return Row("global information", "fail", scenario.Fail);
        foreach (var step in scenario.StepStats)
        {
            yield return Row(step.StepName, "ok", step.Ok);
            yield return Row(step.StepName, "fail", step.Fail);
        }
    }

    public static IEnumerable<StatusCodeStats> StatusCodes(ScenarioStats scenario) =>
        scenario.StepStats.SelectMany(s => s.Ok.StatusCodes.Concat(s.Fail.StatusCodes))
            .Concat(scenario.Ok.StatusCodes).Concat(scenario.Fail.StatusCodes)
            .GroupBy(c => (c.StatusCode, c.IsError))
            .Select(g => g.MaxBy(c => c.Count)!);

    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    public static string Duration(TimeSpan value) => value.ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture);

    private static string[] Row(string step, string result, MeasurementStats m) =>
    [
        step,
        result,
        m.Request.Count.ToString(CultureInfo.InvariantCulture),
        m.Request.Percent.ToString(CultureInfo.InvariantCulture),
        Number(m.Request.RPS),
        Number(m.Latency.MinMs),
        Number(m.Latency.MeanMs),
        Number(m.Latency.MaxMs),
        Number(m.Latency.StdDev),
        Number(m.Latency.Percent50),
        Number(m.Latency.Percent75),
        Number(m.Latency.Percent95),
        Number(m.Latency.Percent99),
        Number(m.DataTransfer.AllBytes / 1048576.0),
    ];
}
