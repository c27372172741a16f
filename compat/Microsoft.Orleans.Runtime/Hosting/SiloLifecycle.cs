namespace Orleans.Runtime
{
    /// <summary>The lifecycle of the silo; stages in <see cref="ServiceLifecycleStage"/>.</summary>
    public interface ISiloLifecycle : ILifecycleObservable;

    /// <summary>Work done once the silo runs.</summary>
    public interface IStartupTask
    {
        Task Execute(CancellationToken cancellationToken);
    }
}

namespace Orleans.Embedded
{
    internal sealed class SiloLifecycle : StagedLifecycle, Runtime.ISiloLifecycle;
}
