using Microsoft.Extensions.Logging;
using Regional.Imaging;
using Regional.Imaging.Packs;

namespace Regional.Edge.Copies;

/// <summary>
/// Puts what came from the centre into the edge's own packs, as a copy: with the site and the time of its first arrival, in no queue for the centre
/// and in no count of what modalities sent. Its memory is apart from that of arriving images, so that no modality waits for a copy.
/// </summary>
internal sealed class CopyKeeper(ImageArchive archive, ReceiveBuffers buffers, ILogger<CopyKeeper> logger)
{
    public ArrivalStream Open(WantedCopy wanted) => wanted.Open(buffers);

    /// <param name="content">Whole, and with the hash that was announced.</param>
    public async Task<CopyOutcome> KeepAsync(DistantInstance instance, ArrivalStream content)
    {
        try
        {
            switch (await archive.KeepCopyAsync(instance.Facts, content, CancellationToken.None))
            {
                case StoreResult.Stored or StoreResult.Duplicate:
                    return CopyOutcome.Kept;
                case var other:
                    CopyLog.NotKept(logger, instance.SopInstanceUid, other.GetType().Name);
                    return CopyOutcome.NotKept;
            }
        }
        catch (Exception fault) when (fault is IOException or IndexUnavailableException or ObjectDisposedException or OperationCanceledException)
        {
            CopyLog.NotKept(logger, instance.SopInstanceUid, fault.GetType().Name);
            return CopyOutcome.NotKept;
        }
    }
}

/// <summary>Events 3600 to 3649. UIDs only.</summary>
internal static partial class CopyLog
{
    [LoggerMessage(3600, LogLevel.Warning, "The copy of {SopInstanceUid} is not kept: {Reason}.")]
    public static partial void NotKept(ILogger logger, string sopInstanceUid, string reason);

    [LoggerMessage(3601, LogLevel.Warning, "The copy of {SopInstanceUid} arrived damaged.")]
    public static partial void Damaged(ILogger logger, string sopInstanceUid);

    [LoggerMessage(3602, LogLevel.Warning, "The centre refused a copy of {SopInstanceUid}: {Rule}.")]
    public static partial void Refused(ILogger logger, string sopInstanceUid, string rule);

    [LoggerMessage(3603, LogLevel.Information, "The centre lacks {Count} images of study {StudyInstanceUid}: {Again} go to it again, {Lacking} are not here.")]
    public static partial void AskedFor(ILogger logger, string studyInstanceUid, int count, int again, int lacking);
}
