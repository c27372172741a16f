using Orleans;
using Regional.Actors;
using Regional.Devices;
using Regional.Imaging.Cluster;
using Regional.Link.V1;
using Regional.Projections;
using Regional.Sites;
using Regional.Studies;

namespace Regional.Silo.Link;

/// <summary>
/// Tells the grains what a session says. Telemetry is never worth a session: a grain that cannot take it is told again by the next report.
/// </summary>
internal sealed class LinkReports(
    IGrainFactory grains, IStudyKeys keys, UploadPriorities priorities, SiteOptions site, string linkId, TimeProvider time, ILogger logger)
{
    private readonly Dictionary<string, Heard> _devices = [];
    private readonly Dictionary<string, EdgeProgress> _waiting = new(StringComparer.Ordinal);

    private ISiteGrain Site => grains.GetGrain<ISiteGrain>(GrainKeys.Site(site.Code));

    public Task Opened(Hello hello, TimeSpan skew) => Site.LinkOpened(linkId, hello.Boot, hello.Software, skew);

    public Task Closed() => Site.LinkClosed(linkId);

    public async Task Take(Regional.Link.V1.Status status, CancellationToken cancellation)
    {
        var skew = status.Clock is null ? TimeSpan.Zero : status.Clock.ToDateTimeOffset() - time.GetUtcNow();
        await Try("status", () => Site.LinkStatus(linkId, new EdgeStatus(
            time.GetUtcNow(), (long)status.QueuedInstances, (long)status.QueuedBytes, (long)status.UploadBytesPerSecond, (long)status.DiskFreeBytes,
            (long)status.DiskTotalBytes, status.DiskLow, status.LastImage?.ToDateTimeOffset(), (long)status.ReceivedInstances, (long)status.Conflicts, skew,
            status.Paused)));
        foreach (var device in status.Devices)
            await Observe(device);
        foreach (var progress in _waiting.Values.ToArray())
            await Progress(progress, cancellation);
        await Try("priority", () => priorities.Order(cancellation));
    }

    public Task Take(StudyProgress study, CancellationToken cancellation) => Progress(
        new EdgeProgress(
            study.StudyInstanceUid, Count(study.ReceivedInstances), Count(study.UploadedInstances), study.LastImage?.ToDateTimeOffset() ?? time.GetUtcNow())
        {
            Site = site.Code,
            NotComing = Count(study.NotComingInstances),
        },
        cancellation);

    private static int Count(uint told) => (int)Math.Min(told, int.MaxValue);

    private async Task Progress(EdgeProgress progress, CancellationToken cancellation)
    {
        // The first images may still be on their way: without a study the count waits for the next report.
        if (_waiting.Count > 256)
            _waiting.Clear();
        _waiting[progress.StudyInstanceUid] = progress;
        await Try("study", async () =>
        {
            if (await keys.FindStudyInstanceUid(progress.StudyInstanceUid, cancellation) is not { } studyId)
                return;
            priorities.Follow(progress.StudyInstanceUid, studyId, behind: progress.Uploaded + progress.NotComing < progress.Received);
            await grains.GetGrain<IStudyGrain>(studyId).EdgeProgressed(progress);
            _waiting.Remove(progress.StudyInstanceUid);
        });
    }

    private async Task Observe(DeviceStatus device)
    {
        var seen = new Heard((long)device.ReceivedInstances, device.LastImage?.ToDateTimeOffset(), device.LastEcho?.ToDateTimeOffset());
        var before = _devices.GetValueOrDefault(device.AeTitle);
        if (seen == before || !site.Devices.Exists(d => d.AeTitle == device.AeTitle))
            return;
        await Try("device", async () =>
        {
            var grain = grains.GetGrain<IDeviceGrain>(GrainKeys.Device(site.Code, device.AeTitle));
            if (seen.Image is { } last && (seen.Count, seen.Image) != (before?.Count, before?.Image))
                await grain.Observe(last, seen.Count);
            if (seen.Echo is { } asked && asked != before?.Echo)
                await grain.Echoed(asked, device.Answers);
            _devices[device.AeTitle] = seen;
        });
    }

    private async Task Try(string what, Func<Task> tell)
    {
        try
        {
            await tell();
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LinkLog.GrainBusy(logger, fault, site.Code, what);
        }
    }

    /// <summary>What was told of a device and taken.</summary>
    private sealed record Heard(long Count, DateTimeOffset? Image, DateTimeOffset? Echo);
}
