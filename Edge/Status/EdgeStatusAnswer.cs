using Regional.Edge.Journal;
using Regional.Edge.Link;
using Regional.Imaging;
using Regional.Imaging.Cluster;

namespace Regional.Edge.Status;

/// <summary>GET /status: what this edge holds and how its link is.</summary>
internal sealed record EdgeStatusAnswer(
    string Site,
    string AeTitle,
    bool Online,
    string? LastFailure,
    bool Paused,
    long ReceivedInstances,
    long QueuedInstances,
    long QueuedBytes,
    long UploadBytesPerSecond,
    long Conflicts,
    long Refused,
    ulong DiskFreeBytes,
    bool DiskLow,
    DateTimeOffset? LastImage,
    string Journal)
{
    public static EdgeStatusAnswer From(SiteOptions site, Regional.Link.V1.Status status, LinkState link, QueueTotals totals, ImageArchive archive) => new(
        site.Code, site.Edge.AeTitle, link.Online, link.LastFailure, link.Paused, totals.Received, totals.Instances, totals.Bytes,
        (long)status.UploadBytesPerSecond, totals.Conflicts, totals.Refused, status.DiskFreeBytes, status.DiskLow, totals.LastImage,
        archive.Packs.State.ToString());
}
