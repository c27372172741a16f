using Google.Protobuf.WellKnownTypes;
using Regional.Edge.Journal;
using Regional.Edge.Link;
using Regional.Imaging.Storage;

namespace Regional.Edge.Status;

/// <summary>Reads what the centre and the status page are told.</summary>
internal sealed class EdgeTelemetry(UploadQueue queue, LinkState link, IFileLayer files, string packFolder, long diskReserve, TimeProvider time)
{
    public Regional.Link.V1.Status Read()
    {
        var totals = queue.Totals();
        var free = files.FreeBytes(packFolder);
        var status = new Regional.Link.V1.Status
        {
            Clock = Timestamp.FromDateTimeOffset(time.GetUtcNow()),
            QueuedInstances = (ulong)totals.Instances,
            QueuedBytes = (ulong)totals.Bytes,
            UploadBytesPerSecond = (ulong)link.BytesPerSecond(),
            DiskFreeBytes = (ulong)free,
            DiskTotalBytes = (ulong)new DriveInfo(packFolder).TotalSize,
            DiskLow = free < diskReserve,
            ReceivedInstances = (ulong)totals.Received,
            Conflicts = (ulong)totals.Conflicts,
            LastImage = totals.LastImage is { } last ? Timestamp.FromDateTimeOffset(last) : null,
            Paused = link.Paused,
        };
        status.Devices.AddRange(queue.Callers().Select(caller => new Regional.Link.V1.DeviceStatus
        {
            AeTitle = caller.AeTitle,
            LastImage = Timestamp.FromDateTimeOffset(caller.LastImage),
            ReceivedInstances = (ulong)caller.Received,
        }));
        return status;
    }
}
