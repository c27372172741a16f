using Regional.Imaging.Packs;

namespace Regional.Silo.Link;

/// <summary>
/// Large transfers whose stream broke, kept for a while so that they go on where they stopped. Bounded per process; nothing here was ever
/// acknowledged, so losing it costs only time.
/// </summary>
internal sealed class UnfinishedTransfers(TimeProvider time) : IDisposable
{
    private const long WorthKeeping = 1 << 20;
    private const int MaxKept = 64;
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Site, string Sop, ContentHash Hash), (ArrivalStream Arrival, DateTimeOffset Until)> _kept = [];

    /// <summary>Takes ownership of the arrival.</summary>
    public void Keep(string site, string sopInstanceUid, ContentHash hash, ArrivalStream arrival)
    {
        lock (_gate)
        {
            Forget();
            if (arrival.DataLength < WorthKeeping || _kept.Count >= MaxKept || !_kept.TryAdd((site, sopInstanceUid, hash), (arrival, time.GetUtcNow() + KeptFor)))
                arrival.Dispose();
        }
    }

    /// <summary>Bytes held of this transfer; 0 when none.</summary>
    public long Held(string site, string sopInstanceUid, ContentHash hash)
    {
        lock (_gate)
        {
            Forget();
            return _kept.TryGetValue((site, sopInstanceUid, hash), out var kept) ? kept.Arrival.DataLength : 0;
        }
    }

    /// <summary>Hands the arrival over; null when it is not (or no longer) held.</summary>
    public ArrivalStream? Take(string site, string sopInstanceUid, ContentHash hash)
    {
        lock (_gate)
            return _kept.Remove((site, sopInstanceUid, hash), out var kept) ? kept.Arrival : null;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var (arrival, _) in _kept.Values)
                arrival.Dispose();
            _kept.Clear();
        }
    }

    private void Forget()
    {
        var now = time.GetUtcNow();
        foreach (var (key, kept) in _kept.Where(k => k.Value.Until < now).ToArray())
        {
            _kept.Remove(key);
            kept.Arrival.Dispose();
        }
    }
}
