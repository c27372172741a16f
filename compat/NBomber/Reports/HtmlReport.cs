using System.Globalization;
using System.Net;
using System.Text;
using NBomber.Contracts.Stats;

namespace NBomber.Reports;

/// <summary>One file without outside references: figures, status codes, thresholds, and the course of the rate.</summary>
internal static class HtmlReport
{
    private const string Style = """
        body{font:14px/1.4 system-ui,sans-serif;margin:2rem;color:#1c2733}h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}
        table{border-collapse:collapse;margin:.5rem 0}th,td{padding:.25rem .6rem;border-bottom:1px solid #d8dee6;text-align:right}
        th:nth-child(-n+2),td:nth-child(-n+2){text-align:left}thead th{background:#f2f5f8}.fail{color:#b3261e}.muted{color:#5a6b7d}
        svg{background:#f8fafc;border:1px solid #d8dee6}
        """;

    public static string Render(NodeStats stats, IReadOnlyList<TimelinePoint> timeline)
    {
        var html = new StringBuilder();
        var title = Safe(stats.TestInfo.TestSuite + ": " + stats.TestInfo.TestName);
        html.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>").Append(title).Append("</title><style>")
            .Append(Style).Append("</style></head><body><h1>").Append(title).Append("</h1>");
        html.Append("<p class=\"muted\">session ").Append(Safe(stats.TestInfo.SessionId)).Append(" · duration ").Append(ReportRows.Duration(stats.Duration))
            .Append(" · ").Append(Safe(stats.NodeInfo.MachineName)).Append(" · ").Append(Safe(stats.NodeInfo.OS)).Append(" · ")
            .Append(Safe(stats.NodeInfo.DotNetVersion)).Append(" · ").Append(stats.NodeInfo.CoresCount).Append(" cores</p>");
        html.Append("<p>requests ").Append(stats.AllRequestCount).Append(", ok ").Append(stats.AllOkCount).Append(", <span class=\"")
            .Append(stats.AllFailCount > 0 ? "fail" : "muted").Append("\">fail ").Append(stats.AllFailCount).Append("</span></p>");
        Chart(html, timeline);
        foreach (var scenario in stats.ScenarioStats)
        {
            html.Append("<h2>").Append(Safe(scenario.ScenarioName)).Append("</h2>");
            Table(html, ReportRows.Headers, ReportRows.Of(scenario));
            var codes = ReportRows.StatusCodes(scenario).ToList();
            if (codes.Count > 0)
            {
                Table(html, ["code", "result", "count", "message"], codes.Select(c => new[] { c.StatusCode, c.IsError ? "fail" : "ok", $"{c.Count}", c.Message }));
            }
        }

        if (stats.Thresholds.Length > 0)
        {
            html.Append("<h2>thresholds</h2>");
            Table(
                html,
                ["scenario", "result", "step", "check", "missed"],
                stats.Thresholds.Select(t => new[] { t.ScenarioName, t.IsFailed ? "fail" : "ok", t.StepName, t.CheckExpression, $"{t.ErrorCount}" }));
        }

        return html.Append("</body></html>").ToString();
    }

    private static void Table(StringBuilder html, string[] headers, IEnumerable<string[]> rows)
    {
        html.Append("<table><thead><tr>");
        foreach (var header in headers) html.Append("<th>").Append(Safe(header)).Append("</th>");
        html.Append("</tr></thead><tbody>");
        foreach (var row in rows)
        {
            html.Append(row[1] == "fail" && row[2] != "0" ? "<tr class=\"fail\">" : "<tr>");
            foreach (var cell in row) html.Append("<td>").Append(Safe(cell)).Append("</td>");
            html.Append("</tr>");
        }

        html.Append("</tbody></table>");
    }

    private static void Chart(StringBuilder html, IReadOnlyList<TimelinePoint> timeline)
    {
        if (timeline.Count < 2) return;
        var rates = new List<(double At, double Ok, double Fail)>();
        var previous = new TimelinePoint(TimeSpan.Zero, 0, 0);
        foreach (var point in timeline)
        {
            var seconds = Math.Max(0.001, (point.At - previous.At).TotalSeconds);
            rates.Add((point.At.TotalSeconds, (point.Ok - previous.Ok) / seconds, (point.Fail - previous.Fail) / seconds));
            previous = point;
        }

        const int width = 720;
        const int height = 160;
        var top = Math.Max(1, rates.Max(r => Math.Max(r.Ok, r.Fail)));
        var end = rates[^1].At;
        html.Append("<h2>rate</h2><svg width=\"").Append(width).Append("\" height=\"").Append(height)
            .Append("\" role=\"img\" aria-label=\"requests a second over time\">");
        Line(r => r.Ok, "#1f6f54");
        Line(r => r.Fail, "#b3261e");
        html.Append("<text x=\"6\" y=\"16\" font-size=\"12\">").Append(ReportRows.Number(top)).Append("/s</text></svg>");

        void Line(Func<(double At, double Ok, double Fail), double> value, string colour)
        {
            html.Append("<polyline fill=\"none\" stroke-width=\"2\" stroke=\"").Append(colour).Append("\" points=\"");
            foreach (var rate in rates)
            {
                html.Append(CultureInfo.InvariantCulture, $"{rate.At / end * width:0.#},{height - (value(rate) / top * (height - 24)):0.#} ");
            }

            html.Append("\"/>");
        }
    }

    private static string Safe(string value) => WebUtility.HtmlEncode(value);
}
