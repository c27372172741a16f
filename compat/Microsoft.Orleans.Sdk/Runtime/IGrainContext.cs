using Orleans.Core;
using Orleans.Serialization.Invocation;
using Orleans.Timers;

namespace Orleans.Serialization.Invocation
{
    /// <summary>Holds the object a request is for.</summary>
    public interface ITargetHolder
    {
        object? GetTarget();

        object? GetComponent(Type componentType);
    }
}

namespace Orleans.Runtime
{
    /// <summary>One activation of a grain, as the engine sees it.</summary>
    public interface IGrainContext : ITargetHolder, IEquatable<IGrainContext>
    {
        GrainReference GrainReference { get; }

        GrainId GrainId { get; }

        object? GrainInstance { get; }

        ActivationId ActivationId { get; }

        IServiceProvider ActivationServices { get; }

        IGrainLifecycle ObservableLifecycle { get; }

        IWorkItemScheduler Scheduler { get; }

        /// <summary>Completes when the activation has ended.</summary>
        Task Deactivated { get; }

        void SetComponent<TComponent>(TComponent? value)
            where TComponent : class;

        void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
    }

    /// <summary>The activation whose turn it is.</summary>
    public interface IGrainContextAccessor
    {
        IGrainContext GrainContext { get; }
    }

    /// <summary>Queues work as turns of an activation.</summary>
    public interface IWorkItemScheduler
    {
        void QueueAction(Action action);

        void QueueTask(Task task);
    }

    /// <summary>The lifecycle of an activation; stages in <see cref="GrainLifecycleStage"/>.</summary>
    public interface IGrainLifecycle : ILifecycleObservable;

    /// <summary>Stages of an activation's start, in order; its end passes them backwards.</summary>
    public static class GrainLifecycleStage
    {
        public const int First = int.MinValue;
        public const int SetupState = 1000;
        public const int Activate = 2000;
        public const int Last = int.MaxValue;
    }

    /// <summary>What the engine offers to grain base classes.</summary>
    public interface IGrainRuntime
    {
        string SiloIdentity { get; }

        SiloAddress SiloAddress { get; }

        IGrainFactory GrainFactory { get; }

        ITimerRegistry TimerRegistry { get; }

        IServiceProvider ServiceProvider { get; }

        TimeProvider TimeProvider { get; }

        void DeactivateOnIdle(IGrainContext grainContext);

        void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan);

        IStorage<TGrainState> GetStorage<TGrainState>(IGrainContext grainContext);
    }

    /// <summary>The activation whose turn runs on this thread, if any.</summary>
    internal static class RuntimeContext
    {
        [ThreadStatic]
        private static IGrainContext? s_current;

        public static IGrainContext? Current => s_current;

        public static IGrainContext? Exchange(IGrainContext? context)
        {
            var previous = s_current;
            s_current = context;
            return previous;
        }
    }
}
