namespace Regional.Imaging.Packs;

/// <summary>Something an administrator has to know about the packs.</summary>
/// <param name="Position">Where; pack 0 when it is not about one pack.</param>
/// <param name="SopInstanceUid">The instance concerned when it is known, for refetching it; else empty.</param>
public sealed record PackAlarm(PackAlarmKind Kind, PackPosition Position, string SopInstanceUid = "");

public enum PackAlarmKind
{
    /// <summary>A synced record no longer holds what was written. It is quarantined; fetch the instance again.</summary>
    RecordDamaged,

    /// <summary>A pack is shorter than it was when sealed, or its header is unreadable.</summary>
    PackDamaged,

    /// <summary>A write or sync failed and the pack was sealed at the last synced offset.</summary>
    WriteFailed,

    /// <summary>Free space is below the watermark: the store refuses.</summary>
    DiskLow,

    /// <summary>An image arrived under a StudyInstanceUID that is another site's.</summary>
    OtherSite,

    /// <summary>Other bytes arrived under a stored UID.</summary>
    Conflict,

    /// <summary>The index's database refuses values of a record: it is stored and counted, and found by its UIDs alone.</summary>
    NotIndexable
}

/// <summary>Receives alarms. Called from the writer's thread: must return at once and not throw.</summary>
public interface IPackAlarms
{
    void Raise(PackAlarm alarm);
}
