using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace NBomber.Domain;

/// <summary>
/// Applies a list of simulations to one scenario, or to a group of weighted ones of which each iteration goes to one. All instants are
/// computed from the lane's start, so that a late tick neither drops nor shifts what follows.
/// </summary>
internal sealed class LoadLane
{
    private static readonly TimeSpan RampStep = TimeSpan.FromMilliseconds(250);
    private readonly IReadOnlyList<ScenarioRun> runs;
    private readonly TimeProvider clock;
    private readonly CancellationToken stop;
    private readonly InFlight inFlight = new();
    private readonly Random random = new();
    private readonly int weights;
    private long began;
    private volatile int wantedCopies;
    private int liveCopies;
    private int iterationsLeft = int.MaxValue;

    public LoadLane(IReadOnlyList<ScenarioRun> runs, TimeProvider clock, CancellationToken stop)
    {
        this.runs = runs;
        this.clock = clock;
        this.stop = stop;
        weights = runs.Count == 1 ? 0 : runs.Sum(r => r.Props.Weight ?? 0);
    }

    public int StillRunning => inFlight.Count;

    public static TimeSpan PlannedLength(IEnumerable<LoadSimulation> simulations) =>
        simulations.Aggregate(TimeSpan.Zero, (sum, s) => sum + (s.Length ?? TimeSpan.Zero));

    /// <summary>Returns when the load has ended; iterations may still be running (<see cref="DrainAsync"/>).</summary>
    public async Task ApplyAsync(IReadOnlyList<LoadSimulation> simulations)
    {
        began = clock.GetTimestamp();
        var at = TimeSpan.Zero;
        var rate = 0;
        try
        {
            foreach (var simulation in simulations)
            {
                (at, rate) = await ApplyAsync(simulation, at, rate);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped by a scenario, a threshold or too many failures.
        }
        finally
        {
            wantedCopies = 0;
            foreach (var run in runs) run.LoadEnded();
        }
    }

    /// <summary>Waits for what still runs; false when the time-out passed first.</summary>
    public async Task<bool> DrainAsync(TimeSpan timeout)
    {
        using var expiry = new CancellationTokenSource(timeout, clock);
        try
        {
            await inFlight.IdleAsync().WaitAsync(expiry.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<(TimeSpan At, int Rate)> ApplyAsync(LoadSimulation simulation, TimeSpan at, int rate)
    {
        switch (simulation)
        {
            case LoadSimulation.KeepConstant keep:
                SetCopies(keep.Copies, nameof(LoadSimulation.KeepConstant));
                await UntilAsync(at + keep.During);
                return (at + keep.During, 0);

            case LoadSimulation.RampingConstant ramp:
                var from = wantedCopies;
                for (var t = RampStep; t <= ramp.During; t += RampStep)
                {
                    SetCopies(from + (int)Math.Round((ramp.Copies - from) * (t / ramp.During)), nameof(LoadSimulation.RampingConstant));
                    await UntilAsync(at + t);
                }

                SetCopies(ramp.Copies, nameof(LoadSimulation.RampingConstant));
                await UntilAsync(at + ramp.During);
                return (at + ramp.During, 0);

            case LoadSimulation.IterationsForConstant fixedNumber:
                Volatile.Write(ref iterationsLeft, fixedNumber.Iterations);
                SetCopies(fixedNumber.Copies, nameof(LoadSimulation.IterationsForConstant));
                await inFlight.IdleAsync().WaitAsync(stop);
                Volatile.Write(ref iterationsLeft, int.MaxValue);
                SetCopies(0, nameof(LoadSimulation.IterationsForConstant));
                return (clock.GetElapsedTime(began), 0);

            case LoadSimulation.Pause pause:
                SetCopies(0, nameof(LoadSimulation.Pause));
                await UntilAsync(at + pause.During);
                return (at + pause.During, 0);

            case LoadSimulation.Inject inject:
                await InjectAsync(at, inject.Interval, inject.During, _ => inject.Rate, nameof(LoadSimulation.Inject));
                return (at + inject.During, inject.Rate);

            case LoadSimulation.RampingInject ramp:
                await InjectAsync(
                    at,
                    ramp.Interval,
                    ramp.During,
                    progress => rate + (int)Math.Round((ramp.Rate - rate) * progress),
                    nameof(LoadSimulation.RampingInject));
                return (at + ramp.During, ramp.Rate);

            case LoadSimulation.InjectRandom any:
                await InjectAsync(at, any.Interval, any.During, _ => random.Next(any.MinRate, any.MaxRate + 1), nameof(LoadSimulation.InjectRandom));
                return (at + any.During, any.MaxRate);

            case LoadSimulation.IterationsForInject count:
                return (await InjectCountAsync(at, count), count.Rate);

            default:
                throw new InvalidOperationException($"Unknown simulation {simulation.GetType().Name}.");
        }
    }

    private async Task InjectAsync(TimeSpan at, TimeSpan interval, TimeSpan during, Func<double, int> rateAt, string name)
    {
        SetCopies(0, name);
        var ticks = (int)Math.Ceiling(during / interval);
        for (var tick = 0; tick < ticks; tick++)
        {
            await UntilAsync(at + (interval * tick));
            Start(rateAt((tick + 1.0) / ticks), at + (interval * tick), name);
        }

        await UntilAsync(at + during);
    }

    private async Task<TimeSpan> InjectCountAsync(TimeSpan at, LoadSimulation.IterationsForInject count)
    {
        SetCopies(0, nameof(LoadSimulation.IterationsForInject));
        var left = count.Iterations;
        var due = at;
        while (left > 0)
        {
            await UntilAsync(due);
            var now = Math.Min(left, count.Rate);
            Start(now, due, nameof(LoadSimulation.IterationsForInject));
            left -= now;
            due += count.Interval;
        }

        await UntilAsync(due);
        return due;
    }

    private void Start(int number, TimeSpan dueAt, string simulation)
    {
        Report(simulation, number);
        var due = began + (long)(dueAt.TotalSeconds * clock.TimestampFrequency);
        for (var i = 0; i < number; i++)
        {
            inFlight.Enter();
            _ = Task.Run(async () =>
            {
                try
                {
                    var run = Pick();
                    var copy = run.Rent();
                    await copy.IterateAsync(due);
                    run.Return(copy);
                }
                finally
                {
                    inFlight.Leave();
                }
            });
        }
    }

    private void SetCopies(int number, string simulation)
    {
        Report(simulation, number);
        wantedCopies = number;
        while (true)
        {
            var live = Volatile.Read(ref liveCopies);
            if (live >= number) return;
            if (Interlocked.CompareExchange(ref liveCopies, live + 1, live) != live) continue;
            inFlight.Enter();
            _ = Task.Run(LoopAsync);
        }
    }

    /// <summary>A copy of the closed model: iterates until there are more copies than wanted.</summary>
    private async Task LoopAsync()
    {
        var own = new Dictionary<ScenarioRun, ScenarioCopy>();
        try
        {
            while (MayContinue())
            {
                var run = Pick();
                if (!own.TryGetValue(run, out var copy)) own[run] = copy = run.Rent();
                await copy.IterateAsync(clock.GetTimestamp());
            }
        }
        finally
        {
            foreach (var (run, copy) in own) run.Return(copy);
            inFlight.Leave();
        }
    }

    private bool MayContinue()
    {
        while (true)
        {
            var live = Volatile.Read(ref liveCopies);
            var surplus = live > wantedCopies || stop.IsCancellationRequested;
            if (!surplus && Interlocked.Decrement(ref iterationsLeft) >= 0) return true;
            if (Interlocked.CompareExchange(ref liveCopies, live - 1, live) == live) return false;
        }
    }

    private ScenarioRun Pick()
    {
        if (runs.Count == 1) return runs[0];
        var drawn = Random.Shared.Next(weights);
        foreach (var run in runs)
        {
            drawn -= run.Props.Weight ?? 0;
            if (drawn < 0) return run;
        }

        return runs[^1];
    }

    private void Report(string simulation, int value)
    {
        foreach (var run in runs) run.Simulation = new LoadSimulationStats { SimulationName = ToSnake(simulation), Value = value };
    }

    private static string ToSnake(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(c) : c.ToString()));

    private async Task UntilAsync(TimeSpan offset)
    {
        // Timers count whole milliseconds and may fire a little early; starting early would flatter the latencies.
        TimeSpan left;
        while ((left = offset - clock.GetElapsedTime(began)) > TimeSpan.Zero)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), clock, stop);
        }

        stop.ThrowIfCancellationRequested();
    }
}

/// <summary>Counts what runs and tells when nothing does.</summary>
internal sealed class InFlight
{
    private readonly Lock gate = new();
    private TaskCompletionSource? idle;

    public int Count { get; private set; }

    public void Enter()
    {
        lock (gate) Count++;
    }

    public void Leave()
    {
        lock (gate)
        {
            if (--Count > 0) return;
            idle?.TrySetResult();
            idle = null;
        }
    }

    public Task IdleAsync()
    {
        lock (gate)
        {
            if (Count == 0) return Task.CompletedTask;
            return (idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
