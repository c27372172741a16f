using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Regional.Imaging.Storage;

namespace Regional.Imaging.Packs;

/// <summary>
/// The pack being appended to and the journal's state machine around it. One at a time uses it: <see cref="GroupCommitWriter"/> sees to that.
/// The protocol: write the group's records, sync, publish the new committed length, and only then return addresses. A write or sync that
/// fails closes the descriptor for good, fixes the pack's length at the last synced offset and moves on to a fresh pack; the failed group
/// is refused, never retried as if nothing had happened.
/// </summary>
internal sealed class ActivePack
{
    private const int MaxBuffers = 256;

    private readonly IFileLayer _files;
    private readonly PackStoreOptions _options;
    private readonly PackCatalog _catalog;
    private readonly IPackAlarms _alarms;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly JournalStateMachine _journal = new();
    private IAppendFile? _file;
    private PackInfo? _info;
    private long _lastPack;
    private ResourceShortage _refusal = ResourceShortage.DeviceError;
    private bool _diskLow;

    public ActivePack(
        IFileLayer files, PackStoreOptions options, PackCatalog catalog, IPackAlarms alarms, TimeProvider time, ILogger logger, RecoveredPacks recovered)
    {
        (_files, _options, _catalog, _alarms, _time, _logger) = (files, options, catalog, alarms, time, logger);
        _lastPack = recovered.LastPack;
        (_info, _file) = (recovered.Active, recovered.File);
        _journal.Fire(_info is null ? JournalEvent.NoOpenPack : JournalEvent.TailSound);
        if (_info is null) OpenFresh(throwOnFailure: true);
    }

    public JournalState State => _journal.State;

    /// <summary>One outcome a request, in order. Either all records of the group are durable or none is acknowledged.</summary>
    public AppendOutcome[] Append(List<AppendRequest> group)
    {
        if (_journal.State == JournalState.Refusing)
        {
            _journal.Fire(JournalEvent.Retried);
            SealAndReopen();
        }
        if (_journal.State == JournalState.Ready && ShortOfSpace(group) is { } shortage) return Refuse(group, shortage);
        if (_journal.State == JournalState.Ready && IsFull(group))
        {
            _journal.Fire(JournalEvent.PackFull);
            CloseFile();
            SealAndReopen();
        }
        return _journal.State == JournalState.Ready ? AppendToOpenPack(group) : Refuse(group, _refusal);
    }

    public void Close()
    {
        _journal.Fire(JournalEvent.CloseAsked);
        CloseFile();
    }

    private AppendOutcome[] AppendToOpenPack(List<AppendRequest> group)
    {
        var info = _info!;
        var synced = info.Committed;
        var outcomes = new AppendOutcome[group.Count];
        var end = synced;
        _journal.Fire(JournalEvent.GroupTaken);
        try
        {
            for (var i = 0; i < group.Count; i++)
            {
                var address = Write(group[i], info, end, synced);
                outcomes[i] = new AppendOutcome(address, null);
                end = address.End.Offset;
            }
        }
        catch (Exception e)
        {
            // Whatever it was, the pack's tail is now unknown: the group is refused and the writer lives on.
            return Abandon(group, e, JournalEvent.WriteFailed, "write");
        }

        _journal.Fire(JournalEvent.GroupWritten);
        var started = Stopwatch.GetTimestamp();
        try
        {
            _file!.SyncData();
        }
        catch (Exception e)
        {
            return Abandon(group, e, JournalEvent.SyncFailed, "sync");
        }
        PackMetrics.SyncTime.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        PackMetrics.GroupSize.Record(group.Count);
        PackMetrics.Records.Add(group.Count);
        PackMetrics.Bytes.Add(end - synced);
        info.Committed = end;
        _journal.Fire(JournalEvent.GroupSynced);
        return outcomes;
    }

    private RecordAddress Write(AppendRequest request, PackInfo info, long offset, long synced)
    {
        var header = PackFormat.EncodeHeader(request.Header, info.Nonce, offset, request.DataLength);
        var address = new RecordAddress(info.Number, offset, header.Length, request.DataLength);
        var headerCrc = BitConverter.ToUInt32(header.AsSpan(header.Length - 4));
        var trailer = PackFormat.EncodeTrailer(request.Hash, synced, header.Length, request.DataLength, headerCrc);
        List<ReadOnlyMemory<byte>> buffers = [header];
        var at = offset;
        if (request.Content is { IsSpooled: true } spooled)
        {
            // A piece of a spooled arrival is valid only until the next one is read.
            foreach (var piece in spooled.DataPieces())
            {
                buffers.Add(piece);
                Flush(buffers, ref at);
            }
        }
        else if (request.Content is not null)
        {
            foreach (var piece in request.Content.DataPieces())
            {
                buffers.Add(piece);
                if (buffers.Count >= MaxBuffers) Flush(buffers, ref at);
            }
        }
        buffers.Add(trailer);
        Flush(buffers, ref at);
        return address;
    }

    private void Flush(List<ReadOnlyMemory<byte>> buffers, ref long at)
    {
        _file!.Write(at, buffers);
        foreach (var buffer in buffers) at += buffer.Length;
        buffers.Clear();
    }

    private AppendOutcome[] Abandon(List<AppendRequest> group, Exception failure, JournalEvent journalEvent, string step)
    {
        PackMetrics.WriteFailures.Add(1);
        PackLog.WriteFailed(_logger, failure, _info!.Number, _info.Committed, step);
        _refusal = ShortageOf(failure);
        _alarms.Raise(new PackAlarm(PackAlarmKind.WriteFailed, new PackPosition(_info.Number, _info.Committed)));
        CloseFile();
        GiveTailBack(_info);
        _journal.Fire(journalEvent);
        var refusal = _refusal;
        SealAndReopen();
        return Refuse(group, refusal);
    }

    /// <summary>
    /// Cuts the unacknowledged tail through a fresh descriptor: on a full disk it may hold the very bytes that the seal needs. Best effort; the
    /// seal fixes the length either way.
    /// </summary>
    private void GiveTailBack(PackInfo info)
    {
        try
        {
            using var file = _files.OpenExisting(info.Path);
            if (file.Length > info.Committed) file.Truncate(info.Committed);
        }
        catch (IOException e)
        {
            PackLog.TailKept(_logger, e, info.Number);
        }
    }

    private void SealAndReopen()
    {
        try
        {
            if (_info is { IsSealed: false } info)
            {
                PackSealer.Seal(_files, _options.Directory, info.Number, info.Nonce, info.Committed);
                info.IsSealed = true;
                PackLog.Sealed(_logger, info.Number, info.Committed);
            }
        }
        catch (Exception e) when (e is IOException)
        {
            _refusal = ShortageOf(e);
            PackLog.Refusing(_logger, e, "seal");
            _journal.Fire(JournalEvent.SealFailed);
            return;
        }
        _journal.Fire(JournalEvent.PackSealed);
        OpenFresh(throwOnFailure: false);
    }

    private void OpenFresh(bool throwOnFailure)
    {
        try
        {
            // A number is used once, even when its making failed: the leftover is swept at the next start.
            (_info, _file) = PackSealer.Create(_files, _options.Directory, ++_lastPack, _time.GetUtcNow());
            _catalog.Add(_info);
            _journal.Fire(JournalEvent.PackMade);
            if (!throwOnFailure) PackLog.Resumed(_logger, _info.Number);
        }
        catch (Exception e) when (e is IOException && !throwOnFailure)
        {
            _refusal = ShortageOf(e);
            PackLog.Refusing(_logger, e, "open");
            _journal.Fire(JournalEvent.PackNotMade);
        }
    }

    private bool IsFull(List<AppendRequest> group) =>
        _info!.Committed > PackFormat.PackHeaderLength
        && _info.Committed + group.Sum(request => request.DataLength + PackFormat.TrailerLength) > _options.PackSize;

    private ResourceShortage? ShortOfSpace(List<AppendRequest> group)
    {
        long free;
        try
        {
            free = _files.FreeBytes(_options.Directory);
        }
        catch (IOException e)
        {
            PackLog.Refusing(_logger, e, "free space");
            return ResourceShortage.DeviceError;
        }
        var low = free - group.Sum(request => request.DataLength) < _options.FreeSpaceWatermark;
        if (low && !_diskLow)
        {
            PackLog.DiskLow(_logger, free, _options.FreeSpaceWatermark);
            _alarms.Raise(new PackAlarm(PackAlarmKind.DiskLow, PackPosition.Start));
        }
        _diskLow = low;
        return low ? ResourceShortage.DiskLow : null;
    }

    private static AppendOutcome[] Refuse(List<AppendRequest> group, ResourceShortage shortage)
    {
        PackMetrics.Refused.Add(group.Count);
        return [.. Enumerable.Repeat(new AppendOutcome(null, shortage), group.Count)];
    }

    private static ResourceShortage ShortageOf(Exception e) =>
        e is StorageException { Fault: StorageFault.NoSpace } ? ResourceShortage.DiskFull : ResourceShortage.DeviceError;

    private void CloseFile()
    {
        _file?.Dispose();
        _file = null;
    }
}
