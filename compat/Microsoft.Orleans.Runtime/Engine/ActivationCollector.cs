using Microsoft.Extensions.Logging;

namespace Orleans.Embedded;

/// <summary>Ends activations that nobody has used for their age.</summary>
internal sealed class ActivationCollector(
    GrainCatalog catalog,
    ILogger<ActivationCollector> logger) : IDisposable
{
    private ITimer? _timer;

    public void Start()
    {
        var quantum = catalog.Collection.CollectionQuantum;
        _timer = catalog.CollectionClock.CreateTimer(static self => ((ActivationCollector)self!).CollectByAge(), this, quantum, quantum);
    }

    /// <summary>Ends all that were idle for <paramref name="age"/>, or for the age of their class, and waits until they have ended.</summary>
    public async Task<int> Collect(TimeSpan? age)
    {
        var ending = catalog.All.Where(a => a.DeactivateIfIdle(catalog.CollectionClock, age)).ToArray();
        await Task.WhenAll(ending.Select(a => a.Deactivated));
        if (ending.Length > 0)
            logger.LogDebug("{Count} idle activations were collected.", ending.Length);
        return ending.Length;
    }

    public void Dispose() => _timer?.Dispose();

    private void CollectByAge() => _ = Collect(null);
}
