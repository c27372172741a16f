using Google.Protobuf.WellKnownTypes;
using Regional.Edge.Journal;
using Regional.Edge.Link;
using Regional.Edge.Peers;
using Regional.Imaging.Storage;

namespace Regional.Edge.Status;

/// <summary>Reads what the centre and the status page are told.</summary>
internal sealed class EdgeTelemetry(UploadQueue queue, LinkState link, EchoBook echoes, IFileLayer files, string packFolder, long diskReserve, TimeProvider time)
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
        status.Devices.AddRange(Devices());
        return status;
    }

    /// <summary>Who has sent images, and who was asked whether it is there.</summary>
    private IEnumerable<Regional.Link.V1.DeviceStatus> Devices()
    {
        var (callers, asked) = (queue.Callers().ToDictionary(caller => caller.AeTitle, StringComparer.Ordinal), echoes.All());
        foreach (var ae in callers.Keys.Union(asked.Keys))
        {
            var device = new Regional.Link.V1.DeviceStatus { AeTitle = ae };
            if (callers.TryGetValue(ae, out var caller))
                (device.LastImage, device.ReceivedInstances) = (Timestamp.FromDateTimeOffset(caller.LastImage), (ulong)caller.Received);
            if (asked.TryGetValue(ae, out var echo))
                (device.LastEcho, device.Answers) = (Timestamp.FromDateTimeOffset(echo.At), echo.Answers);
            yield return device;
        }
    }
}
