namespace NBomber.Contracts;

/// <summary>A stretch of load; made by <see cref="CSharp.Simulation"/>.</summary>
public abstract record LoadSimulation
{
    private protected LoadSimulation()
    {
    }

    /// <summary>Planned length; null when it ends with a number of iterations.</summary>
    internal abstract TimeSpan? Length { get; }

    internal sealed record RampingConstant(int Copies, TimeSpan During) : LoadSimulation
    {
        internal override TimeSpan? Length => During;
    }

    internal sealed record KeepConstant(int Copies, TimeSpan During) : LoadSimulation
    {
        internal override TimeSpan? Length => During;
    }

    internal sealed record IterationsForConstant(int Copies, int Iterations) : LoadSimulation
    {
        internal override TimeSpan? Length => null;
    }

    internal sealed record RampingInject(int Rate, TimeSpan Interval, TimeSpan During) : LoadSimulation
    {
        internal override TimeSpan? Length => During;
    }

    internal sealed record Inject(int Rate, TimeSpan Interval, TimeSpan During) : LoadSimulation
    {
        internal override TimeSpan? Length => During;
    }

    internal sealed record InjectRandom(int MinRate, int MaxRate, TimeSpan Interval, TimeSpan During) : LoadSimulation
    {
        internal override TimeSpan? Length => During;
    }

    internal sealed record IterationsForInject(int Rate, TimeSpan Interval, int Iterations) : LoadSimulation
    {
        internal override TimeSpan? Length => null;
    }

    internal sealed record Pause(TimeSpan During) : LoadSimulation
    {
        internal override TimeSpan? Length => During;
    }
}
