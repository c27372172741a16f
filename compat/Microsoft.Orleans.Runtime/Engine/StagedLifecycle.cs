namespace Orleans.Embedded;

/// <summary>Starts observers stage by stage, low to high, and stops those started, high to low.</summary>
internal class StagedLifecycle : ILifecycleObservable
{
    private readonly List<Subscription> _subscriptions = [];
    private int? _reached;

    public bool IsEmpty => _subscriptions.Count == 0;

    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        var subscription = new Subscription(this, stage, observer);
        lock (_subscriptions)
            _subscriptions.Add(subscription);
        return subscription;
    }

    public async Task OnStart(CancellationToken cancellationToken)
    {
        foreach (var stage in Stages().OrderBy(s => s.Key))
        {
            cancellationToken.ThrowIfCancellationRequested();
            _reached = stage.Key;
            await Task.WhenAll(stage.Select(s => s.Observer.OnStart(cancellationToken)));
        }
    }

    /// <summary>Stops all stages that were begun; failures do not keep the rest from stopping and are thrown together at the end.</summary>
    public async Task OnStop(CancellationToken cancellationToken)
    {
        if (_reached is not { } reached)
            return;

        List<Exception>? failures = null;
        foreach (var stage in Stages().Where(s => s.Key <= reached).OrderByDescending(s => s.Key))
        {
            foreach (var subscription in stage)
            {
                try
                {
                    await subscription.Observer.OnStop(cancellationToken);
                }
                catch (Exception exception)
                {
                    (failures ??= []).Add(exception);
                }
            }
        }

        _reached = null;
        if (failures is not null)
            throw new AggregateException(failures);
    }

    private List<IGrouping<int, Subscription>> Stages()
    {
        lock (_subscriptions)
            return _subscriptions.GroupBy(s => s.Stage).ToList();
    }

    private sealed class Subscription(StagedLifecycle owner, int stage, ILifecycleObserver observer) : IDisposable
    {
        public int Stage => stage;

        public ILifecycleObserver Observer => observer;

        public void Dispose()
        {
            lock (owner._subscriptions)
                owner._subscriptions.Remove(this);
        }
    }
}
