using System.Text;
using NBomber.Contracts.Stats;

namespace NBomber.Reports;

internal static class CsvReport
{
    public static string Render(NodeStats stats)
    {
        var text = new StringBuilder();
        Line(text, ["test suite", "test name", "scenario", "duration", .. ReportRows.Headers]);
        foreach (var scenario in stats.ScenarioStats)
        {
            foreach (var row in ReportRows.Of(scenario))
            {
                Line(text, [stats.TestInfo.TestSuite, stats.TestInfo.TestName, scenario.ScenarioName, ReportRows.Duration(scenario.Duration), .. row]);
            }
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, IEnumerable<string> cells) => text.AppendJoin(',', cells.Select(Quote)).Append('\n');

    private static string Quote(string value) =>
        value.AsSpan().ContainsAny(",\"\r\n") ? "\"" + value.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : value;
}
