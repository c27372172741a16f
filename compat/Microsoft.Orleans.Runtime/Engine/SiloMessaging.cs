using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>How the silo's own code and its grains send, and where requests arrive: at grains, or at observers of a client.</summary>
internal sealed class SiloMessaging : IRequestTargets, IDisposable
{
    private readonly GrainCatalog _catalog;
    private readonly ConcurrentDictionary<string, ObserverDirectory> _observers = new();

    public SiloMessaging(
        IServiceProvider services,
        GrainTypes types,
        GrainCatalog catalog,
        ObserverDirectory observers,
        IOptions<SiloMessagingOptions> options,
        [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider clock,
        ILogger<SiloMessaging> logger)
    {
        _catalog = catalog;
        Types = types;
        Pending = new PendingCalls(options.Value, clock, logger);
        Attach(observers);
        var router = new MessageRouter(observers.ClientId, services, Pending, this);
        Factory = new GrainFactory(services, types, router, observers);
        catalog.Router = router;
    }

    public GrainTypes Types { get; }

    public PendingCalls Pending { get; }

    public GrainFactory Factory { get; }

    /// <summary>Lets grains reach the observers of a client.</summary>
    public void Attach(ObserverDirectory observers) => _observers[observers.ClientId.Key.ToString()] = observers;

    public void Deliver(GrainRequest request)
    {
        if (request.TargetId.Type != ObserverDirectory.ClientType)
            _catalog.Deliver(request);
        else if (_observers.TryGetValue(ObserverDirectory.ClientOf(request.TargetId), out var observers))
            observers.Deliver(request);
        else
            _catalog.Invoker.Complete(request, new ClientNotAvailableException($"The client of {request.TargetId} is not known."));
    }

    public void Dispose() => Pending.Dispose();
}

/// <summary>How a client inside the silo's process sends. The silo may be replaced under it.</summary>
internal sealed class ClientMessaging : IRequestTargets, IDisposable
{
    private readonly ObserverDirectory _observers;
    private readonly PendingCalls _pending;
    private SiloMessaging? _silo;

    public ClientMessaging(IServiceProvider services, GrainTypes types)
    {
        var clock = services.GetKeyedService<TimeProvider>(TimeProviderNames.Messaging) ?? services.GetService<TimeProvider>() ?? TimeProvider.System;
        var loggers = services.GetRequiredService<ILoggerFactory>();
        _observers = new ObserverDirectory(
            new RequestInvoker(services, loggers.CreateLogger<RequestInvoker>()),
            loggers.CreateLogger<ObserverDirectory>());
        _pending = new PendingCalls(
            services.GetRequiredService<IOptions<ClientMessagingOptions>>().Value, clock, loggers.CreateLogger<ClientMessaging>());
        var router = new MessageRouter(_observers.ClientId, services, _pending, this);
        Factory = new GrainFactory(services, types, router, _observers);
    }

    public GrainFactory Factory { get; }

    /// <summary>Sends to <paramref name="silo"/> from now on, or nowhere.</summary>
    public void Connect(SiloMessaging? silo)
    {
        silo?.Attach(_observers);
        Volatile.Write(ref _silo, silo);
    }

    public void Deliver(GrainRequest request)
    {
        if (Volatile.Read(ref _silo) is { } silo)
            silo.Deliver(request);
        else if (request.Caller is { } caller && caller.TryClaim())
            caller.SetException(new SiloUnavailableException("The client is connected to no silo."));
    }

    public void Dispose()
    {
        _pending.Stop();
        _pending.Dispose();
    }
}
