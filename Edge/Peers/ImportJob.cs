using FellowOakDicom;
using FellowOakDicom.Network;
using Microsoft.Extensions.Logging;
using Regional.Imaging;
using Regional.Imaging.Cluster;
using Regional.Imaging.Packs;

namespace Regional.Edge.Peers;

/// <summary>
/// Imports a peer's history: lists its studies a day at a time (C-FIND), has each sent to this edge (C-MOVE), and looks what came. Images that are
/// here already are not asked for again. Within its hours, not faster than its rate; every study is noted, so that a break costs no more than one.
/// </summary>
internal sealed class ImportJob(
    JobBook jobs, RemoteBook remotes, PeerQuery query, ImageArchive archive, SiteOptions site, TimeSpan localOffset, TimeProvider time, ILogger<ImportJob> logger)
{
    /// <summary>UIDs named in one C-MOVE.</summary>
    private const int MostNamed = 200;

    /// <summary>So many studies in a row of which nothing came: it is the peer, and not they.</summary>
    private const int MostRefused = 3;

    /// <summary>The longest silence of a peer that moves a study.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <returns>When to go on; null: all were tried.</returns>
    /// <exception cref="PeerAwayException">The peer cannot be reached, or answers with a failure.</exception>
    public async Task<DateTimeOffset?> RunAsync(PeerJob job, RemoteAe peer, CancellationToken cancellation)
    {
        var limits = site.Peers.Find(p => p.AeTitle == peer.AeTitle) ?? throw new PeerAwayException("NotAPeer");
        var hours = limits.ImportHours is { } text ? DailyHours.Parse(text) : null;
        if (UntilOpen(hours) is { } closed)
            return closed;
        if (await DiscoverAsync(job, peer, hours, cancellation) is { } later)
            return later;
        var refused = 0;
        foreach (var study in jobs.Waiting(job.Id))
        {
            cancellation.ThrowIfCancellationRequested();
            if (UntilOpen(hours) is { } over)
                return over;
            var (images, failure) = await ImportAsync(job, peer, study, cancellation);
            refused = failure is not null && images == 0 ? refused + 1 : 0;
            if (refused == MostRefused)
                throw new PeerAwayException(failure!);
            if (images > 0 && limits.ImportPerMinute is { } perMinute)
                await Task.Delay(TimeSpan.FromMinutes((double)images / perMinute), time, cancellation);
        }

        return null;
    }

    private DateTimeOffset? UntilOpen(DailyHours? hours)
    {
        var now = time.GetUtcNow();
        return hours?.Until(TimeOnly.FromTimeSpan(now.ToOffset(localOffset).TimeOfDay)) is { } wait && wait > TimeSpan.Zero ? now + wait : null;
    }

    /// <summary>Lists the studies of each day that is not listed yet, so that no answer is too long for either side.</summary>
    private async Task<DateTimeOffset?> DiscoverAsync(PeerJob job, RemoteAe peer, DailyHours? hours, CancellationToken cancellation)
    {
        var spec = job.Spec;
        var day = job.Cursor.Length > 0 ? DateOnly.ParseExact(job.Cursor, "yyyyMMdd").AddDays(1) : spec.From!.Value;
        for (; day <= spec.To!.Value; day = day.AddDays(1))
        {
            if (UntilOpen(hours) is { } over)
                return over;
            var studies = await query.StudiesAsync(peer, new PeerCriteria(day, day, spec.Modality, spec.PatientId), cancellation);
            jobs.Found(job.Id, studies.Select(study => study.StudyInstanceUid).Where(UidRule.IsValid), day.ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture));
        }

        return null;
    }

    /// <returns>Images that came, and why not all.</returns>
    private async Task<(int Images, string? Failure)> ImportAsync(PeerJob job, RemoteAe peer, string study, CancellationToken cancellation)
    {
        var offered = await query.InstancesAsync(peer, study, cancellation);
        var missing = await MissingAsync(offered, cancellation);
        if (missing.Count > 0)
        {
            if (missing.Count == offered.Count)
                await MoveAsync(peer, new DicomCMoveRequest(remotes.OwnAe, study), cancellation);
            else
                await MoveSinglyAsync(peer, study, missing, cancellation);
            // The peer says that it sent; what counts is what is here.
            await archive.WaitIndexedAsync(archive.Packs.CommittedEnd, cancellation);
        }

        var lacking = await MissingAsync(missing, cancellation);
        var failure = lacking.Count > 0 ? $"{lacking.Count} of {offered.Count} images did not come" : offered.Count == 0 ? "The peer lists no image" : null;
        if (failure is not null)
            PeerLog.ItemFailed(logger, job.Id, study, failure);
        jobs.Settle(job.Id, study, failure);
        return (missing.Count - lacking.Count, failure);
    }

    private async Task<List<(string Series, string Instance)>> MissingAsync(IReadOnlyList<(string Series, string Instance)> offered, CancellationToken cancellation)
    {
        List<(string, string)> missing = [];
        foreach (var one in offered)
        {
            if (await archive.Index.GetInstanceAsync(one.Instance, cancellation) is null)
                missing.Add(one);
        }

        return missing;
    }

    private async Task MoveSinglyAsync(RemoteAe peer, string study, List<(string Series, string Instance)> missing, CancellationToken cancellation)
    {
        foreach (var named in missing.GroupBy(one => one.Series).SelectMany(series => series.Chunk(MostNamed)))
        {
            var request = new DicomCMoveRequest(remotes.OwnAe, study, named[0].Series, named[0].Instance);
            request.Dataset.AddOrUpdate(DicomTag.SOPInstanceUID, [.. named.Select(one => one.Instance)]);
            await MoveAsync(peer, request, cancellation);
        }
    }

    /// <summary>Images that failed are found missing afterwards; a refusal of the whole is the peer's.</summary>
    private async Task MoveAsync(RemoteAe peer, DicomCMoveRequest request, CancellationToken cancellation)
    {
        DicomStatus? last = null;
        request.OnResponseReceived = (_, answer) => last = answer.Status;
        var client = remotes.Dial(peer);
        client.ServiceOptions.RequestTimeout = Patience;
        await client.AddRequestAsync(request);
        try
        {
            await client.SendAsync(cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            throw new PeerAwayException(PeerFailure.Word(failure));
        }

        cancellation.ThrowIfCancellationRequested();
        if (last is null)
            throw new PeerAwayException("NoAnswer");
        // It does not know this edge, or takes no moves at all: no other study would fare better.
        if (last.Code is 0xA801 or 0x0122 or 0x0124)
            throw new PeerAwayException($"Status {last.Code:X4}");
    }
}
