namespace Regional.TestKit;

/// <summary>Collects events in order of arrival and lets a test await the one it needs. Thread-safe.</summary>
public sealed class EventCollector<T>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Lock gate = new();
    private readonly List<T> items = [];
    private readonly List<(Func<IReadOnlyList<T>, (bool Found, T Item)> Look, TaskCompletionSource<T> Answer)> waiters = [];

    /// <summary>A copy of what has arrived so far.</summary>
    public IReadOnlyList<T> Items
    {
        get { lock (gate) return items.ToArray(); }
    }

    public int Count
    {
        get { lock (gate) return items.Count; }
    }

    public void Add(T item)
    {
        lock (gate)
        {
            items.Add(item);
            for (var i = waiters.Count - 1; i >= 0; i--)
            {
                var (found, answer) = waiters[i].Look(items);
                if (!found) continue;
                waiters[i].Answer.TrySetResult(answer);
                waiters.RemoveAt(i);
            }
        }
    }

    /// <summary>The first event.</summary>
    public Task<T> FirstAsync(TimeSpan? patience = null) => NthAsync(1, patience);

    /// <summary>The n-th event, counted from 1; a <see cref="TimeoutException"/> tells how many came instead.</summary>
    public Task<T> NthAsync(int n, TimeSpan? patience = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        return LookAsync(seen => seen.Count >= n ? (true, seen[n - 1]) : (false, default!), $"event {n}", patience);
    }

    /// <summary>The first event, past or coming, that matches.</summary>
    public Task<T> FirstAsync(Func<T, bool> matches, TimeSpan? patience = null) => NthAsync(1, matches, patience);

    /// <summary>The n-th event, counted from 1, past or coming, of those that match.</summary>
    public Task<T> NthAsync(int n, Func<T, bool> matches, TimeSpan? patience = null) =>
        LookAsync(
            seen =>
            {
                var left = n;
                foreach (var item in seen)
                {
                    if (matches(item) && --left == 0) return (true, item);
                }

                return (false, default!);
            },
            "a matching event",
            patience);

    private async Task<T> LookAsync(Func<IReadOnlyList<T>, (bool Found, T Item)> look, string wanted, TimeSpan? patience)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            var (found, item) = look(items);
            if (found) return item;
            waiters.Add((look, answer));
        }

        var limit = patience ?? Patience;
        try
        {
            return await answer.Task.WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Waited {limit.TotalSeconds:0.#} s for {wanted}; {Count} arrived.");
        }
    }
}
