using System.Collections.Concurrent;

namespace Regional.Silo.Storage;

/// <summary>Says within this process that a site's worklist has moved. Another silo's changes are found by looking.</summary>
internal sealed class WorklistSignal
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);

    /// <summary>Ends at the next move after the call.</summary>
    public Task Next(string site) =>
        _waiting.GetOrAdd(site, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Moved(string site)
    {
        if (_waiting.TryRemove(site, out var signal))
            signal.TrySetResult();
    }
}
