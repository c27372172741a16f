using System.Collections.Concurrent;
using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace NBomber.Domain;

/// <summary>One scenario within a session: its copies, its measurements, its end.</summary>
internal sealed class ScenarioRun(Session session, ScenarioProps props, int sortIndex) : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource cancelled = new();
    private readonly ConcurrentBag<ScenarioCopy> idle = [];
    private long started;
    private int copies;
    private TimeSpan? executed;
    private volatile Measurements? written;

    public Session Session => session;

    public ScenarioProps Props => props;

    /// <summary>Where iterations that start now are counted; replaced between warm-up and bombing.</summary>
    public Measurements Phase { get; private set; } = new();

    public ScenarioOperation Operation { get; private set; } = ScenarioOperation.Init;

    /// <summary>Cancelled when no further load is wanted.</summary>
    public CancellationToken Stopping => stop.Token;

    /// <summary>Cancelled when running iterations must end, too.</summary>
    public CancellationToken Cancelled => cancelled.Token;

    public LoadSimulationStats Simulation { get; set; } = new();

    public TimeSpan Elapsed => executed ?? session.Clock.GetElapsedTime(started);

    public void Begin(ScenarioOperation operation)
    {
        Operation = operation;
        Phase = new Measurements();
        executed = null;
        started = session.Clock.GetTimestamp();
    }

    /// <summary>No more load: rates are computed over the time until now.</summary>
    public void LoadEnded() => executed ??= session.Clock.GetElapsedTime(started);

    public ScenarioCopy Rent() => idle.TryTake(out var copy) ? copy : new ScenarioCopy(this, Interlocked.Increment(ref copies) - 1);

    public void Return(ScenarioCopy copy) => idle.Add(copy);

    /// <summary>Iterations that end from now on are no longer counted: they were written off.</summary>
    public void Seal() => written = Phase;

    public void Finished(Measurements phase, IResponse response, TimeSpan latency)
    {
        if (ReferenceEquals(phase, written)) return;
        phase.AddIteration(response, latency);
        if (response.IsError && phase.Failures >= props.MaxFailCount) session.Stop($"scenario '{props.ScenarioName}' reached its max fail count of {props.MaxFailCount}");
    }

    public ScenarioInfo Describe(int number) => new()
    {
        InstanceId = $"{props.ScenarioName}_{number}",
        InstanceNumber = number,
        ScenarioName = props.ScenarioName,
        ScenarioDuration = LoadLane.PlannedLength(props.LoadSimulations),
        ScenarioOperation = Operation,
    };

    public ScenarioStats ToStats(OperationType operation) => Phase.ToStats(props.ScenarioName, sortIndex, Elapsed, Simulation, operation);

    public void Stop() => stop.Cancel();

    public void Cancel() => cancelled.Cancel();

    public void Dispose()
    {
        stop.Dispose();
        cancelled.Dispose();
    }
}
