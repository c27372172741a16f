using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Core;
using Orleans.Runtime;

namespace Orleans;

/// <summary>The base of grain classes. Created by the engine only, on the activation's own scheduler.</summary>
public abstract class Grain : IGrainBase, IAddressable
{
    protected Grain() : this(RuntimeContext.Current!) { }

    protected Grain(IGrainContext grainContext, IGrainRuntime? grainRuntime = null)
    {
        GrainContext = grainContext;
        Runtime = grainRuntime ?? grainContext?.ActivationServices.GetService<IGrainRuntime>()!;
    }

    [AllowNull]
    public IGrainContext GrainContext { get; private set; }

    public GrainReference GrainReference => GrainContext.GrainReference;

    public string IdentityString => GrainContext.GrainId.ToString();

    public string RuntimeIdentity => Runtime?.SiloIdentity ?? string.Empty;

    protected IGrainFactory GrainFactory => Runtime.GrainFactory;

    protected internal IServiceProvider ServiceProvider => GrainContext?.ActivationServices ?? Runtime.ServiceProvider;

    internal IGrainRuntime Runtime { get; }

    /// <summary>Runs before the first request, as part of activation. If it throws, the activation fails.</summary>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs after the last request. Not promised: a crash ends activations without it.</summary>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends this activation once the requests under way are done; waiting requests go to the next activation.</summary>
    protected void DeactivateOnIdle()
    {
        EnsureRuntime();
        Runtime.DeactivateOnIdle(GrainContext ?? RuntimeContext.Current!);
    }

    /// <summary>Keeps the activation from being collected for at least <paramref name="timeSpan"/>; negative to take that back.</summary>
    protected void DelayDeactivation(TimeSpan timeSpan)
    {
        EnsureRuntime();
        Runtime.DelayDeactivation(GrainContext ?? RuntimeContext.Current!, timeSpan);
    }

    private void EnsureRuntime()
    {
        if (Runtime is null)
            throw new InvalidOperationException("The grain was not created by the engine.");
    }
}

/// <summary>A grain with one state, read before activation from the default storage or the one its class names.</summary>
public class Grain<TGrainState> : Grain
{
    private IStorage<TGrainState>? _storage;

    protected Grain() =>
        GrainContext.ObservableLifecycle.Subscribe(
            GetType().Name,
            GrainLifecycleStage.SetupState,
            async _ =>
            {
                _storage ??= Runtime.GetStorage<TGrainState>(GrainContext);
                await ReadStateAsync();
            });

    protected Grain(IStorage<TGrainState> storage) => _storage = storage;

    protected TGrainState State
    {
        get => _storage!.State;
        set => _storage!.State = value;
    }

    protected virtual Task ReadStateAsync() => _storage!.ReadStateAsync();

    protected virtual Task WriteStateAsync() => _storage!.WriteStateAsync();

    protected virtual Task ClearStateAsync() => _storage!.ClearStateAsync();
}
