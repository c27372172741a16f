using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Regional.Edge.Hosting;
using Regional.Edge.Journal;
using Regional.Edge.Link;
using Regional.Imaging.Cluster;

namespace Regional.Edge.Status;

/// <summary>The page a technician opens on the edge itself when the centre cannot be reached. No scripts, no patient values; reloads by itself.</summary>
internal static class StatusPage
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public static string Render(SiteOptions site, Regional.Link.V1.Status status, LinkState link, UploadQueue queue, PackAlarmLog alarms)
    {
        var html = new StringBuilder();
        var title = Encoder.Encode(site.Name);
        html.Append(CultureInfo.InvariantCulture, $$"""
            <!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta http-equiv="refresh" content="3"><title>{{title}} · 边缘节点</title>
            <style>body{font:16px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;margin:2rem auto;max-width:64rem;padding:0 1rem;color:#1f2933}
            h1{font-size:1.5rem;margin:0 0 1rem}table{border-collapse:collapse;width:100%;margin:0 0 2rem}th,td{text-align:left;padding:.4rem .8rem;border-bottom:1px solid #d9e2ec}
            th{width:18rem;font-weight:600}.up{color:#0b6e4f}.down{color:#b42318;font-weight:700}small{color:#627d98}</style></head><body>
            <h1>{{title}} <small>{{Encoder.Encode(site.Edge.AeTitle)}} · 边缘节点 Edge</small></h1><table>
            """);
        void Row(string name, string value, string style = "") => html.Append(
            CultureInfo.InvariantCulture, $"<tr><th>{name}</th><td class=\"{style}\">{Encoder.Encode(value)}</td></tr>");
        Row("中心链路 Link", link.Online ? "● 在线 online" : $"▲ 离线 offline ({link.LastFailure ?? "—"})：继续接收，恢复后自动续传", link.Online ? "up" : "down");
        Row("积压 Backlog", $"{status.QueuedInstances} 幅 images, {Size(status.QueuedBytes)}");
        Row("上传 Upload", link.Paused ? "⏸ 已暂停 paused" : $"{Size(status.UploadBytesPerSecond)}/s");
        Row("已接收 Received", $"{status.ReceivedInstances} 幅 images");
        Row("最近影像 Last image", status.LastImage?.ToDateTimeOffset().ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "—");
        Row("冲突隔离 Quarantine", status.Conflicts.ToString(CultureInfo.InvariantCulture), status.Conflicts > 0 ? "down" : "");
        var notTaken = queue.Totals().Refused;
        Row("中心未收 Not taken by the centre", notTaken.ToString(CultureInfo.InvariantCulture), notTaken > 0 ? "down" : "");
        Row("磁盘 Disk", $"{Size(status.DiskFreeBytes)} 可用 free / {Size(status.DiskTotalBytes)}{(status.DiskLow ? " ▲ 空间不足，拒绝接收 low: receiving refused" : "")}", status.DiskLow ? "down" : "");
        foreach (var (kind, count) in alarms.Counts)
            Row("告警 Alarm", $"{kind}: {count}", "down");
        html.Append("</table><table><tr><th>设备 Device (AE)</th><th>影像 Images</th><th>最近 Last</th></tr>");
        foreach (var caller in queue.Callers())
        {
            html.Append(CultureInfo.InvariantCulture,
                $"<tr><td>{Encoder.Encode(caller.AeTitle)}</td><td>{caller.Received}</td><td>{caller.LastImage.ToLocalTime():yyyy-MM-dd HH:mm:ss}</td></tr>");
        }

        return html.Append("</table></body></html>").ToString();
    }

    private static string Size(ulong bytes) => bytes switch
    {
        >= 1UL << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1UL << 30):0.0} GiB"),
        >= 1UL << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1UL << 20):0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
    };
}
