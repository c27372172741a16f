namespace Regional.Edge.Dicom;

/// <summary>
/// The query or retrieval that an association is busy with, beside its reading loop: that loop has to go on, or neither a cancel nor the answers to
/// sub-operations would ever be read. One at a time.
/// </summary>
internal sealed class OneAtATime
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private object? _running;
    private Func<Task>? _cancel;
    private ushort _message;

    /// <summary>Ends with the association: nothing is to be sent any more.</summary>
    public Task Over => _over.Task;

    public bool Stopped => _over.Task.IsCompleted;

    /// <summary>Null: busy. Else the caller's to end and dispose.</summary>
    public CancellationTokenSource? TryBegin(ushort message)
    {
        lock (_gate)
        {
            if (_running is not null || Stopped)
                return null;
            var operation = new CancellationTokenSource();
            (_running, _cancel, _message) = (operation, operation.CancelAsync, message);
            return operation;
        }
    }

    /// <summary>To be called before the last answer goes out: the peer may ask again as soon as it has it. Again, it changes nothing.</summary>
    public void End(CancellationTokenSource operation)
    {
        lock (_gate)
        {
            if (_running == operation)
                (_running, _cancel) = (null, null);
        }
    }

    /// <summary>C-CANCEL-RQ names the message it is about (PS3.7 §9.3.2.3); one that is over already changes nothing.</summary>
    public void Cancel(ushort message)
    {
        lock (_gate)
        {
            if (_message == message)
                _ = _cancel?.Invoke();
        }
    }

    public void Stop()
    {
        lock (_gate)
        {
            _over.TrySetResult();
            _ = _cancel?.Invoke();
        }
    }
}
