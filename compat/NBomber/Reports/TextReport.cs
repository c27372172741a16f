using System.Text;
using NBomber.Contracts.Stats;

namespace NBomber.Reports;

internal static class TextReport
{
    public static string Render(NodeStats stats)
    {
        var text = new StringBuilder();
        text.Append(stats.TestInfo.TestSuite).Append(" / ").Append(stats.TestInfo.TestName).Append(", ").Append(ReportRows.Duration(stats.Duration)).Append('\n');
        foreach (var scenario in stats.ScenarioStats)
        {
            text.Append("scenario ").Append(scenario.ScenarioName).Append(": ok ").Append(scenario.AllOkCount)
                .Append(", fail ").Append(scenario.AllFailCount).Append('\n');
            string[][] rows = [ReportRows.Headers, .. ReportRows.Of(scenario)];
            var widths = Enumerable.Range(0, ReportRows.Headers.Length).Select(i => rows.Max(r => r[i].Length)).ToArray();
            foreach (var row in rows) text.Append("  ").AppendJoin("  ", row.Select((cell, i) => i < 2 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).Append('\n');
            foreach (var code in ReportRows.StatusCodes(scenario))
            {
                text.Append("  ").Append(code.IsError ? "fail " : "ok ").Append(code.StatusCode).Append(" × ").Append(code.Count)
                    .Append(' ').Append(code.Message.ReplaceLineEndings(" ")).Append('\n');
            }
        }

        foreach (var t in stats.Thresholds)
        {
            text.Append(t.IsFailed ? "threshold FAILED  " : "threshold passed  ").Append(t.ScenarioName).Append(": ").Append(t.CheckExpression).Append('\n');
        }

        return text.ToString();
    }
}
