namespace Orleans.Embedded;

/// <summary>A caller that waits for an answer. Whoever comes first of answer, time-out, cancellation and shutdown decides.</summary>
internal abstract class PendingCall
{
    private int _completed;

    public bool IsCompleted => Volatile.Read(ref _completed) != 0;

    /// <summary>Timestamp of the messaging clock after which the caller stops waiting.</summary>
    public long Deadline { get; set; }

    public TimeSpan Timeout { get; set; }

    public GrainRequest Request { get; set; } = null!;

    public CancellationTokenRegistration Cancellation { get; set; }

    public long Number { get; set; }

    /// <summary>True for the one who may complete the call.</summary>
    public bool TryClaim() => Interlocked.Exchange(ref _completed, 1) == 0;

    public abstract void SetResult(object? result);

    public abstract void SetException(Exception exception);
}

/// <inheritdoc/>
internal sealed class PendingCall<T> : PendingCall
{
    // The answer arrives on the target's scheduler: the caller's continuation belongs to the caller's.
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _completion.Task;

    public override void SetResult(object? result) => _completion.TrySetResult((T)result!);

    public override void SetException(Exception exception)
    {
        if (exception is OperationCanceledException cancelled)
            _completion.TrySetCanceled(cancelled.CancellationToken);
        else
            _completion.TrySetException(exception);
    }
}
