using NBomber.Contracts;

namespace NBomber.CSharp;

/// <summary>Stretches of load. Inject… is the open model (arrivals do not wait for answers), …Constant the closed one.</summary>
public static class Simulation
{
    /// <summary>Moves the number of looping copies from what it was to <paramref name="copies"/>, linearly.</summary>
    public static LoadSimulation RampingConstant(int copies, TimeSpan during) => new LoadSimulation.RampingConstant(copies, during);

    public static LoadSimulation KeepConstant(int copies, TimeSpan during) => new LoadSimulation.KeepConstant(copies, during);

    public static LoadSimulation IterationsForConstant(int copies, int iterations) => new LoadSimulation.IterationsForConstant(copies, iterations);

    /// <summary>Moves the rate from what it was to <paramref name="rate"/> copies an interval, linearly.</summary>
    public static LoadSimulation RampingInject(int rate, TimeSpan interval, TimeSpan during) => new LoadSimulation.RampingInject(rate, interval, during);

    /// <summary>Starts <paramref name="rate"/> copies at every interval; each runs once.</summary>
    public static LoadSimulation Inject(int rate, TimeSpan interval, TimeSpan during) => new LoadSimulation.Inject(rate, interval, during);

    public static LoadSimulation InjectRandom(int minRate, int maxRate, TimeSpan interval, TimeSpan during) =>
        new LoadSimulation.InjectRandom(minRate, maxRate, interval, during);

    public static LoadSimulation IterationsForInject(int rate, TimeSpan interval, int iterations) =>
        new LoadSimulation.IterationsForInject(rate, interval, iterations);

    public static LoadSimulation Pause(TimeSpan during) => new LoadSimulation.Pause(during);
}
