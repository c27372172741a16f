using Orleans.TestingHost;
using Xunit.Abstractions;

namespace Regional.Compat.Orleans.Tests.Performance;

[Alias("tests.IPingGrain")]
public interface IPingGrain : IGrainWithIntegerKey
{
    [Alias("Ping")] ValueTask<int> Ping(int number);
}

[GrainType("ping")]
public sealed class PingGrain : Grain, IPingGrain
{
    public ValueTask<int> Ping(int number) => new(number);
}

/// <summary>How many calls grains take. The figure is printed; the bar only catches a collapse on a busy machine.</summary>
public sealed class ThroughputTests(ITestOutputHelper output)
{
    private const int Callers = 32;
    private const int CallsEach = 20_000;

    [Fact]
    public async Task Grain_calls_per_second()
    {
        await using var cluster = await Start();
        await Measure(cluster, CallsEach / 10);

        var perSecond = await Measure(cluster, CallsEach);

        output.WriteLine($"{perSecond:N0} grain calls per second from {Callers} callers.");
        perSecond.ShouldBeGreaterThan(5_000);
    }

    private static async Task<TestCluster> Start()
    {
        var cluster = new TestClusterBuilder(1).Build();
        await cluster.DeployAsync();
        return cluster;
    }

    private static async Task<double> Measure(TestCluster cluster, int callsEach)
    {
        var started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(i => Task.Run(async () =>
        {
            var grain = cluster.GrainFactory.GetGrain<IPingGrain>(i);
            for (var call = 0; call < callsEach; call++)
                await grain.Ping(call);
        })));
        return Callers * callsEach / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }
}
