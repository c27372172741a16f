using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Regional.Devices;
using Regional.Silo.Storage;
using Regional.Silo.Tests.Hosting;

namespace Regional.Silo.Tests.Sweeping;

public sealed class DueSweeperTests
{
    [Fact]
    public async Task After_a_start_all_that_wait_are_woken_at_once_however_many()
    {
        const int Waiting = 1_234;
        using var region = new SmallRegion();
        await using (var database = new SqliteDatabase(CentreStorage.CentrePath(region.Cluster)))
        {
            await Migrations.Apply(database, "centre", TimeProvider.System);
            var due = new DueTable(database);
            var before = TimeProvider.System.GetUtcNow().AddMinutes(-1);
            // Many at the same instant: a page may end among them.
            await Task.WhenAll(Enumerable.Range(0, Waiting).Select(i => due.Note($"dev:nowhere:{i}", before)));
        }

        var woken = new WokenDevices(Waiting);
        var host = await region.Start(configure: builder => builder.Services.AddSingleton<IIncomingGrainCallFilter>(woken));
        try
        {
            await woken.All.Task.WaitAsync(TimeSpan.FromSeconds(40));
            woken.Most.ShouldBeInRange(1, 8, "a few at once");
            woken.Times.Values.ShouldAllBe(times => times == 1, "each once in a sweep");
        }
        finally
        {
            await SmallRegion.Stop(host);
        }
    }

    /// <summary>Counts, and lets nothing through: the notes stay, as those of grains that cannot deliver do.</summary>
    private sealed class WokenDevices(int expected) : IIncomingGrainCallFilter
    {
        private int running;

        public ConcurrentDictionary<string, int> Times { get; } = new(StringComparer.Ordinal);

        public TaskCompletionSource All { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Most { get; private set; }

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.InterfaceMethod.Name != nameof(IDeviceGrain.Deliver))
            {
                await context.Invoke();
                return;
            }

            var now = Interlocked.Increment(ref running);
            lock (All)
                Most = Math.Max(Most, now);
            await Task.Yield();
            Times.AddOrUpdate(context.TargetId.Key.ToString()!, 1, (_, times) => times + 1);
            Interlocked.Decrement(ref running);
            if (Times.Count == expected)
                All.TrySetResult();
        }
    }
}
