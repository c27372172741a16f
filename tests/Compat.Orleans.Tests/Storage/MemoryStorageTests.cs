using Orleans.Core.Internal;
using Regional.Compat.Orleans.Tests.Hosting;

namespace Regional.Compat.Orleans.Tests.Storage;

/// <summary>The state of a grain with a base class of its own, in memory.</summary>
public sealed class MemoryStorageTests(ClusterFixture fixture) : IClassFixture<ClusterFixture>
{
    [Fact]
    public async Task A_state_outlives_the_activation()
    {
        var grain = fixture.Grains.GetGrain<INoteGrain>(ClusterFixture.NewKey());
        await grain.Write(7);

        await grain.AsReference<IGrainManagementExtension>().DeactivateOnIdle();

        (await grain.Read()).ShouldBe(7);
    }
}
