using Microsoft.Extensions.Logging;

namespace Regional.Imaging.Packs;

/// <summary>Event ids 4000–4099. Pack numbers, offsets and UIDs only.</summary>
internal static partial class PackLog
{
    [LoggerMessage(4000, LogLevel.Information, "Packs open: {Packs} packs, committed end {Pack}:{Offset}")]
    public static partial void Opened(ILogger logger, int packs, long pack, long offset);

    [LoggerMessage(4001, LogLevel.Warning, "Pack {Pack}: {Bytes} bytes of unfinished tail cut at {Offset}")]
    public static partial void TailCut(ILogger logger, long pack, long offset, long bytes);

    [LoggerMessage(4002, LogLevel.Critical, "Pack {Pack}: the synced record at {Offset} is damaged")]
    public static partial void RecordDamaged(ILogger logger, long pack, long offset);

    [LoggerMessage(4003, LogLevel.Critical, "Pack {Pack}: {Length} bytes long where {Expected} were synced")]
    public static partial void PackShort(ILogger logger, long pack, long length, long expected);

    [LoggerMessage(4004, LogLevel.Critical, "Pack {Pack}: unreadable header")]
    public static partial void PackUnreadable(ILogger logger, long pack);

    [LoggerMessage(4005, LogLevel.Critical, "Pack {Pack}: {Step} failed; sealing at the last synced offset {Offset}")]
    public static partial void WriteFailed(ILogger logger, Exception exception, long pack, long offset, string step);

    [LoggerMessage(4006, LogLevel.Critical, "The store refuses: {Step} failed after a write error")]
    public static partial void Refusing(ILogger logger, Exception exception, string step);

    [LoggerMessage(4007, LogLevel.Warning, "The store takes records again in pack {Pack}")]
    public static partial void Resumed(ILogger logger, long pack);

    [LoggerMessage(4008, LogLevel.Warning, "Free space {Free} is below the watermark {Watermark}: the store refuses")]
    public static partial void DiskLow(ILogger logger, long free, long watermark);

    [LoggerMessage(4009, LogLevel.Warning, "Other bytes arrived for the stored instance {SopInstanceUid}; kept in quarantine at {Pack}:{Offset}")]
    public static partial void Conflict(ILogger logger, string sopInstanceUid, long pack, long offset);

    [LoggerMessage(4019, LogLevel.Warning, "{SopInstanceUid} of {Site} has the study UID of another site; kept in quarantine at {Pack}:{Offset}")]
    public static partial void OtherSite(ILogger logger, string sopInstanceUid, string site, long pack, long offset);

    [LoggerMessage(4010, LogLevel.Information, "Pack {Pack} sealed at {Offset}")]
    public static partial void Sealed(ILogger logger, long pack, long offset);

    [LoggerMessage(4011, LogLevel.Information, "Checkpoint skipped: {Shortage}")]
    public static partial void CheckpointSkipped(ILogger logger, ResourceShortage shortage);

    [LoggerMessage(4020, LogLevel.Information, "Pack {Pack} is replaced and deleted")]
    public static partial void Retired(ILogger logger, long pack);

    [LoggerMessage(4021, LogLevel.Warning, "Pack {Pack} is replaced and could not be deleted yet")]
    public static partial void NotRetired(ILogger logger, Exception exception, long pack);

    [LoggerMessage(4012, LogLevel.Warning, "Pack {Pack}: the tail of the failed write could not be cut; the seal excludes it")]
    public static partial void TailKept(ILogger logger, Exception exception, long pack);
}
