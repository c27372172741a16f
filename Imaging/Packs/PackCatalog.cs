using System.Collections.Concurrent;
using Regional.Imaging.Storage;

namespace Regional.Imaging.Packs;

/// <summary>A pack as readers see it: only bytes below <see cref="Committed"/> exist for them.</summary>
internal sealed class PackInfo(long number, string path, ulong nonce, long committed, bool isSealed, PackRange range)
{
    private long _committed = committed;

    /// <summary>Positive as appended, negative when a compaction wrote it; used once.</summary>
    public long Number { get; } = number;

    public string Path { get; } = path;

    public ulong Nonce { get; } = nonce;

    public PackRange Range { get; } = range;

    public bool IsSealed { get; set; } = isSealed;

    public long Committed
    {
        get => Interlocked.Read(ref _committed);
        set => Interlocked.Exchange(ref _committed, value);
    }
}

/// <summary>
/// All packs of a store in their order, and their shared read handles, opened on first use and closed when idle and too many. A pack that a
/// compaction replaced stays readable for whoever has it open; who asks for an address in it is led to where the record stands now.
/// </summary>
internal sealed class PackCatalog(IFileLayer files) : IDisposable
{
    private const int HandlesKept = 128;

    /// <summary>Moved records remembered for readers that still hold an older address, of the latest compactions; about 32 MiB.</summary>
    private const int MovesKept = 500_000;

    private readonly ConcurrentDictionary<long, PackInfo> _packs = new();
    private readonly ConcurrentDictionary<long, IReadOnlyDictionary<long, RecordAddress>> _moves = new();
    private readonly Queue<long> _moved = new();
    private readonly Dictionary<long, SharedHandle> _handles = [];
    private readonly Lock _gate = new();
    private volatile PackInfo[] _order = [];
    private bool _disposed;

    /// <summary>The last in order, or null: the one being appended to, when there is one.</summary>
    public PackInfo? Last => _order is [.., var last] ? last : null;

    public void Add(PackInfo pack)
    {
        _packs[pack.Number] = pack;
        lock (_gate) _order = [.. _order.Append(pack).OrderBy(one => one.Range.First)];
    }

    /// <summary>A compacted pack may be read by address from now on; in the order still stand those that it is to replace.</summary>
    public void Publish(PackInfo compacted) => _packs[compacted.Number] = compacted;

    /// <summary>A compacted pack takes the place of those it was written from.</summary>
    /// <param name="moves">For each of them, the record's new address by its old offset.</param>
    public void Replace(IReadOnlyList<PackInfo> replaced, PackInfo compacted, IReadOnlyDictionary<long, IReadOnlyDictionary<long, RecordAddress>> moves)
    {
        lock (_gate)
        {
            foreach (var (pack, addresses) in moves)
            {
                _moves[pack] = addresses;
                _moved.Enqueue(pack);
            }
            while (_moved.Count > moves.Count && _moves.Values.Sum(map => map.Count) > MovesKept) _moves.TryRemove(_moved.Dequeue(), out _);
            _order = [.. _order.Except(replaced).Append(compacted).OrderBy(one => one.Range.First)];
        }
        foreach (var pack in replaced) _packs.TryRemove(pack.Number, out _);
    }

    public PackInfo? Find(long pack) => _packs.GetValueOrDefault(pack);

    /// <summary>Where a record stands now that stood there before a compaction.</summary>
    public RecordAddress Forward(RecordAddress address)
    {
        while (!_packs.ContainsKey(address.Pack) && _moves.TryGetValue(address.Pack, out var moves) && moves.TryGetValue(address.Offset, out var moved))
            address = moved;
        return address;
    }

    public IReadOnlyList<PackInfo> InOrder() => _order;

    /// <summary>The next pack in order; after a number that no longer exists the one that stands for it, or null.</summary>
    public PackInfo? After(long pack)
    {
        var from = Find(pack) is { } known ? known.Range.Last + 1 : Math.Max(pack, 0);
        return Array.Find(_order, candidate => candidate.Range.Last >= from);
    }

    /// <summary>A counted handle; dispose it to give it back. Null when a compaction has replaced the pack meanwhile: look again.</summary>
    public SharedHandle? Rent(PackInfo pack)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_packs.ContainsKey(pack.Number)) return null;
            if (!_handles.TryGetValue(pack.Number, out var handle))
            {
                if (_handles.Count >= HandlesKept) CloseOneIdle();
                handle = new SharedHandle(this, files.OpenRead(pack.Path));
                _handles[pack.Number] = handle;
            }
            handle.Users++;
            return handle;
        }
    }

    /// <summary>Calls back once nobody reads this pack any more; it must be replaced already, so that nobody begins to.</summary>
    public void WhenUnread(PackInfo replaced, Action callback)
    {
        lock (_gate)
        {
            if (_handles.Remove(replaced.Number, out var handle) && handle.Users > 0)
            {
                (handle.CloseWhenIdle, handle.Closed) = (true, callback);
                return;
            }
            handle?.File.Dispose();
        }
        callback();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var handle in _handles.Values)
            {
                if (handle.Users == 0) handle.File.Dispose();
                else handle.CloseWhenIdle = true;
            }
            _handles.Clear();
        }
    }

    private void CloseOneIdle()
    {
        foreach (var (number, handle) in _handles)
        {
            if (handle.Users > 0) continue;
            handle.File.Dispose();
            _handles.Remove(number);
            return;
        }
    }

    private void Return(SharedHandle handle)
    {
        lock (_gate)
        {
            if (--handle.Users > 0 || !handle.CloseWhenIdle) return;
            handle.File.Dispose();
        }
        handle.Closed?.Invoke();
    }

    internal sealed class SharedHandle(PackCatalog owner, IReadFile file) : IDisposable
    {
        public IReadFile File { get; } = file;

        public int Users { get; set; }

        public bool CloseWhenIdle { get; set; }

        public Action? Closed { get; set; }

        public void Dispose() => owner.Return(this);
    }
}
