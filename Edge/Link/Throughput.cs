namespace Regional.Edge.Link;

/// <summary>Bytes of the last five seconds in one direction.</summary>
internal sealed class Throughput(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Queue<(long At, long Bytes)> _counted = new();
    private long _inWindow;

    public void Count(long bytes)
    {
        lock (_gate)
        {
            _counted.Enqueue((time.GetTimestamp(), bytes));
            _inWindow += bytes;
            Forget();
        }
    }

    public long PerSecond()
    {
        lock (_gate)
        {
            Forget();
            return _inWindow / (long)Window.TotalSeconds;
        }
    }

    private void Forget()
    {
        while (_counted.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) > Window)
        {
            _inWindow -= oldest.Bytes;
            _counted.Dequeue();
        }
    }
}
