using System.Collections.Concurrent;
using Regional.Imaging.Storage;

namespace Regional.Imaging.Packs;

/// <summary>A pack as readers see it: only bytes below <see cref="Committed"/> exist for them.</summary>
internal sealed class PackInfo(long number, string path, ulong nonce, long committed, bool isSealed)
{
    private long _committed = committed;

    public long Number { get; } = number;

    public string Path { get; } = path;

    public ulong Nonce { get; } = nonce;

    public bool IsSealed { get; set; } = isSealed;

    public long Committed
    {
        get => Interlocked.Read(ref _committed);
        set => Interlocked.Exchange(ref _committed, value);
    }
}

/// <summary>All packs of a store and their shared read handles, opened on first use and closed when idle and too many.</summary>
internal sealed class PackCatalog(IFileLayer files) : IDisposable
{
    private const int HandlesKept = 128;

    private readonly ConcurrentDictionary<long, PackInfo> _packs = new();
    private readonly Dictionary<long, SharedHandle> _handles = [];
    private readonly Lock _gate = new();
    private bool _disposed;

    public void Add(PackInfo pack) => _packs[pack.Number] = pack;

    public PackInfo? Find(long pack) => _packs.GetValueOrDefault(pack);

    public IReadOnlyList<PackInfo> InOrder() => [.. _packs.Values.OrderBy(pack => pack.Number)];

    /// <summary>The next pack after <paramref name="pack"/>, or null.</summary>
    public PackInfo? After(long pack)
    {
        PackInfo? best = null;
        foreach (var candidate in _packs.Values)
        {
            if (candidate.Number > pack && (best is null || candidate.Number < best.Number)) best = candidate;
        }
        return best;
    }

    /// <summary>A counted handle; dispose it to give it back.</summary>
    public SharedHandle Rent(PackInfo pack)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
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
            if (--handle.Users == 0 && handle.CloseWhenIdle) handle.File.Dispose();
        }
    }

    internal sealed class SharedHandle(PackCatalog owner, IReadFile file) : IDisposable
    {
        public IReadFile File { get; } = file;

        public int Users { get; set; }

        public bool CloseWhenIdle { get; set; }

        public void Dispose() => owner.Return(this);
    }
}
