using Orleans.Concurrency;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <inheritdoc/>
[GrainType("sys.management"), StatelessWorker, Reentrant]
internal sealed class ManagementGrain(GrainCatalog catalog, ActivationCollector collector, ILocalSiloDetails silo) : Grain, IManagementGrain
{
    public Task<int> GetTotalActivationCount() => Task.FromResult(catalog.Count);

    public Task<SimpleGrainStatistic[]> GetSimpleGrainStatistics() => Task.FromResult(
        catalog.All
            .GroupBy(a => a.Model.Class)
            .Select(g => new SimpleGrainStatistic { GrainType = g.Key.FullName!, SiloAddress = silo.SiloAddress, ActivationCount = g.Count() })
            .ToArray());

    public ValueTask<List<GrainId>> GetActiveGrains(GrainType type) =>
        new(catalog.All.Where(a => a.GrainId.Type == type && a.IsValid).Select(a => a.GrainId).ToList());

    public Task ForceActivationCollection(TimeSpan ageLimit) => collector.Collect(ageLimit);
}
