using Microsoft.Extensions.Logging;
using Regional.Imaging.Storage;

namespace Regional.Imaging.Packs;

/// <summary>
/// Durable storage of instances in append-only packs; the packs are the journal (design §5.2). Many producers hand over whole instances,
/// one writer syncs them in groups. What was answered <see cref="StoreResult.Stored"/> survives any crash, once and with the same bytes.
/// </summary>
public sealed partial class PackStore : IAsyncDisposable
{
    private readonly PackStoreOptions _options;
    private readonly IFileLayer _files;
    private readonly PackCatalog _catalog;
    private readonly ActivePack _active;
    private readonly GroupCommitWriter _writer;
    private readonly PendingInstances _pending = new();
    private readonly IKnownInstances _known;
    private readonly IPackAlarms _alarms;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PackStore(
        PackStoreOptions options, IFileLayer files, IKnownInstances known, IPackAlarms alarms, TimeProvider time, ILogger logger, PackPosition indexed)
    {
        (_options, _files, _known, _alarms, _time, _logger) = (options, files, known, alarms, time, logger);
        _catalog = new PackCatalog(files);
        var recovered = new PackRecovery(files, options, _catalog, alarms, logger).Run(indexed);
        RecoveredDamage = recovered.Damaged;
        (_lastCompacted, _replaced) = (recovered.LastCompacted, recovered.Replaced);
        _active = new ActivePack(files, options, _catalog, alarms, time, logger, recovered);
        _writer = new GroupCommitWriter(options, _active, OnCommitted, logger);
        var end = CommittedEnd;
        PackLog.Opened(logger, _catalog.InOrder().Count, end.Pack, end.Offset);
    }

    /// <summary>State of the writer, for health and the status page.</summary>
    public JournalState State => _active.State;

    /// <summary>Instances durable but not yet covered by <see cref="Forget"/>.</summary>
    public int Pending => _pending.Count;

    /// <summary>Everything before this is synced and may be read.</summary>
    public PackPosition CommittedEnd => _catalog.Last is { } last ? new PackPosition(last.Number, last.Committed) : PackPosition.Start;

    /// <summary>Damage that recovery found before the proven end of an open pack. Already raised; quarantined by <see cref="OpenAsync"/>.</summary>
    public IReadOnlyList<DamagedRecord> RecoveredDamage { get; }

    /// <summary>
    /// Recovers and opens. <paramref name="indexed"/> is the position that the index has covered; it spares looking at what lies before.
    /// Throws <see cref="StorageException"/> when the disk cannot be used and <see cref="UnknownPackVersionException"/> on newer packs.
    /// </summary>
    public static async Task<PackStore> OpenAsync(
        PackStoreOptions options, IFileLayer files, IKnownInstances known, IPackAlarms alarms, TimeProvider time, ILogger<PackStore> logger,
        PackPosition indexed = default)
    {
        if (options.Validate() is { Count: > 0 } errors) throw new ArgumentException(string.Join("; ", errors), nameof(options));
        var store = await Task.Run(() => new PackStore(options, files, known, alarms, time, logger, indexed));
        var quarantined = store.QuarantinedDamage(indexed);
        foreach (var damaged in store.RecoveredDamage.Where(damaged => !quarantined.Contains(damaged.Position)))
            await store.QuarantineDamagedAsync(damaged, CancellationToken.None);
        return store;
    }

    /// <summary>
    /// Stores one instance. The task ends when the bytes are synced, or with the reason why they are not kept. The buffer stays the
    /// caller's and must not be disposed before. <paramref name="cancellation"/> is honoured until the record is queued.
    /// </summary>
    public Task<StoreResult> StoreAsync(ReceivedInstance instance, ArrivalStream content, CancellationToken cancellation) =>
        StoreOneAsync(RecordKind.Instance, instance, content, cancellation);

    /// <summary>As <see cref="StoreAsync"/>, for an instance fetched from the centre; one whose bytes were evicted is stored again.</summary>
    public Task<StoreResult> KeepCopyAsync(ReceivedInstance instance, ArrivalStream content, CancellationToken cancellation) =>
        StoreOneAsync(RecordKind.Copy, instance, content, cancellation);

    private async Task<StoreResult> StoreOneAsync(RecordKind kind, ReceivedInstance instance, ArrivalStream content, CancellationToken cancellation)
    {
        if (InstanceRules.Check(instance, content) is { } refused) return refused;
        var hash = content.Complete();
        using var turn = await _pending.EnterAsync(instance.SopInstanceUid, cancellation);
        var known = _pending.Find(instance.SopInstanceUid) ?? await _known.FindAsync(instance.SopInstanceUid, cancellation);
        if (known?.Address is { } stored)
        {
            if (known.Hash != hash) return await QuarantineConflictAsync(instance, content, hash, known, cancellation);
            if (known.IsLocal || kind != RecordKind.Copy) return new StoreResult.Duplicate(stored, hash);
        }
        var outcome = await _writer.AppendAsync(new AppendRequest(RecordHeader.For(kind, instance), content, hash), cancellation);
        if (outcome.Address is not { } address) return new StoreResult.OutOfResources(outcome.Shortage!.Value);
        _pending.AddStored(instance.SopInstanceUid, instance.StudyUid, instance.SeriesUid, address, hash);
        return new StoreResult.Stored(address, hash);
    }

    /// <summary>Keeps an instance whose study belongs to another site: durable in quarantine, once, and reported. Else as <see cref="StoreAsync"/>.</summary>
    public async Task<StoreResult> QuarantineOtherSiteAsync(ReceivedInstance instance, ArrivalStream content, CancellationToken cancellation)
    {
        if (InstanceRules.Check(instance, content) is { } refused) return refused;
        var hash = content.Complete();
        using var turn = await _pending.EnterAsync(instance.SopInstanceUid, cancellation);
        var known = _pending.Find(instance.SopInstanceUid) ?? await _known.FindAsync(instance.SopInstanceUid, cancellation) ?? new KnownInstance(null, default, []);
        if (known.Quarantined.FirstOrDefault(kept => kept.Hash == hash) is { } again) return new StoreResult.OtherSite(again.Address, hash);
        var outcome = await QuarantineAsync(instance, content, hash, known, QuarantineReason.OtherSite, cancellation);
        if (outcome.Address is not { } address) return new StoreResult.OutOfResources(outcome.Shortage!.Value);
        PackLog.OtherSite(_logger, instance.SopInstanceUid, instance.Site, address.Pack, address.Offset);
        _alarms.Raise(new PackAlarm(PackAlarmKind.OtherSite, address.Position, instance.SopInstanceUid));
        return new StoreResult.OtherSite(address, hash);
    }

    /// <summary>
    /// Records that a study (only its UID given), a series or an instance is deleted, with a reason code. Returns where, or null when the
    /// store cannot write. The bytes stay until the pack is compacted; a rebuilt index does not bring them back.
    /// </summary>
    public async Task<PackPosition?> DeleteAsync(
        string studyUid, string seriesUid, string sopInstanceUid, string reason, CancellationToken cancellation)
    {
        var position = await AppendNoteAsync(
            new RecordHeader
            {
                Kind = RecordKind.Delete,
                StudyUid = studyUid,
                SeriesUid = seriesUid,
                SopInstanceUid = sopInstanceUid,
                Reason = reason,
                ReceivedAt = _time.GetUtcNow()
            },
            cancellation);
        if (position is not null) _pending.Remove(studyUid, seriesUid, sopInstanceUid);
        return position;
    }

    /// <summary>Records that a study's images belong to another study's exam.</summary>
    public Task<PackPosition?> MergeAsync(string studyUid, string intoStudyUid, CancellationToken cancellation) => AppendNoteAsync(
        new RecordHeader { Kind = RecordKind.Merge, StudyUid = studyUid, RelatedUid = intoStudyUid, ReceivedAt = _time.GetUtcNow() },
        cancellation);

    /// <summary>
    /// Records that the bytes of an instance with this content may go. Whether they may is for the caller to prove before
    /// (<see cref="ImageArchive.EvictAsync"/>). Null: the store cannot write.
    /// </summary>
    internal Task<PackPosition?> EvictAsync(
        string studyUid, string seriesUid, string sopInstanceUid, ContentHash content, CancellationToken cancellation) => AppendNoteAsync(
        new RecordHeader
        {
            Kind = RecordKind.Evict,
            StudyUid = studyUid,
            SeriesUid = seriesUid,
            SopInstanceUid = sopInstanceUid,
            Reason = content.ToString(),
            ReceivedAt = _time.GetUtcNow()
        },
        cancellation);

    /// <summary>Raises the alarm for a damaged record and takes it out of service for good, also for later rebuilds.</summary>
    public async Task<PackPosition?> QuarantineDamagedAsync(DamagedRecord damaged, CancellationToken cancellation)
    {
        var header = damaged.Header;
        _alarms.Raise(new PackAlarm(PackAlarmKind.RecordDamaged, damaged.Position, header?.SopInstanceUid ?? ""));
        if (header is { Kind: RecordKind.Instance }) _pending.Remove(header.StudyUid, header.SeriesUid, header.SopInstanceUid);
        return await AppendNoteAsync(
            new RecordHeader
            {
                Kind = RecordKind.Quarantine,
                Reason = QuarantineReason.Damaged,
                Target = damaged.Position,
                StudyUid = header?.StudyUid ?? "",
                SeriesUid = header?.SeriesUid ?? "",
                SopInstanceUid = header?.SopInstanceUid ?? "",
                ReceivedAt = _time.GetUtcNow()
            },
            cancellation);
    }

    /// <summary>The index has durably committed everything before this position.</summary>
    public void Forget(PackPosition indexed) => _pending.Forget(indexed);

    /// <summary>The data of a record without any check, for serving. Null when it is not in the committed part of a pack.</summary>
    public PackSlice? OpenData(RecordAddress address)
    {
        while (true)
        {
            address = _catalog.Forward(address);
            if (_catalog.Find(address.Pack) is not { } pack || address.Offset < PackFormat.PackHeaderLength || address.End.Offset > pack.Committed) return null;
            if (_catalog.Rent(pack) is { } handle) return new PackSlice(handle, address);
        }
    }

    /// <summary>Committed records from a position on, in order, and what could not be read between them.</summary>
    public RecordBatch ReadRecords(PackPosition from, int limit)
    {
        List<PackRecord> records = [];
        List<DamagedRecord> damaged = [];
        var at = from;
        while (records.Count < limit)
        {
            var pack = _catalog.Find(at.Pack);
            if (pack is null || at.Offset >= pack.Committed)
            {
                // Only a sealed pack is certain to get no more records.
                if (pack is { IsSealed: false } || _catalog.After(at.Pack) is not { } next) break;
                at = new PackPosition(next.Number, PackFormat.PackHeaderLength);
                continue;
            }
            using var handle = _catalog.Rent(pack);
            if (handle is not null)
                at = ReadPack(handle.File, pack, Math.Max(at.Offset, PackFormat.PackHeaderLength), limit, records, damaged);
        }
        return new RecordBatch(records, damaged, at);
    }

    /// <summary>Whether one record still holds what was written; re-hashes its data.</summary>
    public RecordCheck Check(RecordAddress address)
    {
        address = _catalog.Forward(address);
        if (_catalog.Find(address.Pack) is not { } pack || address.End.Offset > pack.Committed) return RecordCheck.Missing;
        using var handle = _catalog.Rent(pack);
        if (handle is null) return Check(address);
        var scanner = new RecordScanner(handle.File, pack.Number, pack.Nonce, pack.Committed);
        if (scanner.TryRead(address.Offset) is not { } found || found.Record.Address != address) return RecordCheck.HeaderDamaged;
        return scanner.DataIsSound(found.Record) ? RecordCheck.Sound : RecordCheck.DataDamaged;
    }

    /// <summary>Re-hashes every record from a position on (the monthly scrub; verify of a backup). Damage is reported, not yet quarantined.</summary>
    public async Task<VerifyReport> VerifyAsync(PackPosition from, IProgress<PackPosition>? progress, CancellationToken cancellation)
    {
        long records = 0, bytes = 0;
        List<DamagedRecord> damaged = [];
        var at = from;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var start = at;
            var batch = await Task.Run(() => ReadRecords(start, 256), cancellation);
            damaged.AddRange(batch.Damaged);
            foreach (var record in batch.Records)
            {
                cancellation.ThrowIfCancellationRequested();
                records++;
                bytes += record.Address.DataLength;
                if (await Task.Run(() => Check(record.Address), cancellation) != RecordCheck.Sound)
                    damaged.Add(new DamagedRecord(record.Address.Position, record.Header));
            }
            progress?.Report(batch.Next);
            if (batch.Next == at) return new VerifyReport(records, bytes, damaged);
            at = batch.Next;
        }
    }

    /// <summary>Ends when something is committed beyond the position.</summary>
    public async Task WaitBeyondAsync(PackPosition position, CancellationToken cancellation)
    {
        while (true)
        {
            var moved = _moved;
            if (CommittedEnd > position) return;
            await moved.Task.WaitAsync(cancellation);
        }
    }

    /// <summary>Finishes what was handed over, proves it with a checkpoint and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.Run(_writer.Dispose);
        await Retiring;
        _catalog.Dispose();
    }

    private async Task<StoreResult> QuarantineConflictAsync(
        ReceivedInstance instance, ArrivalStream content, ContentHash hash, KnownInstance known, CancellationToken cancellation)
    {
        if (known.Quarantined.FirstOrDefault(kept => kept.Hash == hash) is { } again)
            return new StoreResult.Conflict(again.Address, hash, known.Hash);
        var outcome = await QuarantineAsync(instance, content, hash, known, QuarantineReason.Conflict, cancellation);
        if (outcome.Address is not { } address) return new StoreResult.OutOfResources(outcome.Shortage!.Value);
        PackLog.Conflict(_logger, instance.SopInstanceUid, address.Pack, address.Offset);
        _alarms.Raise(new PackAlarm(PackAlarmKind.Conflict, address.Position, instance.SopInstanceUid));
        return new StoreResult.Conflict(address, hash, known.Hash);
    }

    private async Task<AppendOutcome> QuarantineAsync(
        ReceivedInstance instance, ArrivalStream content, ContentHash hash, KnownInstance known, string reason, CancellationToken cancellation)
    {
        var header = RecordHeader.For(RecordKind.Quarantine, instance, reason);
        var outcome = await _writer.AppendAsync(new AppendRequest(header, content, hash), cancellation);
        if (outcome.Address is { } address)
            _pending.AddQuarantined(instance.SopInstanceUid, known, instance.StudyUid, instance.SeriesUid, new QuarantinedContent(address, hash));
        return outcome;
    }

    private async Task<PackPosition?> AppendNoteAsync(RecordHeader header, CancellationToken cancellation)
    {
        var outcome = await _writer.AppendAsync(new AppendRequest(header, null, ContentHashes.OfNothing), cancellation);
        return outcome.Address?.Position;
    }

    private static PackPosition ReadPack(
        IReadFile file, PackInfo pack, long offset, int limit, List<PackRecord> records, List<DamagedRecord> damaged)
    {
        var committed = pack.Committed;
        var scanner = new RecordScanner(file, pack.Number, pack.Nonce, committed);
        while (offset < committed && records.Count < limit)
        {
            var found = scanner.TryRead(offset);
            if (found is null)
            {
                damaged.Add(new DamagedRecord(new PackPosition(pack.Number, offset), scanner.TryReadHeader(offset)));
                found = scanner.FindNext(offset + 8);
                if (found is null) return new PackPosition(pack.Number, committed);
            }
            records.Add(found.Record);
            offset = found.Record.Address.End.Offset;
        }
        return new PackPosition(pack.Number, offset);
    }

    /// <summary>Damage that already has its quarantine record, among what recovery looked at.</summary>
    private HashSet<PackPosition> QuarantinedDamage(PackPosition from)
    {
        HashSet<PackPosition> positions = [];
        if (RecoveredDamage.Count == 0) return positions;
        var at = from;
        while (true)
        {
            var batch = ReadRecords(at, 1024);
            foreach (var record in batch.Records.Where(record => record.Header.Reason == QuarantineReason.Damaged))
                positions.Add(record.Header.Target);
            if (batch.Next == at) return positions;
            at = batch.Next;
        }
    }

    private void OnCommitted() =>
        Interlocked.Exchange(ref _moved, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}

/// <summary>Records read in order.</summary>
/// <param name="Damaged">Places that hold no readable record.</param>
/// <param name="Next">Where to go on; equal to the start when nothing more is committed.</param>
public sealed record RecordBatch(IReadOnlyList<PackRecord> Records, IReadOnlyList<DamagedRecord> Damaged, PackPosition Next);

public enum RecordCheck
{
    Sound,

    /// <summary>The header, lengths or commit trailer are not what was written.</summary>
    HeaderDamaged,

    /// <summary>The data's hash is not the one in the trailer.</summary>
    DataDamaged,

    /// <summary>The pack is gone or shorter.</summary>
    Missing
}

/// <summary>Result of <see cref="PackStore.VerifyAsync"/>.</summary>
public sealed record VerifyReport(long Records, long Bytes, IReadOnlyList<DamagedRecord> Damaged);
