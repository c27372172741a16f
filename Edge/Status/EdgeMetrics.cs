using System.Globalization;
using System.Text;
using Regional.Edge.Link;
using Regional.Imaging.Cluster;

namespace Regional.Edge.Status;

/// <summary>The edge's figures in the Prometheus text format.</summary>
internal static class EdgeMetrics
{
    public static string Render(SiteOptions site, Regional.Link.V1.Status status, LinkState link)
    {
        var text = new StringBuilder();
        void Metric(string name, string type, string help, double value) => text.Append(
            CultureInfo.InvariantCulture, $"# HELP regional_edge_{name} {help}\n# TYPE regional_edge_{name} {type}\nregional_edge_{name}{{site=\"{site.Code}\"}} {value}\n");
        Metric("received_instances_total", "counter", "Instances durable here since installation.", status.ReceivedInstances);
        Metric("queued_instances", "gauge", "Instances not yet acknowledged by the centre.", status.QueuedInstances);
        Metric("queued_bytes", "gauge", "Bytes not yet acknowledged by the centre.", status.QueuedBytes);
        Metric("upload_bytes_per_second", "gauge", "Bytes sent a second, over five seconds.", status.UploadBytesPerSecond);
        Metric("conflicts_total", "counter", "Same SOP Instance UID with other bytes: in quarantine.", status.Conflicts);
        Metric("disk_free_bytes", "gauge", "Free space where the packs are.", status.DiskFreeBytes);
        Metric("disk_low", "gauge", "1 while receiving answers Out of Resources.", status.DiskLow ? 1 : 0);
        Metric("link_up", "gauge", "1 while the link to the centre is open.", link.Online ? 1 : 0);
        Metric("uploads_paused", "gauge", "1 while a person has paused uploads.", link.Paused ? 1 : 0);
        return text.ToString();
    }
}
