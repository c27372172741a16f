using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Core.Internal;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>
/// One activation of a grain. It runs one turn at a time, starts a request only when no other is under way (unless either may
/// interleave), and ends when it is idle, asked to, or broken. This part holds what it is; the others how it takes requests and how
/// it begins and ends.
/// </summary>
internal sealed partial class Activation : IGrainContext, IRoutedContext, ICallChainReentrantGrainContext
{
    private readonly Lock _lock = new();
    private readonly ActivationScheduler _scheduler;
    private readonly GrainCatalog _catalog;
    private readonly AsyncServiceScope _services;
    private Dictionary<Type, object>? _components;
    private GrainReference? _reference;

    public Activation(GrainCatalog catalog, GrainClassModel model, GrainId grainId)
    {
        _catalog = catalog;
        Model = model;
        GrainId = grainId;
        ActivationId = ActivationId.NewId();
        _scheduler = new ActivationScheduler(this);
        _services = catalog.Services.CreateAsyncScope();
        _idleSince = catalog.CollectionClock.GetTimestamp();
    }

    public GrainClassModel Model { get; }

    public GrainId GrainId { get; }

    public ActivationId ActivationId { get; }

    public object? GrainInstance { get; private set; }

    public IServiceProvider ActivationServices => _services.ServiceProvider;

    public GrainReference GrainReference => _reference ??= _catalog.Router.CreateReference(typeof(IAddressable), GrainId);

    public IGrainLifecycle ObservableLifecycle => _lifecycle;

    public IWorkItemScheduler Scheduler => _scheduler;

    public IMessageRouter Router => _catalog.Router;

    private ILogger Logger => _catalog.Logger;

    public object? GetTarget() => GrainInstance;

    public object? GetComponent(Type componentType)
    {
        lock (_lock)
        {
            if (_components is not null && _components.TryGetValue(componentType, out var component))
                return component;
        }

        return componentType.IsInstanceOfType(GrainInstance) ? GrainInstance : componentType.IsInstanceOfType(this) ? this : null;
    }

    public void SetComponent<TComponent>(TComponent? value)
        where TComponent : class
    {
        lock (_lock)
        {
            _components ??= [];
            if (value is null)
                _components.Remove(typeof(TComponent));
            else
                _components[typeof(TComponent)] = value;
        }
    }

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override string ToString() => $"[{GrainId}{ActivationId} {_state}]";
}
