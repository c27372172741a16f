namespace Regional.TestKit;

/// <summary>
/// A place where code under test stops until the test lets it go on, so that a race becomes a sequence:
/// the code calls <see cref="WaitToContinueAsync"/>, the test awaits <see cref="ReachedAsync"/>, looks, then calls <see cref="Continue"/>.
/// </summary>
public sealed class SyncPoint
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the code has arrived; fails with <see cref="TimeoutException"/> after 30 s.</summary>
    public Task ReachedAsync(TimeSpan? patience = null) => reached.Task.WaitAsync(patience ?? Patience);

    /// <summary>Lets the code go on, now or when it arrives.</summary>
    public void Continue() => released.TrySetResult();

    /// <summary>Called by the code under test (through a hook the test passes in).</summary>
    public Task WaitToContinueAsync(CancellationToken cancellation = default)
    {
        reached.TrySetResult();
        return released.Task.WaitAsync(cancellation);
    }
}
