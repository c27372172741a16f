using System.Data.Common;
using Microsoft.Extensions.Logging;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;
using Regional.Imaging.Storage;
using Regional.Imaging.Upkeep;

namespace Regional.Imaging;

/// <summary>
/// DICOM at rest: packs and their index as one thing. The edge acknowledges after the pack's sync and lets the index follow; the centre
/// acknowledges after index rows and outbox are committed too (design §5.2, §5.5).
/// </summary>
public sealed partial class ImageArchive : IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly ImageArchiveOptions _options;
    private readonly Indexer _indexer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _indexing;
    private readonly StudyOwners? _owners;
    private readonly Lock _gate = new();
    private readonly PriorityQueue<TaskCompletionSource, PackPosition> _waiting = new();
    private PackPosition _indexed;
    private bool _disposed;

    private ImageArchive(
        ImageArchiveOptions options, PackStore packs, ImageIndex index, IndexDatabase database, Indexer indexer, PackPosition indexed, TimeProvider time,
        ILogger logger)
    {
        (_options, Packs, Index, _indexer, _indexed, _time, _logger) = (options, packs, index, indexer, indexed, time, logger);
        Buffers = new ReceiveBuffers(options.Buffers);
        Ledger = new UpkeepLedger(database);
        Compaction = new ArchiveCompaction(packs, index, new LiveRecords(database), indexer, () => Indexed, time, logger);
        if (options.OneSitePerStudy)
            _owners = new StudyOwners(async study => (await index.GetStudyAsync(study, CancellationToken.None))?.Site, () => Indexed);
        _indexing = Task.Run(IndexAsync);
    }

    public PackStore Packs { get; }

    public ImageIndex Index { get; }

    /// <summary>The events committed with the index rows.</summary>
    public IOutbox Outbox => Index;

    /// <summary>Buffers for arriving instances, bounded together.</summary>
    public ReceiveBuffers Buffers { get; }

    internal ArchiveCompaction Compaction { get; }

    internal UpkeepLedger Ledger { get; }

    /// <summary>The index covers everything before this.</summary>
    public PackPosition Indexed
    {
        get
        {
            lock (_gate) return _indexed;
        }
    }

    /// <summary>
    /// Recovers packs, brings the index up to them and opens. The database stays the caller's. Throws when the disk or the database cannot
    /// be used, and on files of a newer version.
    /// </summary>
    public static async Task<ImageArchive> OpenAsync(
        ImageArchiveOptions options, IFileLayer files, IndexDatabase database, IPackAlarms alarms, TimeProvider time, ILoggerFactory loggers,
        CancellationToken cancellation)
    {
        var index = await ImageIndex.OpenAsync(database, cancellation);
        var packs = await PackStore.OpenAsync(
            options.Packs, files, index, alarms, time, loggers.CreateLogger<PackStore>(), await index.PositionAsync(cancellation));
        var logger = loggers.CreateLogger<ImageArchive>();
        var indexer = new Indexer(packs, index, options.IndexBatch, alarms, logger);
        try
        {
            await FinishCompactionAsync(packs, index, database, indexer, time, logger, cancellation);
            var indexed = await indexer.CatchUpAsync(cancellation);
            IndexLog.CaughtUp(logger, indexed.Pack, indexed.Offset);
            return new ImageArchive(options, packs, index, database, indexer, indexed, time, logger);
        }
        catch
        {
            await packs.DisposeAsync();
            throw;
        }
    }

    /// <summary>Empties the index and derives it again from the packs. Nobody else may have the archive open.</summary>
    public static async Task RebuildIndexAsync(
        ImageArchiveOptions options, IFileLayer files, IndexDatabase database, IPackAlarms alarms, TimeProvider time, ILoggerFactory loggers,
        CancellationToken cancellation)
    {
        var index = await ImageIndex.OpenAsync(database, cancellation);
        await index.Writer.ClearAsync(cancellation);
        await using var packs = await PackStore.OpenAsync(options.Packs, files, index, alarms, time, loggers.CreateLogger<PackStore>());
        var logger = loggers.CreateLogger<ImageArchive>();
        var indexer = new Indexer(packs, index, options.IndexBatch, alarms, logger);
        await FinishCompactionAsync(packs, index, database, indexer, time, logger, cancellation);
        await indexer.CatchUpAsync(cancellation);
    }

    private static async Task FinishCompactionAsync(
        PackStore packs, ImageIndex index, IndexDatabase database, Indexer indexer, TimeProvider time, ILogger logger, CancellationToken cancellation)
    {
        var position = await index.PositionAsync(cancellation);
        using var compaction = new ArchiveCompaction(packs, index, new LiveRecords(database), indexer, () => position, time, logger);
        await compaction.FinishAsync(position == PackPosition.Start, cancellation);
    }

    /// <summary>
    /// Stores one instance and waits for what <see cref="ImageArchiveOptions.Acknowledge"/> asks. Cancellation is honoured until the
    /// record is queued, and again while waiting for the index: then the instance is stored, only nobody was told. An index that is
    /// away answers <see cref="ResourceShortage.IndexUnavailable"/>.
    /// </summary>
    public async Task<StoreResult> StoreAsync(ReceivedInstance instance, ArrivalStream content, CancellationToken cancellation)
    {
        try
        {
            if (Packs.Pending >= _options.IndexLag) await WaitIndexedAsync(Packs.CommittedEnd, cancellation);
            return _owners is { } owners && UidRule.IsValid(instance.StudyUid)
                ? await StoreForOwnerAsync(owners, instance, content, cancellation)
                : await StoreIndexedAsync(Packs.StoreAsync(instance, content, cancellation), cancellation);
        }
        catch (Exception e) when (e is DbException or IndexUnavailableException)
        {
            return new StoreResult.OutOfResources(ResourceShortage.IndexUnavailable);
        }
    }

    private async Task<StoreResult> StoreForOwnerAsync(
        StudyOwners owners, ReceivedInstance instance, ArrivalStream content, CancellationToken cancellation)
    {
        var isOwn = await owners.EnterAsync(instance.StudyUid, instance.Site, cancellation) == instance.Site;
        var until = PackPosition.Start;
        try
        {
            var stored = isOwn ? Packs.StoreAsync(instance, content, cancellation) : Packs.QuarantineOtherSiteAsync(instance, content, cancellation);
            return await StoreIndexedAsync(stored, cancellation);
        }
        catch
        {
            // It may be durable and not in the index yet: until the index has come so far, no other site may take the UID.
            until = Packs.CommittedEnd;
            throw;
        }
        finally
        {
            owners.Leave(instance.StudyUid, until);
        }
    }

    private async Task<StoreResult> StoreIndexedAsync(Task<StoreResult> storing, CancellationToken cancellation)
    {
        var result = await storing;
        if (_options.Acknowledge == AcknowledgeAfter.Index) await WaitIndexedAsync(result, cancellation);
        return result;
    }

    private async Task WaitIndexedAsync(StoreResult result, CancellationToken cancellation)
    {
        // A duplicate of an instance still on its way into the index waits for it too: its acknowledgement promises the same.
        var address = result switch
        {
            StoreResult.Stored stored => stored.Address,
            StoreResult.Duplicate duplicate => duplicate.Address,
            StoreResult.Conflict conflict => conflict.Quarantined,
            StoreResult.OtherSite other => other.Quarantined,
            _ => (RecordAddress?)null
        };
        if (address is { } place) await WaitIndexedAsync(place.End, cancellation);
    }

    /// <summary>Deletes a study (other UIDs empty), a series or an instance; done when the index no longer shows it. False: the store cannot write.</summary>
    public async Task<bool> DeleteAsync(string studyUid, string seriesUid, string sopInstanceUid, string reason, CancellationToken cancellation) =>
        await AfterIndexAsync(await Packs.DeleteAsync(studyUid, seriesUid, sopInstanceUid, reason, cancellation), cancellation);

    /// <summary>Notes that a study's images belong to another study's exam. False: the store cannot write.</summary>
    public async Task<bool> MergeAsync(string studyUid, string intoStudyUid, CancellationToken cancellation) =>
        await AfterIndexAsync(await Packs.MergeAsync(studyUid, intoStudyUid, cancellation), cancellation);

    /// <summary>
    /// Gives back the space of what was deleted or evicted and merges small packs, while everything else goes on. Packs that somebody else
    /// still names stay as they are.
    /// </summary>
    public Task<CompactionReport> CompactAsync(CompactionOptions options, PacksInUse? others, CancellationToken cancellation) =>
        Compaction.RunAsync(options, others, cancellation);

    /// <summary>
    /// Re-hashes every stored record (the monthly scrub). Damaged ones raise an alarm and leave service, so that the instance can be fetched
    /// or sent again.
    /// </summary>
    public async Task<VerifyReport> ScrubAsync(IProgress<PackPosition>? progress, CancellationToken cancellation)
    {
        var report = await new ArchiveScrub(Packs, Index).RunAsync(
            PackPosition.Start, new Pacer(0, _time),
            at =>
            {
                progress?.Report(at);
                return Task.CompletedTask;
            },
            cancellation);
        if (report.Damaged.Count > 0) await WaitIndexedAsync(Packs.CommittedEnd, cancellation);
        return report;
    }

    /// <summary>Ends when the index has committed everything before the position; throws <see cref="IndexUnavailableException"/> when it cannot.</summary>
    public Task WaitIndexedAsync(PackPosition position, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (position <= _indexed) return Task.CompletedTask;
            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(waiter, position);
            return waiter.Task.WaitAsync(cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        await _stopping.CancelAsync();
        await _indexing;
        Compaction.Dispose();
        await Packs.DisposeAsync();
        lock (_gate)
        {
            while (_waiting.TryDequeue(out var waiter, out _)) waiter.TrySetCanceled();
        }
        _stopping.Dispose();
    }

    private async Task<bool> AfterIndexAsync(PackPosition? written, CancellationToken cancellation)
    {
        if (written is not { } position) return false;
        // The record begins there, so anything beyond its first byte means it is applied.
        await WaitIndexedAsync(position with { Offset = position.Offset + 1 }, cancellation);
        return true;
    }

    private async Task IndexAsync()
    {
        var cancellation = _stopping.Token;
        while (!cancellation.IsCancellationRequested)
        {
            var from = Indexed;
            try
            {
                var next = await _indexer.StepAsync(from, cancellation);
                if (next == from)
                {
                    await Packs.WaitBeyondAsync(from, cancellation);
                    continue;
                }
                Advance(next);
                if (_options.IndexGather > TimeSpan.Zero) await Task.Delay(_options.IndexGather, _time, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The database may be away for a while: nothing is lost, senders of the centre are refused, those of the edge do not notice.
                IndexLog.Stopped(_logger, e, from.Pack, from.Offset);
                FailWaiting();
                await Task.Delay(RetryAfter, _time, cancellation).ContinueWith(_ => { }, TaskScheduler.Default);
                await ReadBackAsync(cancellation);
            }
        }
    }

    /// <summary>After a failure the transaction may have been committed after all: the database says where it stands.</summary>
    private async Task ReadBackAsync(CancellationToken cancellation)
    {
        try
        {
            Advance(await Index.PositionAsync(cancellation));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            IndexLog.Stopped(_logger, e, Indexed.Pack, Indexed.Offset);
        }
        catch (OperationCanceledException)
        {
            // Stopping; the loop sees it.
        }
    }

    private void FailWaiting()
    {
        lock (_gate)
        {
            while (_waiting.TryDequeue(out var waiter, out _)) waiter.TrySetException(new IndexUnavailableException());
        }
    }

    private void Advance(PackPosition position)
    {
        List<TaskCompletionSource> reached = [];
        lock (_gate)
        {
            if (position > _indexed) _indexed = position;
            while (_waiting.TryPeek(out var waiter, out var at) && at <= _indexed)
            {
                _waiting.Dequeue();
                reached.Add(waiter);
            }
        }
        foreach (var waiter in reached) waiter.TrySetResult();
    }
}

/// <summary>The index's database cannot be used at present. Transient: the same call may succeed later.</summary>
public sealed class IndexUnavailableException() : Exception("The index is not available.");
