using System.Collections.Concurrent;
using System.Globalization;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Regional.Storage;
using Regional.TestKit;

namespace Regional.Grains.Tests.Hosting;

/// <summary>A storage that keeps what the product's serializer wrote, checks ETags, and fails when told to.</summary>
internal sealed class ByteStorage : IGrainStorage
{
    private readonly RegionalStateSerializer serializer = new();
    private readonly ConcurrentDictionary<string, (byte[] Bytes, long Etag)> rows = new();
    private SyncPoint? hold;
    private int failures;
    private int hollow;

    /// <summary>The next write waits at this point.</summary>
    public void HoldNextWrite(SyncPoint point) => hold = point;

    /// <summary>Somebody else writes the same rows: every ETag in memory is old.</summary>
    public void WriteBehind()
    {
        foreach (var (key, row) in rows) rows[key] = (row.Bytes, row.Etag + 1);
    }

    /// <summary>The grain whose state cannot be read: it cannot activate.</summary>
    public string? Unreadable { get; set; }

    /// <summary>The next write throws and stores nothing.</summary>
    public void FailNextWrite() => failures++;

    /// <summary>The next write is stored, and then throws: the caller cannot know.</summary>
    public void LoseNextAnswer() => hollow++;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (Unreadable is { } broken && grainId.Key.ToString() == broken) throw new IOException("The row cannot be read.");
        if (rows.TryGetValue(Key(stateName, grainId), out var row))
        {
            grainState.State = serializer.Deserialize<T>(new BinaryData(row.Bytes))!;
            grainState.ETag = row.Etag.ToString(CultureInfo.InvariantCulture);
            grainState.RecordExists = true;
        }
        else
        {
            grainState.State = Activator.CreateInstance<T>();
            grainState.RecordExists = false;
        }

        return Task.CompletedTask;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (Interlocked.Exchange(ref hold, null) is { } point) await point.WaitToContinueAsync();
        if (failures > 0)
        {
            failures--;
            throw new IOException("The disk said no.");
        }

        var key = Key(stateName, grainId);
        var etag = rows.TryGetValue(key, out var row) ? row.Etag : 0;
        if ((grainState.ETag ?? "0") != etag.ToString(CultureInfo.InvariantCulture))
            throw new InconsistentStateException("etag", etag.ToString(CultureInfo.InvariantCulture), grainState.ETag ?? "");
        rows[key] = (serializer.Serialize(grainState.State).ToArray(), etag + 1);
        if (hollow > 0)
        {
            hollow--;
            throw new TimeoutException("Written, but the answer was lost.");
        }

        grainState.ETag = (etag + 1).ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        rows.TryRemove(Key(stateName, grainId), out _);
        return Task.CompletedTask;
    }

    /// <summary>True when a stored state of this name has a member whose text begins so.</summary>
    public bool Wrote(string stateName, string member, string beginsWith) => rows.Any(row =>
        row.Key.StartsWith(stateName + "|", StringComparison.Ordinal)
        && System.Text.Encoding.UTF8.GetString(row.Value.Bytes).Contains($"\"{member}\":[\"{beginsWith}", StringComparison.Ordinal));

    private static string Key(string stateName, GrainId grainId) => $"{stateName}|{grainId}";
}
