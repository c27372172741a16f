using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans.Storage;

namespace Regional.Compat.Orleans.Tests.Storage;

[Alias("tests.ICounterGrain")]
public interface ICounterGrain : IGrainWithStringKey
{
    [Alias("Add")] Task<int> Add(int number);

    [Alias("Read")] Task<CounterSnapshot> Read();

    [Alias("Clear")] Task Clear();

    /// <summary>Assigns without writing.</summary>
    [Alias("Assign")] Task Assign(int number);

    [Alias("Activation")] Task<Guid> Activation();
}

[GenerateSerializer, Immutable, Alias("tests.CounterSnapshot")]
public sealed record CounterSnapshot(
    [property: Id(0)] int Number, [property: Id(1)] bool Flag, [property: Id(2)] string? ETag, [property: Id(3)] bool Exists);

public sealed class CounterState
{
    public int Number { get; set; }

    public bool Flag { get; set; } = true;
}

[GrainType("counter")]
public sealed class CounterGrain([PersistentState("counter", "database")] IPersistentState<CounterState> state) : Grain, ICounterGrain
{
    private readonly Guid _activation = Guid.NewGuid();

    public async Task<int> Add(int number)
    {
        state.State.Number += number;
        state.State.Flag = false;
        await state.WriteStateAsync();
        return state.State.Number;
    }

    public Task<CounterSnapshot> Read() =>
        Task.FromResult(new CounterSnapshot(state.State.Number, state.State.Flag, state.Etag, state.RecordExists));

    public Task Clear() => state.ClearStateAsync();

    public Task Assign(int number)
    {
        state.State.Number = number;
        return Task.CompletedTask;
    }

    public Task<Guid> Activation() => Task.FromResult(_activation);
}

[Alias("tests.INoteGrain")]
public interface INoteGrain : IGrainWithStringKey
{
    [Alias("Write")] Task Write(int number);

    [Alias("Read")] Task<int> Read();
}

/// <summary>A grain whose state is its base class's, in the default storage.</summary>
[GrainType("note")]
public sealed class NoteGrain : Grain<CounterState>, INoteGrain
{
    public Task Write(int number)
    {
        State.Number = number;
        return WriteStateAsync();
    }

    public Task<int> Read() => Task.FromResult(State.Number);
}

/// <summary>States as plain JSON, defaults written.</summary>
public sealed class JsonStateSerializer : IGrainStorageSerializer
{
    private static readonly JsonSerializerOptions s_options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, s_options));

    public T? Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input.ToMemory().Span, s_options);
}
