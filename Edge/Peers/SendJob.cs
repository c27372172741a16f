using FellowOakDicom.Network;
using Microsoft.Extensions.Logging;
using Regional.Edge.Dicom;
using Regional.Imaging.Index;

namespace Regional.Edge.Peers;

/// <summary>Sends a study's images (C-STORE, PS3.4 §B), each noted when the other side has it; after a break it goes on with the rest.</summary>
internal sealed class SendJob(JobBook jobs, RemoteBook remotes, RetrievalList list, ILogger<SendJob> logger)
{
    /// <returns>When to go on; null: all were tried.</returns>
    /// <exception cref="PeerAwayException">The peer cannot be reached, or broke off.</exception>
    public async Task<DateTimeOffset?> RunAsync(PeerJob job, RemoteAe remote, CancellationToken cancellation)
    {
        var plan = new QueryPlan(QueryLevel.Study, [new SearchTerm(SearchKey.StudyInstanceUid, job.Spec.StudyInstanceUid!)], [], true, "");
        var images = await list.FindAsync(plan, cancellation) ?? throw new PeerAwayException("TooManyImages");
        jobs.Found(job.Id, images.Select(image => image.SopInstanceUid), "");
        var waiting = jobs.Waiting(job.Id).ToHashSet(StringComparer.Ordinal);
        List<WantedImage> left = [.. images.Where(image => waiting.Contains(image.SopInstanceUid))];
        foreach (var gone in waiting.Except(left.Select(image => image.SopInstanceUid)))
            jobs.Settle(job.Id, gone, "Deleted");
        if (left.Count == 0)
            return null;

        await using var sender = new MoveSender(remotes, remote, null, list, logger);
        if (await sender.OpenAsync(left, cancellation) is not null)
            throw new PeerAwayException("NotReached");
        foreach (var image in left)
        {
            cancellation.ThrowIfCancellationRequested();
            var status = await sender.SendAsync(image, cancellation);
            if (status.State is DicomState.Success or DicomState.Warning)
            {
                jobs.Settle(job.Id, image.SopInstanceUid, null);
                continue;
            }

            // A line that broke says nothing of the image.
            if (!sender.IsOpen)
                throw new PeerAwayException("BrokeOff");
            var failure = $"Status {status.Code:X4}";
            PeerLog.ItemFailed(logger, job.Id, image.SopInstanceUid, failure);
            jobs.Settle(job.Id, image.SopInstanceUid, failure);
        }

        return null;
    }
}
