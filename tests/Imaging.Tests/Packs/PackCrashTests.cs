using System.Collections.Concurrent;
using Regional.Imaging.Packs;
using Regional.Imaging.Tests.Storage;

namespace Regional.Imaging.Tests.Packs;

/// <summary>proof.md "What must be survived" 1, on the layer that drops what was not synced: acknowledged ⊆ stored, bytes equal, nothing twice.</summary>
public sealed class PackCrashTests
{
    private static readonly Tear[] Tears = [Tear.LoseAll, Tear.KeepAll, Tear.CutAtSector, Tear.AnySector, Tear.AnySector];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_step_of_the_write_protocol_may_be_the_last(bool producerWrites)
    {
        var whole = new SimulatedDisk();
        var everything = await ScenarioAsync(whole, producerWrites);
        everything.Count.ShouldBe(14);
        whole.Trace.ShouldContain(step => step.StartsWith("rename", StringComparison.Ordinal));

        for (var step = 1; step <= whole.Steps; step++)
        {
            for (var variant = 0; variant < Tears.Length; variant++)
            {
                var disk = new SimulatedDisk { CrashAt = step };
                var acknowledged = await ScenarioAsync(disk, producerWrites);
                var rebooted = disk.Reboot(Tears[variant], step * 10 + variant);
                await CheckAsync(rebooted, acknowledged, $"step {step} of {whole.Steps}, {whole.Trace[step - 1]}, {Tears[variant]}");
            }
        }
    }

    [Fact]
    public async Task A_second_crash_during_recovery_loses_nothing_either()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var disk = new SimulatedDisk { CrashAt = random.Next(5, 60) };
            var acknowledged = await ScenarioAsync(disk);
            for (var again = 0; again < 3; again++)
            {
                disk = disk.Reboot(Tears[random.Next(Tears.Length)], random.Next());
                disk.CrashAt = random.Next(1, 6);
                try
                {
                    await using var _ = await PackFixture.OpenAsync(disk);
                }
                catch (IOException) when (disk.Crashed)
                {
                    // The recovery itself was cut short.
                }
            }
            await CheckAsync(disk.Reboot(Tears[random.Next(Tears.Length)], random.Next()), acknowledged, $"seed {seed}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Concurrent_ingest_cut_at_random_points_keeps_what_it_acknowledged(bool producerWrites)
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var disk = new SimulatedDisk { CrashAt = random.Next(5, 120) };
            ConcurrentDictionary<string, byte[]> acknowledged = new();
            await using (var fixture = await PackFixture.OpenAsync(disk, PackFixture.Small(producerWrites: producerWrites)))
            {
                await Task.WhenAll(Enumerable.Range(0, 4).Select(producer => Task.Run(async () =>
                {
                    var sizes = new Random(seed * 4 + producer);
                    for (var i = 0; i < 25 && !disk.Crashed; i++)
                    {
                        var phantom = new Phantom(producer * 100 + i, sizes.Next(1, 4000));
                        if (await fixture.StoreAsync(phantom) is StoreResult.Stored) acknowledged[phantom.SopInstanceUid] = phantom.Bytes;
                    }
                })));
            }
            await CheckAsync(disk.Reboot(Tears[seed % Tears.Length], seed), acknowledged, $"seed {seed}");
        }
    }

    /// <summary>A fixed ingest with rolls, a duplicate, a conflict and an orderly end; returns what was acknowledged.</summary>
    private static async Task<IReadOnlyDictionary<string, byte[]>> ScenarioAsync(SimulatedDisk disk, bool producerWrites = false)
    {
        Dictionary<string, byte[]> acknowledged = [];
        try
        {
            await using var fixture = await PackFixture.OpenAsync(disk, PackFixture.Small(packSize: 8192, producerWrites));
            for (var i = 1; i <= 14; i++)
            {
                var phantom = new Phantom(i, 100 + i * 170);
                if (await fixture.StoreAsync(phantom) is StoreResult.Stored) acknowledged[phantom.SopInstanceUid] = phantom.Bytes;
                if (i == 5) await fixture.StoreAsync(phantom);
                if (i == 6) await fixture.StoreAsync(phantom with { Variant = 1 });
            }
        }
        catch (IOException) when (disk.Crashed)
        {
            // The very first steps were cut short: the store never opened.
        }
        return acknowledged;
    }

    private static async Task CheckAsync(SimulatedDisk disk, IReadOnlyDictionary<string, byte[]> acknowledged, string where)
    {
        await using (var fixture = await PackFixture.OpenAsync(disk, PackFixture.Small(packSize: 8192)))
        {
            Audit(fixture, acknowledged, where);
            // The sender repeats what it was not told was stored; the store serves.
            for (var i = 1; i <= 14; i++)
                (await fixture.StoreAsync(new Phantom(i, 100 + i * 170, Variant: 7))).ShouldNotBeOfType<StoreResult.OutOfResources>(where);
            Audit(fixture, acknowledged, where + ", after more");
        }
        await using var reopened = await PackFixture.OpenAsync(disk.Reboot(Tear.LoseAll, 0), PackFixture.Small(packSize: 8192));
        Audit(reopened, acknowledged, where + ", reopened");
    }

    private static void Audit(PackFixture fixture, IReadOnlyDictionary<string, byte[]> acknowledged, string where)
    {
        var instances = PackFixture.AllRecords(fixture.Store).Where(record => record.Header.Kind == RecordKind.Instance).ToList();
        var byUid = instances.GroupBy(record => record.Header.SopInstanceUid).ToDictionary(group => group.Key, group => group.ToList());
        byUid.Values.ShouldAllBe(copies => copies.Count == 1, where);
        foreach (var (uid, bytes) in acknowledged)
        {
            byUid.ShouldContainKey(uid, where);
            fixture.Read(byUid[uid][0].Address).ShouldBe(bytes, where);
        }
        foreach (var record in PackFixture.AllRecords(fixture.Store)) fixture.Store.Check(record.Address).ShouldBe(RecordCheck.Sound, where);
        fixture.Alarms.Raised.ShouldNotContain(alarm => alarm.Kind == PackAlarmKind.RecordDamaged || alarm.Kind == PackAlarmKind.PackDamaged, where);
    }
}
