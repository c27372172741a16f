using System.Collections.Concurrent;
using Regional.Compat.Orleans.Tests.Hosting;

namespace Regional.Compat.Orleans.Tests.Life;

[Alias("tests.ILifeGrain")]
public interface ILifeGrain : IGrainWithStringKey
{
    [Alias("Activation")] Task<Guid> Activation();

    /// <summary>Asks to be deactivated, then waits at the gate.</summary>
    [Alias("LeaveThenWait")] Task<Guid> LeaveThenWait(string gate);

    [Alias("StayAtLeast")] Task StayAtLeast(TimeSpan time);

    [Alias("StartTimer")] Task StartTimer(string gate, TimeSpan due, TimeSpan period, bool interleave, bool keepAlive);

    [Alias("StopTimer")] Task StopTimer();

    [Alias("WaitHere")] Task WaitHere(string gate);

    [Alias("Ticks")] Task<int> Ticks();
}

[Alias("tests.IBrokenGrain")]
public interface IBrokenGrain : IGrainWithStringKey
{
    [Alias("Touch")] Task Touch();
}

/// <summary>What activations of <see cref="LifeGrain"/> have gone through, by key.</summary>
public static class LifeRecord
{
    public static ConcurrentDictionary<string, ConcurrentQueue<string>> Events { get; } = new();

    private static readonly ConcurrentDictionary<string, TaskCompletionSource<string>> s_ends = new();

    public static void Add(string key, string what)
    {
        Events.GetOrAdd(key, _ => new()).Enqueue(what);
        if (what.StartsWith("deactivated", StringComparison.Ordinal))
            End(key).TrySetResult(what);
    }

    /// <summary>Completes with its reason when the first activation of a grain has ended.</summary>
    public static Task<string> Ended(string key) => End(key).Task;

    private static TaskCompletionSource<string> End(string key) =>
        s_ends.GetOrAdd(key, _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));
}

[GrainType("life")]
public sealed class LifeGrain : Grain, ILifeGrain
{
    private readonly Guid _activation = Guid.NewGuid();
    private IGrainTimer? _timer;
    private int _ticks;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        LifeRecord.Add(this.GetPrimaryKeyString(), "activated");
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        LifeRecord.Add(this.GetPrimaryKeyString(), $"deactivated {reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public Task<Guid> Activation() => Task.FromResult(_activation);

    public async Task<Guid> LeaveThenWait(string gate)
    {
        DeactivateOnIdle();
        await Gate.Of(gate).Pass();
        return _activation;
    }

    public Task StayAtLeast(TimeSpan time)
    {
        DelayDeactivation(time);
        return Task.CompletedTask;
    }

    public Task StartTimer(string gate, TimeSpan due, TimeSpan period, bool interleave, bool keepAlive)
    {
        _timer = this.RegisterGrainTimer(
            async token =>
            {
                _ticks++;
                await Gate.Of(gate).Pass().WaitAsync(token);
            },
            new GrainTimerCreationOptions(due, period) { Interleave = interleave, KeepAlive = keepAlive });
        return Task.CompletedTask;
    }

    public Task StopTimer()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public Task WaitHere(string gate) => Gate.Of(gate).Pass();

    public Task<int> Ticks() => Task.FromResult(_ticks);
}

[GrainType("broken")]
public sealed class BrokenGrain : Grain, IBrokenGrain
{
    public override Task OnActivateAsync(CancellationToken cancellationToken) => throw new CallException("will not start") { Code = 3 };

    public Task Touch() => Task.CompletedTask;
}
