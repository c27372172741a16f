using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Regional.Imaging;
using Regional.Imaging.Capture;
using Regional.Imaging.Packs;
using Regional.Imaging.Storage;

namespace Regional.Edge.Capture;

/// <summary>A step of a file's way; after each a crash must neither lose nor double it.</summary>
internal enum CaptureStep
{
    Claimed,
    Planned,
    Stored,
    Left,
}

/// <summary>
/// Watches the site's capture folders (R4.2.4-1, R4.2.4-3): claim, plan, convert and store in the journal, leave. One file at a time, since a picture may
/// take some memory to unpack. What is stored goes to the centre like any image.
/// </summary>
internal sealed partial class FolderCapture(
    IReadOnlyList<CaptureFolder> folders, CaptureSubjects subjects, ImageArchive archive, IFileLayer files, string site, TimeProvider time,
    Action<CaptureStep> reached, ILogger<FolderCapture> logger)
    : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>After a folder or the archive could not be used.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var wait = LookEvery;
                foreach (var folder in folders)
                {
                    if (!await TryLook(folder, stoppingToken)) wait = Pause;
                }

                await Task.Delay(wait, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shutting down: what is claimed is gone on with at the next start.
        }
    }

    /// <returns>False: something stands in the way; it is tried again later.</returns>
    private async Task<bool> TryLook(CaptureFolder folder, CancellationToken stopping)
    {
        try
        {
            folder.Prepare();
            foreach (var claimed in folder.Claimed())
            {
                if (!await Take(folder, claimed, stopping)) return false;
            }

            foreach (var name in folder.Arrived(time.GetUtcNow()))
            {
                var claimed = folder.Claim(name);
                reached(CaptureStep.Claimed);
                if (!await Take(folder, claimed, stopping)) return false;
            }

            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            NotUsable(logger, folder.Options.Device, fault);
            return false;
        }
    }

    private async Task<bool> Take(CaptureFolder folder, string claimed, CancellationToken stopping)
    {
        using var arrival = archive.Buffers.Rent();
        CaptureResult result;
        using (var file = new FileStream(claimed, FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            var subject = CapturePlan.Read(claimed);
            if (subject is null)
            {
                subject = subjects.Of(folder.Options, Path.GetFileName(claimed), CaptureUid.ContentOf(file), File.GetLastWriteTimeUtc(claimed));
                CapturePlan.Write(files, claimed, subject);
                reached(CaptureStep.Planned);
            }

            result = CaptureConverter.Convert(file, subject, arrival);
        }

        if (result is not CaptureResult.Converted made)
        {
            var rule = ((CaptureResult.Refused)result).Rule;
            folder.Refused(claimed, rule);
            reached(CaptureStep.Left);
            RefusedFile(logger, folder.Options.Device, rule);
            return true;
        }

        return await Store(folder, claimed, made, arrival, stopping);
    }

    private async Task<bool> Store(CaptureFolder folder, string claimed, CaptureResult.Converted made, ArrivalStream arrival, CancellationToken stopping)
    {
        var now = time.GetUtcNow();
        // The same picture put there once more, at another time of day: it is there already, and no conflict.
        await archive.WaitIndexedAsync(archive.Packs.CommittedEnd, stopping);
        var result = await archive.Index.GetInstanceAsync(made.SopInstanceUid, stopping) is not null
            ? null
            : await archive.StoreAsync(
                new ReceivedInstance(
                    made.StudyUid, made.SeriesUid, made.SopInstanceUid, made.SopClassUid, made.TransferSyntaxUid, folder.Options.Device, site, now),
                arrival, stopping);
        switch (result)
        {
            case null or StoreResult.Stored or StoreResult.Duplicate:
                reached(CaptureStep.Stored);
                folder.Done(claimed, now);
                reached(CaptureStep.Left);
                StoredFile(logger, folder.Options.Device, made.Kind, made.SopInstanceUid);
                return true;
            case StoreResult.OutOfResources shortage:
                OutOfResources(logger, folder.Options.Device, shortage.Shortage);
                return false;
            default:
                var rule = "store." + result.GetType().Name.ToLowerInvariant();
                folder.Refused(claimed, rule);
                RefusedFile(logger, folder.Options.Device, rule);
                return true;
        }
    }

    [LoggerMessage(3550, LogLevel.Information, "Capture {Device}: {Kind} stored as {SopInstanceUid}")]
    private static partial void StoredFile(ILogger logger, string device, CaptureKind kind, string sopInstanceUid);

    [LoggerMessage(3551, LogLevel.Warning, "Capture {Device}: a file is refused by {Rule} and kept aside")]
    private static partial void RefusedFile(ILogger logger, string device, string rule);

    [LoggerMessage(3552, LogLevel.Warning, "Capture {Device}: out of resources ({Shortage}); tried again later")]
    private static partial void OutOfResources(ILogger logger, string device, ResourceShortage shortage);

    [LoggerMessage(3553, LogLevel.Warning, "Capture {Device}: the folder cannot be used; tried again later")]
    private static partial void NotUsable(ILogger logger, string device, Exception fault);
}
