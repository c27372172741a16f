using Regional.Link.V1;

namespace Regional.Edge.Copies;

/// <summary>What is under way on one Fetch call.</summary>
internal sealed class Transfers(CopyQueue queue)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, (WantedCopy Wanted, Priority Told)> _open = [];
    private readonly HashSet<Task> _keeping = [];
    private TaskCompletionSource _room = NewSignal();
    private ulong _last;

    /// <summary>Ends when a transfer ends after the call.</summary>
    public Task Room
    {
        get
        {
            lock (_gate)
                return _room.Task;
        }
    }

    /// <summary>The next that is wanted, if there is room; what is more urgent than all that is under way waits for no bytes, and the first one always fits.</summary>
    public (ulong Id, WantedCopy Wanted)? Open(long bytes, int instances)
    {
        lock (_gate)
        {
            var (under, most) = (_open.Values.Sum(t => t.Wanted.Instance.Length), _open.Values.Select(t => (int)t.Told).DefaultIfEmpty(-1).Max());
            var next = _open.Count >= instances
                ? null
                : queue.Next(wanted => _open.Count == 0 || under + wanted.Instance.Length <= bytes || (int)wanted.Priority > most);
            if (next is null)
                return null;
            _open.Add(++_last, (next, next.Priority));
            return (_last, next);
        }
    }

    /// <summary>Transfers that have become more urgent since the centre was told.</summary>
    public IReadOnlyList<(ulong Id, Priority Priority)> Urgencies()
    {
        lock (_gate)
        {
            List<(ulong, Priority)> changed = [.. _open.Where(t => t.Value.Wanted.Priority != t.Value.Told).Select(t => (t.Key, t.Value.Wanted.Priority))];
            foreach (var (id, priority) in changed)
                _open[id] = (_open[id].Wanted, priority);
            return changed;
        }
    }

    public WantedCopy? Find(ulong id)
    {
        lock (_gate)
            return _open.TryGetValue(id, out var transfer) ? transfer.Wanted : null;
    }

    public WantedCopy? Close(ulong id)
    {
        lock (_gate)
        {
            if (!_open.Remove(id, out var transfer))
                return null;
            _room.TrySetResult();
            _room = NewSignal();
            return transfer.Wanted;
        }
    }

    /// <summary>Something that is still being stored, which the end of the call waits for.</summary>
    public void Hold(Task keeping)
    {
        lock (_gate)
        {
            _keeping.RemoveWhere(kept => kept.IsCompletedSuccessfully);
            _keeping.Add(keeping);
        }
    }

    /// <summary>The call is over: what is whole is stored, what is not goes back to the queue.</summary>
    public async Task End()
    {
        Task[] keeping;
        lock (_gate)
        {
            foreach (var (wanted, _) in _open.Values)
                queue.Back(wanted);
            _open.Clear();
            keeping = [.. _keeping];
        }

        await Task.WhenAll(keeping);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
