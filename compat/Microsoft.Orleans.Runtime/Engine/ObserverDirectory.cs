using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// Objects outside the grains that grains can call. They are held weakly: a call to one that is gone is never answered, so that whoever
/// awaits it waits until its time is up.
/// </summary>
internal sealed class ObserverDirectory(RequestInvoker invoker, ILogger<ObserverDirectory> logger)
{
    public static readonly GrainType ClientType = GrainType.Create("sys.client");

    private readonly ConcurrentDictionary<GrainId, Observer> _observers = new();

    /// <summary>The client whose observers these are.</summary>
    public GrainId ClientId { get; } = GrainId.Create(ClientType, Guid.NewGuid().ToString("N"));

    /// <summary>The key of the client an observer belongs to.</summary>
    public static string ClientOf(GrainId observer) => observer.Key.ToString().Split('+')[0];

    public GrainId Add(IGrainObserver observer)
    {
        var id = GrainId.Create(ClientType, $"{ClientId.Key}+{Guid.NewGuid():N}");
        _observers[id] = new Observer(id, observer, invoker);
        return id;
    }

    public bool Remove(GrainId id) => _observers.TryRemove(id, out _);

    public void Deliver(GrainRequest request)
    {
        if (!_observers.TryGetValue(request.TargetId, out var observer))
        {
            logger.LogError("{Request} is for an observer that is not known here.", request);
        }
        else if (!observer.TryReceive(request))
        {
            logger.LogWarning("{Request} is for an observer that was garbage collected; it is forgotten.", request);
            _observers.TryRemove(request.TargetId, out _);
        }
    }

    /// <summary>One observer. Its requests run one after the other, on the thread pool.</summary>
    private sealed class Observer(GrainId id, IGrainObserver target, RequestInvoker invoker) : IGrainContext
    {
        private readonly WeakReference<IGrainObserver> _target = new(target);
        private readonly Queue<GrainRequest> _waiting = new();
        private bool _running;

        public GrainId GrainId => id;

        public object? GrainInstance => _target.TryGetTarget(out var alive) ? alive : null;

        public GrainReference GrainReference => throw NotAGrain();

        public ActivationId ActivationId => throw NotAGrain();

        public IServiceProvider ActivationServices => throw NotAGrain();

        public IGrainLifecycle ObservableLifecycle => throw NotAGrain();

        public IWorkItemScheduler Scheduler => throw NotAGrain();

        public Task Deactivated => Task.CompletedTask;

        public object? GetTarget() => GrainInstance;

        public object? GetComponent(Type componentType) => componentType.IsInstanceOfType(GrainInstance) ? GrainInstance : null;

        public void SetComponent<TComponent>(TComponent? value)
            where TComponent : class => throw NotAGrain();

        public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken) { }

        public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

        public bool TryReceive(GrainRequest request)
        {
            if (!_target.TryGetTarget(out _))
                return false;

            lock (_waiting)
            {
                _waiting.Enqueue(request);
                if (_running)
                    return true;
                _running = true;
            }

            ThreadPool.UnsafeQueueUserWorkItem(static self => _ = self.Run(), this, preferLocal: false);
            return true;
        }

        private static NotSupportedException NotAGrain() => new("An observer is no grain.");

        private async Task Run()
        {
            while (true)
            {
                GrainRequest? request;
                lock (_waiting)
                {
                    if (!_waiting.TryDequeue(out request))
                    {
                        _running = false;
                        return;
                    }
                }

                // Held for the length of the call; an observer that has gone since leaves its caller waiting.
                var alive = GrainInstance;
                if (alive is not null && !request.IsExpired)
                    await invoker.Invoke(this, request);
                GC.KeepAlive(alive);
            }
        }
    }
}
