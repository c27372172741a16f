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

    /// <summary>Who keeps the call while it waits.</summary>
    public IPendingCallOwner? Owner { get; set; }

    public CancellationTokenRegistration Cancellation { get; set; }

    /// <summary>True for the one who may complete the call.</summary>
    public bool TryClaim()
    {
        if (Interlocked.Exchange(ref _completed, 1) != 0)
            return false;

        Owner?.Remove(this);
        Cancellation.Unregister();
        return true;
    }

    public abstract void SetResult(object? result);

    public abstract void SetException(Exception exception);
}

/// <summary>Keeps calls while they wait.</summary>
internal interface IPendingCallOwner
{
    void Remove(PendingCall call);
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
