using FellowOakDicom;
using Microsoft.Extensions.Logging;
using Regional.Imaging.Frames;
using Regional.Imaging.Headers;
using Regional.Imaging.Packs;
using Regional.Imaging.Repairs;

namespace Regional.Imaging.Index;

/// <summary>
/// Carries records from the packs into the index. There is one way, used alike at start, in service and in a rebuild: read on from the
/// position that the index has committed. So a rebuilt index equals the one that grew. A record whose values the database refuses is indexed
/// without them and alarmed: its bytes are whole, and it may hold up no other.
/// </summary>
internal sealed class Indexer(PackStore store, ImageIndex index, int batchSize, IPackAlarms alarms, ILogger logger)
{
    /// <summary>Damage met on the way whose quarantine record, if there is one, stands further on.</summary>
    private readonly Dictionary<PackPosition, DamagedRecord> _damage = [];

    private readonly RepairLog _repairs = new(logger);

    /// <summary>Applies everything that is committed now; returns the position reached.</summary>
    public async Task<PackPosition> CatchUpAsync(CancellationToken cancellation)
    {
        var position = await index.PositionAsync(cancellation);
        while (true)
        {
            var next = await StepAsync(position, cancellation);
            if (next == position) return position;
            position = next;
        }
    }

    /// <summary>Applies one batch after <paramref name="from"/>; returns <paramref name="from"/> itself when there is nothing.</summary>
    public async Task<PackPosition> StepAsync(PackPosition from, CancellationToken cancellation)
    {
        var batch = store.ReadRecords(from, batchSize);
        if (batch.Next == from)
        {
            await QuarantineNewDamageAsync(cancellation);
            return from;
        }
        var records = new List<IndexedRecord>(batch.Records.Count);
        foreach (var record in batch.Records) records.Add(Read(record));
        try
        {
            return await ApplyAsync(batch, records, from, cancellation);
        }
        catch (Exception refused) when (index.RefusesValue(refused))
        {
            return await StepSinglyAsync(from, cancellation);
        }
    }

    /// <summary>One record alone, so that the one with the refused value is found; as little as possible of it is left out.</summary>
    private async Task<PackPosition> StepSinglyAsync(PackPosition from, CancellationToken cancellation)
    {
        var batch = store.ReadRecords(from, 1);
        if (batch.Next == from || batch.Records.Count == 0) return await ApplyAsync(batch, [], from, cancellation);
        var read = Read(batch.Records[0]);
        IndexedRecord[] attempts = [read, read with { Facts = InstanceFacts.Unknown }, IndexedRecord.WithoutData(read.Record)];
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var next = await ApplyAsync(batch, [attempts[attempt]], from, cancellation);
                if (attempt > 0) alarms.Raise(new PackAlarm(PackAlarmKind.NotIndexable, read.Record.Address.Position, read.Record.Header.SopInstanceUid));
                return next;
            }
            catch (Exception refused) when (attempt < attempts.Length - 1 && index.RefusesValue(refused))
            {
                IndexLog.Refused(logger, refused, read.Record.Address.Pack, read.Record.Address.Offset);
            }
        }
    }

    private IndexedRecord ReadStub(PackRecord record, PackSlice slice)
    {
        var data = new byte[slice.Length];
        if (slice.Read(0, data) == data.Length && InstanceStub.Decode(record, data) is { } instance) return instance;
        IndexLog.NotUnderstood(logger, record.Header.SopInstanceUid, DataSetProblem.None);
        return IndexedRecord.WithoutData(record) with { IsLocal = false };
    }

    private async Task<PackPosition> ApplyAsync(RecordBatch batch, List<IndexedRecord> records, PackPosition from, CancellationToken cancellation)
    {
        var events = await index.Writer.ApplyAsync(records, batch.Damaged, from, batch.Next, ReadAt, cancellation);
        store.Forget(batch.Next);
        if (batch.Damaged.Count > 0 || records.Exists(record => record.Record.Header.Kind is not (RecordKind.Instance or RecordKind.Checkpoint))) index.OnRemoved();
        if (events > 0) index.OnEventsWritten();
        foreach (var damaged in batch.Damaged) _damage[damaged.Position] = damaged;
        foreach (var record in batch.Records.Where(record => record.Header.Reason == QuarantineReason.Damaged)) _damage.Remove(record.Header.Target);
        return batch.Next;
    }

    /// <summary>At the end of the packs it is certain which damage nobody has noted yet: that gets its alarm and its record, once.</summary>
    private async Task QuarantineNewDamageAsync(CancellationToken cancellation)
    {
        foreach (var damaged in _damage.Values.ToArray())
        {
            await store.QuarantineDamagedAsync(damaged, cancellation);
            _damage.Remove(damaged.Position);
        }
    }

    /// <summary>The values as the record says that they are to be read; the name's bytes as they came.</summary>
    private InstanceFacts Facts(DicomDataset dataSet, RecordHeader header)
    {
        if (Repair.Decode(header.Repair) is not { IsNone: false } repair) return FactReader.Read(dataSet);
        var raw = FactReader.NameBytes(dataSet);
        _repairs.Note(header, repair.Apply(dataSet, header.ReceivedAt));
        return FactReader.Read(dataSet) with { PatientNameRaw = raw };
    }

    /// <summary>The instance whose record begins at this position, with its values; null when none does.</summary>
    public IndexedRecord? ReadAt(PackPosition position) =>
        store.ReadRecords(position, 1).Records is [var record] && record.Address.Position == position ? Read(record) : null;

    public IndexedRecord Read(PackRecord found)
    {
        // A label is a machine's word: NUL and the like are no part of it, and a database may refuse them.
        var record = found.Header.CallingAe.Any(char.IsControl)
            ? found with { Header = found.Header with { CallingAe = string.Concat(found.Header.CallingAe.Where(c => !char.IsControl(c))) } }
            : found;
        if (record.Header.Kind is not (RecordKind.Instance or RecordKind.Copy or RecordKind.Stub)) return IndexedRecord.WithoutData(record);
        using var slice = store.OpenData(record.Address);
        if (slice is null) return IndexedRecord.WithoutData(record);
        if (record.Header.Kind == RecordKind.Stub) return ReadStub(record, slice);
        try
        {
            var layout = DataSetWalker.Walk(slice.Read, slice.Length, record.Header.TransferSyntaxUid);
            var dataSet = HeaderReader.Read(slice.Read, layout, layout.IndexableLength, record.Header.TransferSyntaxUid);
            if (layout.Problem != DataSetProblem.None || dataSet is null)
                IndexLog.NotUnderstood(logger, record.Header.SopInstanceUid, layout.Problem);
            var facts = dataSet is null ? InstanceFacts.Unknown : Facts(dataSet, record.Header);
            var frames = FrameMapper.Map(layout, FactReader.Shape(facts), slice.Read);
            return new IndexedRecord(record, facts, frames, layout.HeaderLength, layout.Problem);
        }
        catch (Exception unreadable) when (unreadable is not (IOException or ObjectDisposedException or OutOfMemoryException))
        {
            // A parser's fault with one data set is no reason to stop at it for ever.
            IndexLog.Unreadable(logger, unreadable, record.Header.SopInstanceUid);
            return IndexedRecord.WithoutData(record);
        }
    }
}

/// <summary>Event ids 4100–4149. UIDs and positions only.</summary>
internal static partial class IndexLog
{
    [LoggerMessage(4100, LogLevel.Warning, "Instance {SopInstanceUid} is stored, but its data set is not understood: {Problem}")]
    public static partial void NotUnderstood(ILogger logger, string sopInstanceUid, DataSetProblem problem);

    [LoggerMessage(4101, LogLevel.Error, "Indexing stopped at {Pack}:{Offset}; trying again")]
    public static partial void Stopped(ILogger logger, Exception exception, long pack, long offset);

    [LoggerMessage(4103, LogLevel.Warning, "The index refuses what stands at {Pack}:{Offset}; it is indexed with less")]
    public static partial void Refused(ILogger logger, Exception exception, long pack, long offset);

    [LoggerMessage(4104, LogLevel.Error, "Instance {SopInstanceUid} is stored and indexed without its values: its data set could not be read")]
    public static partial void Unreadable(ILogger logger, Exception exception, string sopInstanceUid);

    [LoggerMessage(4102, LogLevel.Information, "Index at {Pack}:{Offset}")]
    public static partial void CaughtUp(ILogger logger, long pack, long offset);
}
