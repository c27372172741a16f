using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Regional.Imaging.Packs;

namespace Regional.Edge.Hosting;

/// <summary>Alarms of the packs: logged, and counted for the status page.</summary>
internal sealed class PackAlarmLog(ILogger<PackAlarmLog> logger) : IPackAlarms
{
    private readonly ConcurrentDictionary<PackAlarmKind, int> _counts = new();

    public IReadOnlyDictionary<PackAlarmKind, int> Counts => _counts;

    public void Raise(PackAlarm alarm)
    {
        _counts.AddOrUpdate(alarm.Kind, 1, (_, before) => before + 1);
        EdgeLog.Alarm(logger, alarm.Kind, alarm.Position.Pack, alarm.Position.Offset, alarm.SopInstanceUid);
    }
}
