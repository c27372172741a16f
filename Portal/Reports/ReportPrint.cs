using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Regional.Outcomes;
using Regional.Portal.Access;
using Regional.Portal.Accounts;
using Regional.Portal.Answers;
using Regional.Portal.Hosting;
using Regional.Reports;
using Regional.Studies;

namespace Regional.Portal.Reports;

/// <summary>
/// The report on paper: one HTML page, ready to print, every text encoded. What is not a current signed version says so across the page:
/// 临时报告, 修订中, 已作废, 已召回 (workflow.md, Report).
/// </summary>
internal static class ReportPrint
{
    private static readonly TimeSpan Local = TimeSpan.FromHours(8);
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(System.Text.Unicode.UnicodeRanges.All);

    public static void MapReportPrint(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/studies/{id}/report/print", Print).For(Can.Anybody).WithTags("Report").WithName("printReport");

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> Print(
        string id, int? version, Caller caller, Door door, PortalOptions options, HttpContext context, CancellationToken cancellation)
    {
        var study = await door.Study(caller, id, cancellation);
        if (!study.Succeeded)
            return Problems.Of(study.Failure);
        if (Page(study.Value, version, options) is not { } page)
            return Problems.Of(FailureCode.NotFound, "report");
        await door.Audit(caller, "report.print", id, null, cancellation);
        // A document of its own: inline style, no script, nothing fetched.
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'";
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Text(page, "text/html; charset=utf-8");
    }

    /// <summary>Null where there is nothing that may leave the centre yet.</summary>
    internal static string? Page(StudySnapshot study, int? number, PortalOptions options)
    {
        var report = study.Report;
        var version = number is { } n ? report.Versions.FirstOrDefault(v => v.Number == n) : report.Versions.LastOrDefault(v => v.Kind != VersionKind.Addendum);
        var provisional = version is null && report.Provisional ? report.Traces.LastOrDefault(t => t.Event == ReportSight.Provisional)?.Text : null;
        var text = version?.Text ?? provisional;
        if (text is null)
            return null;
        var html = new StringBuilder();
        html.Append("<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>").Append(E("影像诊断报告 " + study.AccessionNumber)).Append("</title><style>")
            .Append(Style).Append("</style></head><body>");
        if (Watermark(report, version) is { } mark)
            html.Append("<div class=\"mark\">").Append(E(mark)).Append("</div>");
        var site = options.Cluster.Site(study.Site)?.Name ?? study.Site;
        var centre = options.Cluster.Site(study.ReadingCentre)?.Name ?? study.ReadingCentre;
        html.Append("<h1>").Append(E(centre)).Append("</h1><h2>影像诊断报告</h2><table>");
        Row(html, "姓名", study.Patient.Name, "性别", Sex(study.Patient.Sex), "出生日期", study.Patient.BirthDate?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Row(html, "检查号", study.AccessionNumber, "检查医院", site, "检查项目", study.Request?.Item ?? study.Images.FirstOrDefault()?.Description);
        Row(html, "检查时间", Time(study.Images.FirstOrDefault()?.FirstReceived), "阅片中心", centre, "报告版本", version is null ? "—" : "v" + version.Number.ToString(CultureInfo.InvariantCulture));
        html.Append("</table>");
        Section(html, "影像所见", text.Findings);
        Section(html, "诊断意见", text.Impression);
        foreach (var addendum in report.Versions.Where(v => v.Kind == VersionKind.Addendum && v.State == VersionState.Current && number is null))
            Section(html, $"补充 {Time(addendum.SignedAt)} {addendum.SignerName}", addendum.AddendumText ?? "");
        html.Append("<footer>");
        if (version is not null)
        {
            html.Append("<p>报告医师 ").Append(E(version.AuthorName)).Append("　审核医师 ").Append(E(version.SignerName)).Append("　签发时间 ").Append(E(Time(version.SignedAt)))
                .Append("</p><p class=\"hash\">SHA-256 ").Append(E(version.Sha256)).Append("</p>");
        }
        else
        {
            html.Append("<p>临时报告，未经审核签发；以正式报告为准。</p>");
        }

        return html.Append("</footer></body></html>").ToString();
    }

    private static string? Watermark(ReportSnapshot report, ReportVersion? version) => (version?.State, report.Phase) switch
    {
        (VersionState.Recalled, _) or (_, ReportPhase.Recalled) => "已召回",
        (VersionState.Superseded, _) => "已作废 · 有新版本",
        (null, _) => "临时报告",
        (_, ReportPhase.Amending or ReportPhase.CorrectionRequested) => "修订中",
        _ => null,
    };

    private static void Row(StringBuilder html, params string?[] cells)
    {
        html.Append("<tr>");
        for (var i = 0; i < cells.Length; i += 2)
            html.Append("<th>").Append(E(cells[i])).Append("</th><td>").Append(E(cells[i + 1] ?? "—")).Append("</td>");
        html.Append("</tr>");
    }

    private static void Section(StringBuilder html, string title, string text) =>
        html.Append("<h3>").Append(E(title)).Append("</h3><div class=\"text\">").Append(E(text)).Append("</div>");

    private static string E(string? text) => Encoder.Encode(text ?? "");

    private static string Sex(string sex) => sex switch { "M" => "男", "F" => "女", "O" => "其他", _ => "未知" };

    private static string Time(DateTimeOffset? at) => at?.ToOffset(Local).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "—";

    private const string Style = """
        @page { size: A4; margin: 18mm 16mm }
        body { font: 11pt/1.7 "Noto Serif CJK SC", "Source Han Serif SC", SimSun, serif; color: #000; max-width: 178mm; margin: 0 auto }
        h1 { font-size: 15pt; text-align: center; margin: 4mm 0 0 } h2 { font-size: 13pt; text-align: center; margin: 0 0 4mm }
        h3 { font-size: 11pt; margin: 5mm 0 1mm } table { width: 100%; border-collapse: collapse; font-size: 10pt }
        th { text-align: left; font-weight: normal; color: #555; width: 11%; padding: 1mm 0 } td { width: 22% }
        tr { border-bottom: .2mm solid #999 } .text { white-space: pre-wrap } footer { margin-top: 12mm; border-top: .3mm solid #000 }
        .hash { font-size: 7pt; color: #555; word-break: break-all }
        .mark { position: fixed; top: 40%; left: 0; right: 0; text-align: center; font-size: 60pt; color: rgba(200,0,0,.18); transform: rotate(-28deg); pointer-events: none }
        """;
}
