namespace Regional.Imaging.Upkeep;

/// <summary>Keeps a background reader below a rate, so that those who work feel nothing of it.</summary>
/// <param name="bytesPerSecond">0: as fast as it goes.</param>
internal sealed class Pacer(long bytesPerSecond, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private long _bytes;

    public Task AfterAsync(long bytes, CancellationToken cancellation)
    {
        _bytes += bytes;
        if (bytesPerSecond <= 0) return Task.CompletedTask;
        var due = TimeSpan.FromSeconds((double)_bytes / bytesPerSecond) - time.GetElapsedTime(_started);
        return due > TimeSpan.Zero ? Task.Delay(due, time, cancellation) : Task.CompletedTask;
    }
}
