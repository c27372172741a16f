using System.Text;
using NBomber.Contracts.Stats;

namespace NBomber.Reports;

internal static class MarkdownReport
{
    public static string Render(NodeStats stats)
    {
        var text = new StringBuilder();
        text.Append("# ").Append(Cell(stats.TestInfo.TestSuite)).Append(": ").Append(Cell(stats.TestInfo.TestName)).Append("\n\n");
        text.Append("session ").Append(stats.TestInfo.SessionId).Append(", duration ").Append(ReportRows.Duration(stats.Duration))
            .Append(", requests ").Append(stats.AllRequestCount).Append(", ok ").Append(stats.AllOkCount)
            .Append(", fail ").Append(stats.AllFailCount).Append("\n\n");
        text.Append(stats.NodeInfo.MachineName).Append(", ").Append(stats.NodeInfo.OS).Append(", ").Append(stats.NodeInfo.DotNetVersion)
            .Append(", ").Append(stats.NodeInfo.CoresCount).Append(" cores\n");
        foreach (var scenario in stats.ScenarioStats)
        {
            text.Append("\n## scenario ").Append(Cell(scenario.ScenarioName)).Append("\n\n");
            Table(text, ReportRows.Headers, ReportRows.Of(scenario));
            var codes = ReportRows.StatusCodes(scenario).ToList();
            if (codes.Count == 0) continue;
            text.Append("\nstatus codes\n\n");
            Table(text, ["code", "result", "count", "message"], codes.Select(c => new[] { c.StatusCode, c.IsError ? "fail" : "ok", $"{c.Count}", c.Message }));
        }

        if (stats.Thresholds.Length > 0)
        {
            text.Append("\n## thresholds\n\n");
            Table(
                text,
                ["scenario", "step", "check", "missed", "verdict"],
                stats.Thresholds.Select(t => new[] { t.ScenarioName, t.StepName, t.CheckExpression, $"{t.ErrorCount}", t.IsFailed ? "failed" : "passed" }));
        }

        return text.ToString();
    }

    private static void Table(StringBuilder text, string[] headers, IEnumerable<string[]> rows)
    {
        Line(text, headers);
        Line(text, headers.Select(_ => "---"));
        foreach (var row in rows) Line(text, row.Select(Cell));
    }

    private static void Line(StringBuilder text, IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static string Cell(string value) => value.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
