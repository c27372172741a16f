using System.Collections.Immutable;
using Orleans.Concurrency;
using Regional.Compat.Orleans.Tests.Hosting;

namespace Regional.Compat.Orleans.Tests;

[Alias("tests.ICallGrain")]
public interface ICallGrain : IGrainWithStringKey
{
    [Alias("Never")] Task Never();

    [ResponseTimeout("00:00:00.300"), Alias("NeverSoon")] Task NeverSoon();

    [OneWay, Alias("Tell")] Task Tell(string gate);

    [Alias("Fail")] Task Fail(string text);

    [Alias("LastFailure")] Task<string?> LastFailure();

    [Alias("Work")] Task Work(string gate, CancellationToken cancellationToken);

    [Alias("WasCancelled")] [AlwaysInterleave] Task<bool> WasCancelled();

    [Alias("Keep")] Task<Mutable> Keep(Mutable value);

    [Alias("Kept")] Task<Mutable> Kept();

    [Alias("Echo")] Task<Envelope<Shape>> Echo(Envelope<Shape> envelope);

    [Alias("SameAs")] ValueTask<bool> SameAs(ICallGrain other);

    [Alias("Self")] Task<ICallGrain> Self();

    [Alias("Doubled")] Task<int> Doubled(int number);

    [Alias("ContextValue")] Task<string?> ContextValue(string key);

    /// <summary>Has another grain tell what it finds in its context.</summary>
    [Alias("ContextValueOf")] Task<string?> ContextValueOf(ICallGrain other, string key);
}

[Alias("tests.IWorkerGrain")]
public interface IWorkerGrain : IGrainWithIntegerKey
{
    [Alias("Work")] Task<Guid> Work(string gate);
}

/// <summary>A message that may change, so that it must be copied.</summary>
[GenerateSerializer, Alias("tests.Mutable")]
public sealed class Mutable
{
    [Id(0)] public string Text { get; set; } = "";

    [Id(1)] public List<byte[]> Parts { get; set; } = [];

    [Id(2)] public Mutable? Next { get; set; }
}

[GenerateSerializer, Immutable, Alias("tests.Shape")]
public abstract record Shape([property: Id(0)] string Name);

[GenerateSerializer, Immutable, Alias("tests.Circle")]
public sealed record Circle(string Name, [property: Id(0)] double Radius) : Shape(Name);

[GenerateSerializer, Alias("tests.Colour")]
public enum Colour
{
    Red = 1,
    Blue,
}

/// <summary>A generic message with the kinds of values the product's contracts hold.</summary>
[GenerateSerializer, Alias("tests.Envelope`1")]
public sealed record Envelope<T>(
    [property: Id(0)] T Content,
    [property: Id(1)] ImmutableArray<T> Others,
    [property: Id(2)] DateTimeOffset At,
    [property: Id(3)] TimeSpan? Length,
    [property: Id(4)] Guid Id,
    [property: Id(5)] Colour? Colour,
    [property: Id(6)] Dictionary<string, List<int>> Lists,
    [property: Id(7)] (int Left, string[] Right) Pair);

/// <summary>A failure with a value that travels and one that does not.</summary>
[GenerateSerializer, Alias("tests.CallException")]
public sealed class CallException(string text) : Exception(text)
{
    [Id(0)] public int Code { get; init; }
}

[GrainType("call")]
public sealed class CallGrain : Grain, ICallGrain
{
    private Mutable _kept = new();
    private bool _wasCancelled;
    private CallException? _failure;

    /// <summary>Where work at <paramref name="gate"/> comes by when it is cancelled.</summary>
    internal static string CancelledGate(string gate) => $"{gate}/cancelled";

    public Task Never() => new TaskCompletionSource().Task;

    public Task NeverSoon() => Never();

    public async Task Tell(string gate)
    {
        await Gate.Of(gate).Pass();
        throw new InvalidOperationException("Nobody sees this.");
    }

    public Task Fail(string text)
    {
        _failure = new CallException(text) { Code = 7 };
        throw _failure;
    }

    public Task<string?> LastFailure() => Task.FromResult(_failure?.Data["seen"] as string);

    public async Task Work(string gate, CancellationToken cancellationToken)
    {
        try
        {
            await Gate.Of(gate).Pass().WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _wasCancelled = true;
            _ = Gate.Of(CancelledGate(gate)).Pass();
            throw;
        }
    }

    public Task<bool> WasCancelled() => Task.FromResult(_wasCancelled);

    public Task<Mutable> Keep(Mutable value)
    {
        _kept = value;
        return Task.FromResult(value);
    }

    public Task<Mutable> Kept() => Task.FromResult(_kept);

    public Task<Envelope<Shape>> Echo(Envelope<Shape> envelope) => Task.FromResult(envelope);

    public ValueTask<bool> SameAs(ICallGrain other) => new(other.Equals(this.AsReference<ICallGrain>()));

    public Task<ICallGrain> Self() => Task.FromResult<ICallGrain>(this);

    public Task<int> Doubled(int number) => Task.FromResult(number * 2);

    public Task<string?> ContextValue(string key) => Task.FromResult(RequestContext.Get(key) as string);

    public Task<string?> ContextValueOf(ICallGrain other, string key) => other.ContextValue(key);
}

[GrainType("worker"), StatelessWorker(2)]
public sealed class WorkerGrain : Grain, IWorkerGrain
{
    private readonly Guid _worker = Guid.NewGuid();

    public async Task<Guid> Work(string gate)
    {
        await Gate.Of(gate).Pass();
        return _worker;
    }
}
