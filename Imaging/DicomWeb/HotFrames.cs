using System.Diagnostics.Metrics;
using Regional.Imaging.Packs;

namespace Regional.Imaging.DicomWeb;

/// <summary>Bounds of <see cref="HotFrames"/>. Sizes are bytes.</summary>
public sealed record HotFrameOptions
{
    /// <summary>All kept frames together; 0 keeps none. Default 64 MiB.</summary>
    public long Bytes { get; init; } = 64L << 20;

    /// <summary>A longer frame is never kept. Default 8 MiB.</summary>
    public int LongestFrame { get; init; } = 8 << 20;
}

/// <summary>
/// Frames that are asked for again and again, in memory (R4.3.3-4). Keyed by what the bytes are (<see cref="ContentHash"/>), so that nothing in
/// it can be out of date; whether the instance is still there and who may see it is decided before. Kept from the second time on: a reader who
/// scrolls through a study once pushes nothing out.
/// </summary>
internal sealed class HotFrames(HotFrameOptions options)
{
    /// <summary>Frames asked for once that are remembered by name, so that the second time is known.</summary>
    private const int Remembered = 8192;

    private static readonly Meter Meter = new(PackMetrics.MeterName);
    private static readonly Counter<long> Hits = Meter.CreateCounter<long>("regional.frames.hot_hits", "{frame}", "Frames served from memory");
    private static readonly Counter<long> Misses = Meter.CreateCounter<long>("regional.frames.hot_misses", "{frame}", "Frames read from their pack");
    private static readonly UpDownCounter<long> Kept = Meter.CreateUpDownCounter<long>("regional.frames.hot_kept", "By", "Frames held in memory");

    private readonly Lock _gate = new();
    private readonly Dictionary<Key, LinkedListNode<Entry>> _kept = [];
    private readonly LinkedList<Entry> _byUse = new();
    private readonly HashSet<Key> _once = [];
    private readonly Queue<Key> _onceInOrder = new();
    private long _bytes;

    /// <summary>Bytes held at this moment.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate) return _bytes;
        }
    }

    /// <summary>The frame's bytes, or null. <paramref name="isWanted"/>: not held, but asked for before and short enough; read it and <see cref="Keep"/> it.</summary>
    public ReadOnlyMemory<byte>? Find(ContentHash instance, int frame, long length, out bool isWanted)
    {
        isWanted = false;
        var key = new Key(instance, frame);
        lock (_gate)
        {
            if (_kept.TryGetValue(key, out var node))
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
                Hits.Add(1);
                return node.Value.Bytes;
            }
            isWanted = length > 0 && length <= Math.Min(options.LongestFrame, options.Bytes) && !IsFirstTime(key);
        }
        Misses.Add(1);
        return null;
    }

    /// <summary>The caller gives the array away: nobody may write to it any more.</summary>
    public void Keep(ContentHash instance, int frame, byte[] bytes)
    {
        var key = new Key(instance, frame);
        var before = 0L;
        lock (_gate)
        {
            if (_kept.ContainsKey(key)) return;
            before = _bytes;
            _kept[key] = _byUse.AddFirst(new Entry(key, bytes));
            _bytes += bytes.Length;
            while (_bytes > options.Bytes)
            {
                var last = _byUse.Last!.Value;
                _byUse.RemoveLast();
                _kept.Remove(last.Key);
                _bytes -= last.Bytes.Length;
            }
            Kept.Add(_bytes - before);
        }
    }

    private bool IsFirstTime(Key key)
    {
        if (!_once.Add(key)) return false;
        _onceInOrder.Enqueue(key);
        if (_onceInOrder.Count > Remembered) _once.Remove(_onceInOrder.Dequeue());
        return true;
    }

    private readonly record struct Key(ContentHash Instance, int Frame);

    private readonly record struct Entry(Key Key, byte[] Bytes);
}
