using Regional.Imaging.Packs;

namespace Regional.Silo.Archive;

/// <summary>What an administrator has to know about the packs, in the log; a page of alarms comes with the operations issue.</summary>
internal sealed partial class ArchiveAlarms(ILogger<ArchiveAlarms> log) : IPackAlarms
{
    public void Raise(PackAlarm alarm)
    {
        if (alarm.Kind is PackAlarmKind.Conflict or PackAlarmKind.OtherSite or PackAlarmKind.DiskLow)
            Noted(alarm.Kind, alarm.Position.Pack, alarm.Position.Offset, alarm.SopInstanceUid);
        else
            Damaged(alarm.Kind, alarm.Position.Pack, alarm.Position.Offset, alarm.SopInstanceUid);
    }

    [LoggerMessage(EventId = 1210, Level = LogLevel.Warning, Message = "Archive: {Kind} at pack {Pack}, offset {Offset}, instance {SopInstanceUid}")]
    private partial void Noted(PackAlarmKind kind, long pack, long offset, string sopInstanceUid);

    [LoggerMessage(EventId = 1211, Level = LogLevel.Error, Message = "Archive: {Kind} at pack {Pack}, offset {Offset}, instance {SopInstanceUid}")]
    private partial void Damaged(PackAlarmKind kind, long pack, long offset, string sopInstanceUid);
}
