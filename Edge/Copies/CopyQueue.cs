using Regional.Imaging.Packs;
using Regional.Link.V1;

namespace Regional.Edge.Copies;

/// <summary>
/// Instances that somebody here wants from the centre, the most urgent first, then in the order in which they were asked for. Many who want one
/// instance are one transfer, as urgent as the most urgent of them. Only in memory: whoever still wants something after a restart asks again.
/// </summary>
internal sealed class CopyQueue : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, WantedCopy> _wanted = new(StringComparer.Ordinal);
    private readonly SortedSet<WantedCopy> _waiting = new(Comparer<WantedCopy>.Create(
        (left, right) => left.Priority != right.Priority ? right.Priority.CompareTo(left.Priority) : left.Order.CompareTo(right.Order)));
    private TaskCompletionSource _changed = NewSignal();
    private long _last;

    /// <summary>Ends at the next change after the call.</summary>
    public Task Changed
    {
        get
        {
            lock (_gate)
                return _changed.Task;
        }
    }

    /// <summary>Instances wanted and not yet here, and their bytes.</summary>
    public (int Instances, long Bytes) Totals
    {
        get
        {
            lock (_gate)
                return (_wanted.Count, _wanted.Values.Sum(w => w.Instance.Length));
        }
    }

    /// <summary>Ends when the instance is here, or cannot be had.</summary>
    public Task<CopyOutcome> Want(DistantInstance instance, Priority priority)
    {
        lock (_gate)
        {
            if (!_wanted.TryGetValue(instance.SopInstanceUid, out var wanted))
            {
                _wanted.Add(instance.SopInstanceUid, wanted = new WantedCopy(instance, ++_last) { Priority = priority });
                _waiting.Add(wanted);
                Signal();
            }
            else if (priority > wanted.Priority)
            {
                var waited = _waiting.Remove(wanted);
                wanted.Priority = priority;
                if (waited)
                    _waiting.Add(wanted);
                Signal();
            }

            return wanted.Done.Task;
        }
    }

    /// <summary>The first one that is not under way, if it passes; it is under way then.</summary>
    public WantedCopy? Next(Func<WantedCopy, bool> passes)
    {
        lock (_gate)
        {
            if (_waiting.Min is not { } first || !passes(first))
                return null;
            _waiting.Remove(first);
            return first;
        }
    }

    /// <summary>The line broke: it waits again, and goes on from what came.</summary>
    public void Back(WantedCopy wanted)
    {
        lock (_gate)
        {
            _waiting.Add(wanted);
            Signal();
        }
    }

    public void Finish(WantedCopy wanted, CopyOutcome outcome)
    {
        lock (_gate)
        {
            _wanted.Remove(wanted.Instance.SopInstanceUid);
            Signal();
        }

        wanted.Forget();
        wanted.Done.TrySetResult(outcome);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var wanted in _wanted.Values)
            {
                wanted.Forget();
                wanted.Done.TrySetCanceled();
            }

            _wanted.Clear();
            _waiting.Clear();
        }
    }

    private void Signal()
    {
        _changed.TrySetResult();
        _changed = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>One instance that is wanted, and what of it has come.</summary>
internal sealed class WantedCopy(DistantInstance instance, long order)
{
    public DistantInstance Instance { get; } = instance;

    public long Order { get; } = order;

    /// <summary>Changed by the queue alone.</summary>
    public Priority Priority { get; set; }

    /// <summary>How often it came damaged.</summary>
    public int Damaged { get; set; }

    public ArrivalStream? Part { get; private set; }

    public TaskCompletionSource<CopyOutcome> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Offset => Part?.DataLength ?? 0;

    public ArrivalStream Open(ReceiveBuffers buffers) => Part ??= buffers.Rent();

    public void Forget()
    {
        Part?.Dispose();
        Part = null;
    }
}
