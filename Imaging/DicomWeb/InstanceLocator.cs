using Microsoft.Extensions.Caching.Memory;
using Regional.Imaging.Index;

namespace Regional.Imaging.DicomWeb;

/// <summary>
/// Remembers where recently asked instances stand, so that a viewer scrolling through frames costs no database query each. Bytes never
/// change under a UID; when anything was deleted, everything remembered is asked again.
/// </summary>
internal sealed class InstanceLocator(ImageArchive archive) : IDisposable
{
    private const int Kept = 50_000;

    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = Kept });

    public async ValueTask<IndexedInstance?> FindAsync(string sopInstanceUid, CancellationToken cancellation)
    {
        // Read before the query: a deletion in between makes the entry stale at once.
        var removals = archive.Index.Removals;
        if (_cache.TryGetValue(sopInstanceUid, out var found) && found is Entry entry && entry.Removals == removals) return entry.Instance;
        var instance = await archive.Index.GetInstanceAsync(sopInstanceUid, cancellation);
        if (instance is not null)
            _cache.Set(sopInstanceUid, new Entry(instance, removals), new MemoryCacheEntryOptions { Size = 1 + instance.Frames.Count / 100 });
        return instance;
    }

    public void Dispose() => _cache.Dispose();

    private sealed record Entry(IndexedInstance Instance, long Removals);
}
