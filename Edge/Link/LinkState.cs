namespace Regional.Edge.Link;

/// <summary>What the status page and the metrics know of the link. Written by the link's tasks, read by anyone.</summary>
internal sealed class LinkState(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Throughput _up = new(time);
    private readonly Throughput _down = new(time);
    private volatile TaskCompletionSource _resumed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Online { get; private set; }

    public DateTimeOffset? Since { get; private set; }

    /// <summary>Short machine word for why the link is down, such as <c>Unavailable</c>.</summary>
    public string? LastFailure { get; private set; }

    /// <summary>Uploads paused by a person.</summary>
    public bool Paused { get; private set; }

    public void Opened()
    {
        lock (_gate)
            (Online, Since, LastFailure) = (true, time.GetUtcNow(), null);
    }

    public void Lost(string why)
    {
        lock (_gate)
            (Online, Since, LastFailure) = (false, time.GetUtcNow(), why);
    }

    public void Pause()
    {
        lock (_gate)
        {
            Paused = true;
            if (_resumed.Task.IsCompleted)
                _resumed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Resume()
    {
        lock (_gate)
        {
            Paused = false;
            _resumed.TrySetResult();
        }
    }

    /// <summary>Ends at once unless uploads are paused.</summary>
    public Task WhileNotPaused(CancellationToken cancellation)
    {
        lock (_gate)
            return Paused ? _resumed.Task.WaitAsync(cancellation) : Task.CompletedTask;
    }

    public void Sent(long bytes) => _up.Count(bytes);

    public void Received(long bytes) => _down.Count(bytes);

    /// <summary>Bytes a second to the centre over the last five seconds.</summary>
    public long BytesPerSecond() => _up.PerSecond();

    /// <summary>Bytes a second from the centre over the last five seconds.</summary>
    public long BytesPerSecondDown() => _down.PerSecond();
}
