using System.Globalization;
using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace NBomber.Reports;

/// <summary>Totals at one instant of the bombing phase.</summary>
internal sealed record TimelinePoint(TimeSpan At, int Ok, int Fail);

/// <summary>Writes the wanted formats beside each other: one name, one ending each.</summary>
internal static class ReportWriter
{
    public static ReportFile[] Write(NBomberContext context, NodeStats stats, IReadOnlyList<TimelinePoint> timeline)
    {
        if (context.ReportFormats.Count == 0) return [];
        var folder = context.ReportFolder ?? Path.Combine("reports", stats.TestInfo.SessionId);
        Directory.CreateDirectory(folder);
        var name = context.ReportFileName
            ?? "nbomber_report_" + stats.TestInfo.Created.ToString("yyyy-MM-dd--HH-mm-ss", CultureInfo.InvariantCulture);
        return
        [
            .. context.ReportFormats.Distinct().Select(format =>
            {
                var (ending, content) = format switch
                {
                    ReportFormat.Html => ("html", HtmlReport.Render(stats, timeline)),
                    ReportFormat.Md => ("md", MarkdownReport.Render(stats)),
                    ReportFormat.Csv => ("csv", CsvReport.Render(stats)),
                    _ => ("txt", TextReport.Render(stats)),
                };
                var path = Path.Combine(folder, name + "." + ending);
                File.WriteAllText(path, content);
                return new ReportFile { FilePath = path, ReportFormat = format, ReportContent = content };
            }),
        ];
    }
}
