using System.Collections.Concurrent;
using System.Text.Json;
using Orleans.Configuration;
using Orleans.Embedded;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>
/// Keeps states in memory, for tests: they are gone with the silo. States go through the serializer all the same, and ETags are checked.
/// </summary>
public class MemoryGrainStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string State, GrainId Grain), Stored> _states = new();
    private readonly string _name;
    private readonly IGrainStorageSerializer _serializer;

    internal MemoryGrainStorage(string name, MemoryGrainStorageOptions options)
    {
        _name = name;
        _serializer = options.GrainStorageSerializer ?? new JsonSerializerOfMemory();
    }

    public virtual Task ReadStateAsync<T>(string grainType, GrainId grainId, IGrainState<T> grainState)
    {
        if (_states.TryGetValue((grainType, grainId), out var stored))
        {
            grainState.State = _serializer.Deserialize<T>(stored.Payload);
            grainState.ETag = stored.ETag;
            grainState.RecordExists = true;
        }
        else
        {
            grainState.State = NewState.Of<T>();
            grainState.ETag = null;
            grainState.RecordExists = false;
        }

        return Task.CompletedTask;
    }

    public virtual Task WriteStateAsync<T>(string grainType, GrainId grainId, IGrainState<T> grainState)
    {
        var next = new Stored(_serializer.Serialize(grainState.State), Guid.NewGuid().ToString("N"));
        Swap(grainType, grainId, grainState.ETag, next);
        grainState.ETag = next.ETag;
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public virtual Task ClearStateAsync<T>(string grainType, GrainId grainId, IGrainState<T> grainState)
    {
        Swap(grainType, grainId, grainState.ETag, null);
        grainState.State = NewState.Of<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }

    private void Swap(string state, GrainId grain, string? expected, Stored? next)
    {
        lock (_states)
        {
            var found = _states.TryGetValue((state, grain), out var stored) ? stored.ETag : null;
            if (found != expected)
                throw new InconsistentStateException($"State {state} of {grain} in memory storage {_name} was written by somebody else.", found, expected);
            if (next is null)
                _states.TryRemove((state, grain), out _);
            else
                _states[(state, grain)] = next;
        }
    }

    private sealed record Stored(BinaryData Payload, string ETag);

    private sealed class JsonSerializerOfMemory : IGrainStorageSerializer
    {
        private static readonly JsonSerializerOptions s_options = new() { IncludeFields = true };

        public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, s_options));

        public T? Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input.ToMemory().Span, s_options);
    }
}
