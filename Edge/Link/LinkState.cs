namespace Regional.Edge.Link;

/// <summary>What the status page and the metrics know of the link. Written by the link's tasks, read by anyone.</summary>
internal sealed class LinkState(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Queue<(long At, long Bytes)> _sent = new();
    private long _sentInWindow;
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

    public void Sent(long bytes)
    {
        lock (_gate)
        {
            _sent.Enqueue((time.GetTimestamp(), bytes));
            _sentInWindow += bytes;
            Forget();
        }
    }

    /// <summary>Bytes a second over the last five seconds.</summary>
    public long BytesPerSecond()
    {
        lock (_gate)
        {
            Forget();
            return _sentInWindow / 5;
        }
    }

    private void Forget()
    {
        while (_sent.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) > TimeSpan.FromSeconds(5))
        {
            _sentInWindow -= oldest.Bytes;
            _sent.Dequeue();
        }
    }
}
