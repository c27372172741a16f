using System.Collections.Concurrent;
using Regional.Imaging.Storage;

namespace Regional.Imaging.Packs;

/// <summary>What a compaction needs of the store; <see cref="Upkeep.ArchiveCompaction"/> runs it.</summary>
public sealed partial class PackStore
{
    private long _lastCompacted;
    private IReadOnlyList<PackInfo> _replaced;
    private readonly ConcurrentDictionary<Task, bool> _deleting = new();

    /// <summary>All packs in order; the last one is being appended to.</summary>
    internal IReadOnlyList<PackInfo> PacksInOrder => _catalog.InOrder();

    /// <summary>Bytes of all packs.</summary>
    public long StoredBytes => _catalog.InOrder().Sum(pack => pack.Committed);

    /// <summary>Bytes that may be written without touching what is kept free.</summary>
    internal long SpareBytes => _files.FreeBytes(_options.Directory) - _options.FreeSpaceWatermark;

    internal long PackSize => _options.PackSize;

    internal PackRewriter BeginRewrite(PackRange range) =>
        new(_files, _options.Directory, Interlocked.Decrement(ref _lastCompacted), range, _time.GetUtcNow());

    /// <summary>Records of one pack from an offset on, with the open file that their data is read from.</summary>
    internal (RecordBatch Batch, PackCatalog.SharedHandle Handle)? ReadPack(PackInfo pack, long offset, int limit)
    {
        if (_catalog.Rent(pack) is not { } handle) return null;
        List<PackRecord> records = [];
        List<DamagedRecord> damaged = [];
        var next = ReadPack(handle.File, pack, Math.Max(offset, PackFormat.PackHeaderLength), limit, records, damaged);
        return (new RecordBatch(records, damaged, next), handle);
    }

    /// <summary>Ends when the files that nobody reads any more are gone.</summary>
    internal Task Retiring => Task.WhenAll(_deleting.Keys);

    /// <summary>The new pack may be read by address.</summary>
    internal void Publish(PackInfo compacted) => _catalog.Publish(compacted);

    /// <summary>The index names the new pack alone: it takes the place of the old ones, whose files go with their last readers.</summary>
    /// <returns>Ends when they are gone.</returns>
    internal Task ReplaceAsync(IReadOnlyList<PackInfo> replaced, PackInfo compacted, IEnumerable<MovedRecord> moved)
    {
        var moves = moved.Where(record => record.HasBytes).GroupBy(record => record.From.Pack).ToDictionary(
            group => group.Key, IReadOnlyDictionary<long, RecordAddress> (group) => group.ToDictionary(record => record.From.Offset, record => record.To));
        _catalog.Replace(replaced, compacted, moves);
        return Task.WhenAll(replaced.Select(DeleteWhenUnreadAsync));
    }

    /// <summary>Packs left over that a compacted one stands for.</summary>
    internal IReadOnlyList<long> ReplacedBy(PackInfo compacted) =>
        [.. _replaced.Where(pack => compacted.Range.Covers(pack.Range)).Select(pack => pack.Number)];

    /// <summary>The index names none of the packs that compacted ones stand for: what is left of them goes.</summary>
    internal Task DropReplacedAsync()
    {
        var replaced = Interlocked.Exchange(ref _replaced, []);
        return Task.WhenAll(replaced.Select(DeleteWhenUnreadAsync));
    }

    private Task DeleteWhenUnreadAsync(PackInfo pack)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // Not on the thread of the reader that was the last one.
        _catalog.WhenUnread(pack, () =>
        {
            var deleting = Task.Run(() => Delete(pack));
            _deleting[deleting] = true;
            deleting.ContinueWith(
                done =>
                {
                    _deleting.TryRemove(done, out _);
                    gone.SetResult();
                },
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        });
        return gone.Task;
    }

    private void Delete(PackInfo pack)
    {
        try
        {
            _files.Delete(pack.Path);
            var seal = Path.Combine(_options.Directory, PackFormat.SealName(pack.Number));
            if (_files.FileExists(seal)) _files.Delete(seal);
            _files.SyncDirectory(_options.Directory);
            PackLog.Retired(_logger, pack.Number);
        }
        catch (IOException e)
        {
            // It no longer counts; the next start finds it replaced and deletes it.
            PackLog.NotRetired(_logger, e, pack.Number);
        }
    }
}
