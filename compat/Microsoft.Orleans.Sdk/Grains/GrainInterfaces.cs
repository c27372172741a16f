using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>Anything a message can be sent to.</summary>
    public interface IAddressable;
}

namespace Orleans
{
    /// <summary>A grain. Contracts derive from one of the keyed forms.</summary>
    public interface IGrain : IAddressable;

    public interface IGrainWithStringKey : IGrain;

    public interface IGrainWithGuidKey : IGrain;

    public interface IGrainWithIntegerKey : IGrain;

    public interface IGrainWithGuidCompoundKey : IGrain;

    public interface IGrainWithIntegerCompoundKey : IGrain;

    /// <summary>
    /// An object outside the grains that grains can call once it was given to
    /// <see cref="IGrainFactory.CreateObjectReference{TGrainObserverInterface}"/>. It is held weakly.
    /// </summary>
    public interface IGrainObserver : IAddressable;

    /// <summary>A class of the engine's own that takes messages.</summary>
    public interface ISystemTarget : IAddressable;

    /// <summary>What every grain class implements; <see cref="Grain"/> does.</summary>
    public interface IGrainBase
    {
        IGrainContext GrainContext { get; }

        Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

        Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
    }
}
