using Microsoft.Extensions.DependencyInjection;
using Orleans.Core;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.Timers;

namespace Orleans.Embedded;

/// <inheritdoc/>
internal sealed class GrainRuntime(
    IServiceProvider services,
    ILocalSiloDetails silo,
    IGrainFactory grains,
    ITimerRegistry timers,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock) : IGrainRuntime
{
    public string SiloIdentity => silo.SiloAddress.ToString();

    public SiloAddress SiloAddress => silo.SiloAddress;

    public IGrainFactory GrainFactory => grains;

    public ITimerRegistry TimerRegistry => timers;

    public IServiceProvider ServiceProvider => services;

    public TimeProvider TimeProvider => clock;

    public void DeactivateOnIdle(IGrainContext grainContext)
    {
        CheckAccess(RuntimeContext.Current);
        grainContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "DeactivateOnIdle was called."));
    }

    public void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan)
    {
        CheckAccess(RuntimeContext.Current);
        if (grainContext is not Activation activation)
            throw new NotSupportedException($"{grainContext} cannot be kept from deactivation.");
        activation.DelayDeactivation(timeSpan);
    }

    public IStorage<TGrainState> GetStorage<TGrainState>(IGrainContext grainContext) =>
        new StateStorageBridge<TGrainState>(
            "state", grainContext, GrainStorageHelpers.GetGrainStorage(grainContext.GrainInstance?.GetType() ?? ((Activation)grainContext).Model.Class, services));

    /// <summary>Throws where code that belongs to a grain runs outside its turns.</summary>
    public static void CheckAccess(IGrainContext? context)
    {
        if (context is null)
            throw new InvalidOperationException("Activation access violation. A non-activation thread attempted to access activation services.");
        if (context is Activation { IsInvalid: true } activation)
            throw new InvalidOperationException($"Attempt to access an invalid activation: {activation}");
    }
}
