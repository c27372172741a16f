using Microsoft.Extensions.Logging;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;

namespace Regional.Imaging.Upkeep;

/// <summary>
/// Gives space back beside readers and writers: copies what lives of a group of packs into one, lets the index take the new addresses, and
/// deletes the old packs when the last reader has gone. The steps are those of <see cref="CompactionStateMachine"/>; a crash at any of them
/// leaves either the old packs or the new one, and what the index lacks is done at the next start.
/// </summary>
internal sealed class ArchiveCompaction(
    PackStore packs, ImageIndex index, LiveRecords live, Indexer indexer, Func<PackPosition> indexed, TimeProvider time, ILogger logger) : IDisposable
{
    private const int BatchRecords = 256;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly List<Published> _unflipped = [];

    /// <summary>Called when a compaction has come so far; tests hold it there.</summary>
    public Func<CompactionState, Task>? Reached { get; set; }

    /// <summary>
    /// Lets the index take over what a compaction before the last stop left, and deletes what is replaced. Nobody uses the archive yet.
    /// An index that begins from nothing takes every address as it stands.
    /// </summary>
    public async Task FinishAsync(bool indexIsEmpty, CancellationToken cancellation)
    {
        var flipped = await live.FlippedAsync(cancellation);
        foreach (var pack in packs.PacksInOrder.Where(pack => pack.Number < 0 && !flipped.Contains(pack.Number)))
        {
            var moved = indexIsEmpty ? [] : ReadMoved(pack);
            await index.Writer.MoveAsync(pack.Number, packs.ReplacedBy(pack), moved, cancellation);
            CompactionLog.Finished(logger, pack.Number);
        }
        await packs.DropReplacedAsync();
    }

    /// <param name="others">Who else names packs; null: nobody.</param>
    public async Task<CompactionReport> RunAsync(CompactionOptions options, PacksInUse? others, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            foreach (var published in _unflipped.ToArray()) await FlipAsync(published, cancellation);
            var dead = await live.DeadBytesAsync(cancellation);
            var withLoss = await live.WithLossAsync(cancellation);
            var known = await index.GetDamageAsync(cancellation);
            var order = packs.PacksInOrder;
            var limit = Math.Min(PlaceOf(indexed(), order), others is null ? long.MaxValue : PlaceOf(others.From, order));
            var plan = new CompactionPlan(options, packs.PackSize, dead);
            var report = CompactionReport.Nothing;
            var pacer = new Pacer(options.BytesPerSecond, time);
            foreach (var group in plan.Groups(
                order.SkipLast(1), pack => pack.Range.Last < limit && others?.Packs.Contains(pack.Number) != true && !withLoss.Contains(pack.Number)).ToArray())
            {
                if (group.Sum(plan.Live) > packs.SpareBytes)
                {
                    CompactionLog.NoRoom(logger, group[0].Number);
                    report = report with { Abandoned = report.Abandoned + 1 };
                    continue;
                }
                var written = await RewriteAsync(group, known, pacer, cancellation);
                report = written is { } length
                    ? report with
                    {
                        PacksBefore = report.PacksBefore + group.Count, PacksAfter = report.PacksAfter + 1,
                        BytesGivenBack = report.BytesGivenBack + group.Sum(pack => pack.Committed) - length
                    }
                    : report with { Abandoned = report.Abandoned + 1 };
            }
            return report;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Length of the new pack, or null when the old ones stay.</summary>
    private async Task<long?> RewriteAsync(
        IReadOnlyList<PackInfo> group, IReadOnlySet<PackPosition> knownDamage, Pacer pacer, CancellationToken cancellation)
    {
        var machine = new CompactionStateMachine();
        var order = packs.PacksInOrder;
        var range = new PackRange(group[0].Range.First, group[^1].Range.Last);
        // What dies from here on is carried on, dead, and counted so when the index takes the addresses over.
        var dead = await live.DeadBytesAsync(cancellation);
        var olderAreClean = order.TakeWhile(pack => pack != group[0]).All(pack => !dead.ContainsKey(pack.Number));
        List<MovedRecord> moved = [];
        PackInfo compacted;
        try
        {
            using var rewriter = packs.BeginRewrite(range);
            foreach (var pack in group)
            {
                var fates = new RecordFates(live, new PackCatalogOrder(order), pack, olderAreClean);
                if (!await CopyAsync(pack, fates, knownDamage, rewriter, moved, pacer, cancellation))
                {
                    machine.Fire(CompactionEvent.DamageMet);
                    return null;
                }
            }
            await MoveOnAsync(machine, CompactionEvent.AllCopied);
            rewriter.Harden();
            await MoveOnAsync(machine, CompactionEvent.CopyDurable);
            compacted = rewriter.Publish();
            await MoveOnAsync(machine, CompactionEvent.NameDurable);
        }
        catch (IOException failure)
        {
            machine.Fire(CompactionEvent.StepFailed);
            CompactionLog.Abandoned(logger, failure, group[0].Number);
            return null;
        }
        packs.Publish(compacted);
        var published = new Published(group, compacted, moved, machine);
        _unflipped.Add(published);
        CompactionLog.Published(logger, group.Count, compacted.Number, group.Sum(pack => pack.Committed), compacted.Committed);
        await FlipAsync(published, cancellation);
        return compacted.Committed;
    }

    /// <summary>False: data was met that is not what was written; it has its alarm, and the pack stays until that is made good.</summary>
    private async Task<bool> CopyAsync(
        PackInfo pack, RecordFates fates, IReadOnlySet<PackPosition> knownDamage, PackRewriter rewriter, List<MovedRecord> moved, Pacer pacer,
        CancellationToken cancellation)
    {
        for (long offset = PackFormat.PackHeaderLength; offset < pack.Committed;)
        {
            cancellation.ThrowIfCancellationRequested();
            if (packs.ReadPack(pack, offset, BatchRecords) is not { } read) return false;
            using var handle = read.Handle;
            if (read.Batch.Damaged.FirstOrDefault(damaged => !knownDamage.Contains(damaged.Position)) is { } found)
            {
                await packs.QuarantineDamagedAsync(found, cancellation);
                return false;
            }
            foreach (var (record, fate) in read.Batch.Records.Zip(await fates.DecideAsync(read.Batch.Records, cancellation)))
            {
                if (fate == RecordFate.Drop) continue;
                var at = fate == RecordFate.Stub
                    ? rewriter.PutStub(record, InstanceStub.Encode(indexer.Read(record)))
                    : rewriter.Carry(record, handle.File);
                if (at is not { } place)
                {
                    await packs.QuarantineDamagedAsync(new DamagedRecord(record.Address.Position, record.Header), cancellation);
                    return false;
                }
                moved.Add(place);
            }
            await pacer.AfterAsync(read.Batch.Next.Offset - offset, cancellation);
            offset = read.Batch.Next.Offset;
        }
        return true;
    }

    private async Task FlipAsync(Published published, CancellationToken cancellation)
    {
        var (group, compacted, moved, machine) = published;
        try
        {
            await index.Writer.MoveAsync(compacted.Number, [.. group.Select(pack => pack.Number)], moved, cancellation);
        }
        catch
        {
            // Both packs are whole and the index names the old ones; the next run, or the next start, goes on here.
            machine.Fire(CompactionEvent.StepFailed);
            throw;
        }
        _unflipped.Remove(published);
        await MoveOnAsync(machine, CompactionEvent.IndexFlipped);
        index.OnRemoved();
        // Not waited for: a reader may take as long as it likes.
        _ = packs.ReplaceAsync(group, compacted, moved).ContinueWith(
            _ => machine.Fire(CompactionEvent.LastReaderGone), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task MoveOnAsync(CompactionStateMachine machine, CompactionEvent done)
    {
        machine.Fire(done);
        if (Reached is { } reached) await reached(machine.State);
    }

    private IEnumerable<MovedRecord> ReadMoved(PackInfo pack)
    {
        for (long offset = PackFormat.PackHeaderLength; offset < pack.Committed;)
        {
            if (packs.ReadPack(pack, offset, BatchRecords) is not { } read) yield break;
            using var handle = read.Handle;
            foreach (var record in read.Batch.Records)
                yield return new MovedRecord(record.Header, record.Header.Target, record.Address, record.Header.Kind != RecordKind.Stub);
            offset = read.Batch.Next.Offset;
        }
    }

    /// <summary>Where in the order of packs a position lies.</summary>
    private static long PlaceOf(PackPosition position, IReadOnlyList<PackInfo> order) =>
        order.FirstOrDefault(pack => pack.Number == position.Pack)?.Range.First ?? Math.Max(0, position.Pack);

    private sealed record Published(
        IReadOnlyList<PackInfo> Group, PackInfo Compacted, IReadOnlyList<MovedRecord> Moved, CompactionStateMachine Machine);
}

/// <summary>Event ids 4180–4199. Pack numbers and sizes only.</summary>
internal static partial class CompactionLog
{
    [LoggerMessage(4180, LogLevel.Information, "Compaction: {Count} packs became {Pack}, {Before} bytes became {After}")]
    public static partial void Published(ILogger logger, int count, long pack, long before, long after);

    [LoggerMessage(4181, LogLevel.Warning, "Compaction of pack {Pack} and what follows it is abandoned; nothing has changed")]
    public static partial void Abandoned(ILogger logger, Exception exception, long pack);

    [LoggerMessage(4182, LogLevel.Warning, "No room to compact pack {Pack} and what follows it")]
    public static partial void NoRoom(ILogger logger, long pack);

    [LoggerMessage(4183, LogLevel.Information, "The index has taken over pack {Pack} of a compaction that was cut short")]
    public static partial void Finished(ILogger logger, long pack);
}
