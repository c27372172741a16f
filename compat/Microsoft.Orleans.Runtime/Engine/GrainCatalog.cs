using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>The activations of the silo. There is at most one for a grain, except for stateless workers.</summary>
internal sealed class GrainCatalog(
    IServiceProvider services,
    GrainTypes types,
    RequestInvoker invoker,
    IOptions<SiloMessagingOptions> messaging,
    IOptions<GrainCollectionOptions> collection,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider grainClock,
    ILogger<GrainCatalog> logger)
{
    private readonly ConcurrentDictionary<GrainId, Activation> _activations = new();
    private readonly ConcurrentDictionary<GrainId, WorkerPool> _pools = new();
    private volatile bool _stopping;

    public IServiceProvider Services => services;

    public RequestInvoker Invoker => invoker;

    public SiloMessagingOptions Messaging { get; } = messaging.Value;

    public GrainCollectionOptions Collection { get; } = collection.Value;

    /// <summary>Idleness is real time, as in the original: no registered clock moves it.</summary>
    public TimeProvider CollectionClock => TimeProvider.System;

    public TimeProvider GrainClock => grainClock;

    public ILogger Logger => logger;

    /// <summary>By which activations send; set when the silo is put together.</summary>
    public IMessageRouter Router { get; set; } = null!;

    public int Count => _activations.Count + _pools.Values.Sum(p => p.Count);

    public IEnumerable<Activation> All => _activations.Values.Concat(_pools.Values.SelectMany(p => p.Workers));

    public void Deliver(GrainRequest request)
    {
        if (_stopping)
        {
            invoker.Complete(request, new SiloUnavailableException("The silo is stopping."));
            return;
        }

        Activation activation;
        try
        {
            activation = ActivationFor(request);
        }
        catch (Exception exception)
        {
            invoker.Complete(request, exception);
            return;
        }

        activation.Receive(request);
    }

    /// <summary>Gives a request that met the end of an activation to the next one.</summary>
    public void Forward(GrainRequest request)
    {
        if (request.IsExpired)
            return;

        if (request.Forwards++ < Messaging.MaxForwardCount)
            Deliver(request);
        else
            invoker.Complete(request, new OrleansMessageRejectionException($"{request} was forwarded too often."));
    }

    public bool TryGet(GrainId id, out Activation? activation) => _activations.TryGetValue(id, out activation);

    public void Remove(Activation activation)
    {
        if (activation.Model.StatelessWorker is null)
            _activations.TryRemove(new KeyValuePair<GrainId, Activation>(activation.GrainId, activation));
        else if (_pools.TryGetValue(activation.GrainId, out var pool))
            pool.Remove(activation);
    }

    /// <summary>Ends all activations and waits for it.</summary>
    public async Task Stop(CancellationToken cancellationToken)
    {
        _stopping = true;
        var all = All.ToArray();
        var reason = new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The silo is stopping.");
        foreach (var activation in all)
            activation.Deactivate(reason, cancellationToken);
        await Task.WhenAll(all.Select(a => a.Deactivated)).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Lets go of all activations without ending them.</summary>
    public void Abandon()
    {
        _stopping = true;
        foreach (var activation in All)
            activation.Abandon();
    }

    private Activation ActivationFor(GrainRequest request)
    {
        var id = request.TargetId;
        if (_activations.TryGetValue(id, out var known))
            return known;

        var model = types.ClassOf(id.Type);
        if (model.StatelessWorker is not null)
            return _pools.GetOrAdd(id, static (_, pool) => pool, new WorkerPool(this, model, id)).WorkerFor(request);

        var created = new Activation(this, model, id);
        var activation = _activations.GetOrAdd(id, created);
        if (ReferenceEquals(activation, created))
            created.Activate(request.Context);
        return activation;
    }

    /// <summary>The activations of a stateless worker: another is added while all are busy and there may be more.</summary>
    private sealed class WorkerPool(GrainCatalog catalog, GrainClassModel model, GrainId id)
    {
        private readonly List<Activation> _workers = [];

        public int Count => Workers.Length;

        public Activation[] Workers
        {
            get
            {
                lock (_workers)
                    return [.. _workers];
            }
        }

        public Activation WorkerFor(GrainRequest request)
        {
            lock (_workers)
            {
                var idlest = _workers.MinBy(w => w.Load);
                if (idlest is not null && (idlest.Load == 0 || _workers.Count >= model.StatelessWorker!.MaxLocalWorkers))
                    return idlest;

                var worker = new Activation(catalog, model, id);
                _workers.Add(worker);
                worker.Activate(request.Context);
                return worker;
            }
        }

        public void Remove(Activation worker)
        {
            lock (_workers)
                _workers.Remove(worker);
        }
    }
}
