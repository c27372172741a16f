using Orleans.Concurrency;
using Orleans.Serialization.Invocation;
using Regional.Compat.Orleans.Tests.Hosting;

namespace Regional.Compat.Orleans.Tests.Turns;

[Alias("tests.ITurnGrain")]
public interface ITurnGrain : IGrainWithStringKey
{
    /// <summary>Waits at the gate and gives how many requests were under way at the most.</summary>
    [Alias("Wait")] Task<int> Wait(string gate);

    [ReadOnly, Alias("Look")] Task<int> Look(string gate);

    [AlwaysInterleave, Alias("Interleave")] Task<int> Interleave();

    [Alias("Append")] Task Append(int number);

    [Alias("Appended")] Task<List<int>> Appended();

    /// <summary>Counts up over an await in many steps; another turn in between would be seen.</summary>
    [Alias("CountSlowly")] Task<int> CountSlowly();

    /// <summary>Asks the next grain to ask this one.</summary>
    [Alias("AskThrough")] Task<string> AskThrough(string other, bool allowReentrancy);

    [Alias("AskBack")] Task<string> AskBack(string first);

    [Alias("Name")] Task<string> Name();

    [Alias("Forgiving")] Task Forgiving(string gate);
}

public abstract class TurnGrainBase : Grain
{
    private readonly List<int> _numbers = [];
    private int _count;
    private int _underWay;
    private int _most;

    public async Task<int> Wait(string gate)
    {
        _most = Math.Max(_most, ++_underWay);
        await Gate.Of(gate).Pass();
        _underWay--;
        return _most;
    }

    public Task<int> Look(string gate) => Wait(gate);

    public Task<int> Interleave() => Task.FromResult(_underWay);

    public Task Append(int number)
    {
        _numbers.Add(number);
        return Task.CompletedTask;
    }

    public Task<List<int>> Appended() => Task.FromResult(_numbers);

    public async Task<int> CountSlowly()
    {
        for (var i = 0; i < 10; i++)
        {
            var before = _count;
            await Task.Yield();
            _count = before + 1;
        }

        return _count;
    }

    public async Task<string> AskThrough(string other, bool allowReentrancy)
    {
        using var section = allowReentrancy ? RequestContext.AllowCallChainReentrancy() : default;
        return await GrainFactory.GetGrain<ITurnGrain>(other, "Regional.Compat.Orleans.Tests.Turns.PlainTurnGrain").AskBack(this.GetPrimaryKeyString());
    }

    public Task<string> AskBack(string first) =>
        GrainFactory.GetGrain<ITurnGrain>(first, "Regional.Compat.Orleans.Tests.Turns.PlainTurnGrain").Name();

    public Task<string> Name() => Task.FromResult(this.GetPrimaryKeyString());

    public Task Forgiving(string gate) => Gate.Of(gate).Pass();
}

[GrainType("plain-turn")]
public sealed class PlainTurnGrain : TurnGrainBase, ITurnGrain;

[GrainType("reentrant-turn"), Reentrant]
public sealed class ReentrantTurnGrain : TurnGrainBase, ITurnGrain;

[GrainType("choosy-turn"), MayInterleave(nameof(MayStart))]
public sealed class ChoosyTurnGrain : TurnGrainBase, ITurnGrain
{
    public static bool MayStart(IInvokable request) => request.GetMethodName() == nameof(ITurnGrain.Name);
}
