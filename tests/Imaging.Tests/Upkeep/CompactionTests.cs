using Microsoft.Extensions.Logging.Abstractions;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;
using Regional.Imaging.Storage;
using Regional.Imaging.Tests.Index;
using Regional.Imaging.Tests.Packs;
using Regional.Imaging.Tests.Storage;
using Regional.Imaging.Upkeep;
using Regional.TestKit;

namespace Regional.Imaging.Tests.Upkeep;

/// <summary>
/// R4.3.1-6, proof.md "What must be survived" 1: a compaction may be cut at any step, also its recovery, and those who read meanwhile get the
/// right bytes.
/// </summary>
public sealed class CompactionTests
{
    private static readonly CompactionOptions Everything = new() { DeadShare = 0, SmallShare = 0.5, BytesPerSecond = 0 };
    private static readonly Tear[] Tears = [Tear.LoseAll, Tear.KeepAll, Tear.CutAtSector, Tear.AnySector];

    [Fact]
    public async Task Every_step_of_a_compaction_may_be_the_last()
    {
        using var start = await StartAsync();
        var whole = await CompactAsync(start, crashAt: 0, Tear.KeepAll, seed: 0);
        whole.Trace.ShouldContain(step => step.StartsWith("rename comp-", StringComparison.Ordinal));
        whole.Trace.ShouldContain(step => step.StartsWith("delete pack-", StringComparison.Ordinal));
        // The last steps are those of the orderly end.
        for (var step = 1; step <= whole.Trace.Count; step++)
        {
            var before = step > 1 ? whole.Trace[step - 2] : "";
            // Between two records copied nothing differs; every other step is walked with each tear that tells something of it.
            Tear[] tears = whole.Trace[step - 1] == before ? [Tears[step % Tears.Length]] : [Tear.LoseAll, Tears[1 + step % 3]];
            foreach (var tear in tears) await CompactAsync(start, step, tear, step);
        }
    }

    [Fact]
    public async Task A_second_crash_during_the_recovery_loses_nothing_either()
    {
        using var start = await StartAsync();
        for (var seed = 1; seed <= 10; seed++) await CompactAsync(start, new Random(seed).Next(20, 75), Tears[seed % Tears.Length], seed, crashesAfter: 3);
    }

    [Fact]
    public async Task Readers_get_the_right_bytes_at_every_step_and_the_old_pack_goes_with_the_last_of_them()
    {
        using var start = await StartAsync();
        var disk = start.Disk.Reboot(Tear.KeepAll, 0);
        await using var database = start.CopyIndex();
        await using var archive = await OpenAsync(disk, database, start.Folder);
        var addresses = new Dictionary<string, RecordAddress>();
        foreach (var uid in start.Living) addresses[uid] = (await archive.Index.GetInstanceAsync(uid, default)).ShouldNotBeNull().Address;
        var held = start.Living.Where(uid => addresses[uid].Pack == 1).ToArray();
        var slow = archive.Packs.OpenData(addresses[held[0]]).ShouldNotBeNull();
        List<CompactionState> seen = [];
        var points = Enum.GetValues<CompactionState>().ToDictionary(state => state, _ => new SyncPoint());
        archive.Compaction.Reached = state =>
        {
            seen.Add(state);
            return points[state].WaitToContinueAsync();
        };

        var compacting = Task.Run(() => archive.CompactAsync(Everything, null, default));
        foreach (var state in new[] { CompactionState.Hardening, CompactionState.Publishing, CompactionState.Flipping, CompactionState.Retiring })
        {
            await points[state].ReachedAsync();
            foreach (var uid in start.Living)
            {
                Read(archive, addresses[uid]).ShouldBe(start.Bytes[uid], $"{state}, by the address of before");
                Read(archive, (await archive.Index.GetInstanceAsync(uid, default)).ShouldNotBeNull().Address).ShouldBe(start.Bytes[uid], $"{state}, asked now");
            }
            points[state].Continue();
            if (state != CompactionState.Retiring) continue;
            // Later groups of the same run are let through.
            archive.Compaction.Reached = null;
        }
        (await compacting.WaitAsync(TimeSpan.FromSeconds(60))).BytesGivenBack.ShouldBeGreaterThan(0);

        foreach (var uid in start.Living) Read(archive, addresses[uid]).ShouldBe(start.Bytes[uid], "a list made before the compaction");
        disk.FileExists("/packs/pack-0000000001.pack").ShouldBeTrue("somebody reads it still");
        var bytes = new byte[slow.Length];
        slow.Read(0, bytes);
        bytes.ShouldBe(start.Bytes[held[0]]);
        slow.Dispose();
        await ConditionAsync(() => !disk.FileExists("/packs/pack-0000000001.pack") && !disk.FileExists("/packs/pack-0000000001.seal"));
        seen.ShouldContain(CompactionState.Retiring);
    }

    [Fact]
    public async Task Wrong_bytes_are_never_carried_on_and_damage_without_another_copy_keeps_its_pack()
    {
        using var start = await StartAsync();
        var disk = start.Disk.Reboot(Tear.KeepAll, 0);
        await using var database = start.CopyIndex();
        var alarms = new AlarmLog();
        await using var archive = await OpenAsync(disk, database, start.Folder, alarms);
        var hit = (await archive.Index.GetInstanceAsync(start.Living.First(), default)).ShouldNotBeNull();
        hit.Address.Pack.ShouldBe(1);
        disk.Corrupt("/packs/pack-0000000001.pack", hit.Address.DataOffset + hit.Address.DataLength - 3);

        (await archive.CompactAsync(Everything, null, default)).Abandoned.ShouldBe(1);
        alarms.Raised.ShouldHaveSingleItem().SopInstanceUid.ShouldBe(hit.SopInstanceUid);
        await archive.WaitIndexedAsync(archive.Packs.CommittedEnd, default);
        await archive.CompactAsync(Everything, null, default);
        disk.FileExists("/packs/pack-0000000001.pack").ShouldBeTrue("the damaged bytes may be all that is left of it");

        // It comes again; now nothing keeps the old pack.
        (await StoreAsync(archive, Slice(hit.SopInstanceUid))).ShouldBeOfType<StoreResult.Stored>();
        await archive.CompactAsync(Everything, null, default);
        await ConditionAsync(() => !disk.FileExists("/packs/pack-0000000001.pack"));
        foreach (var uid in start.Living) Read(archive, (await archive.Index.GetInstanceAsync(uid, default)).ShouldNotBeNull().Address).ShouldBe(start.Bytes[uid]);
    }

    [Fact]
    public async Task A_full_disk_and_a_failing_device_leave_everything_as_it_was()
    {
        using var start = await StartAsync();
        foreach (var (operation, error) in new[] { ("create", 28), ("write", 28), ("sync", 5), ("rename", 5) })
        {
            var disk = start.Disk.Reboot(Tear.KeepAll, 0);
            await using var database = start.CopyIndex();
            await using var archive = await OpenAsync(disk, database, start.Folder);
            disk.Fault = (what, name) => what == operation && name.StartsWith("comp-", StringComparison.Ordinal) ? error : null;
            (await archive.CompactAsync(Everything, null, default)).ShouldBe(CompactionReport.Nothing with { Abandoned = 3 }, operation);
            disk.List("/packs").ShouldAllBe(name => name.StartsWith("pack-", StringComparison.Ordinal), operation);
            await CheckAsync(archive, start, operation);
            disk.Fault = null;
            (await archive.CompactAsync(Everything, null, default)).BytesGivenBack.ShouldBeGreaterThan(0, operation);
            await CheckAsync(archive, start, operation);
        }
    }

    /// <summary>Compacts a copy of the start up to the crash, starts again and again, and looks.</summary>
    private static async Task<SimulatedDisk> CompactAsync(Start start, int crashAt, Tear tear, int seed, int crashesAfter = 0)
    {
        var where = $"step {crashAt}, {tear}, seed {seed}";
        var disk = start.Disk.Reboot(Tear.KeepAll, 0);
        disk.CrashAt = crashAt;
        await using var database = start.CopyIndex();
        try
        {
            await using var archive = await OpenAsync(disk, database, start.Folder);
            await archive.CompactAsync(Everything, null, default);
        }
        catch (IOException) when (disk.Crashed)
        {
            // The compaction was cut short.
        }
        var ran = disk;
        var random = new Random(seed);
        for (var again = 0; again < crashesAfter; again++)
        {
            disk = disk.Reboot(Tears[random.Next(Tears.Length)], random.Next());
            disk.CrashAt = random.Next(1, 8);
            try
            {
                await using var archive = await OpenAsync(disk, database, start.Folder);
                await archive.CompactAsync(Everything, null, default);
            }
            catch (IOException) when (disk.Crashed)
            {
                // The recovery itself was cut short.
            }
        }
        disk = disk.Reboot(tear, seed);
        string grown;
        await using (var archive = await OpenAsync(disk, database, start.Folder))
        {
            await CheckAsync(archive, start, where);
            grown = await IndexDump.OfAsync(database, withCounters: false);
        }
        await using var empty = IndexDatabase.Sqlite(Path.Combine(start.Folder, Guid.NewGuid().ToString("N") + ".db"), syncEachCommit: false);
        await using (var rebuilt = await OpenAsync(disk.Reboot(Tear.LoseAll, 0), empty, start.Folder))
            await CheckAsync(rebuilt, start, where + ", rebuilt");
        (await IndexDump.OfAsync(empty, withCounters: false)).ShouldBe(grown, where);
        return ran;
    }

    private static async Task CheckAsync(ImageArchive archive, Start start, string where)
    {
        (await archive.Index.GetTotalsAsync(default)).Instances.ShouldBe(start.Living.Count + start.Evicted.Count, where);
        foreach (var uid in start.Living)
            Read(archive, (await archive.Index.GetInstanceAsync(uid, default)).ShouldNotBeNull(where).Address).ShouldBe(start.Bytes[uid], where);
        foreach (var uid in start.Evicted) (await archive.Index.GetInstanceAsync(uid, default)).ShouldNotBeNull(where).IsLocal.ShouldBeFalse(where);
        var sequence = await archive.Index.GetInstancesAfterAsync(0, 1000, default);
        sequence.Select(instance => instance.SopInstanceUid).ShouldBe(start.InOrder, where);
    }

    /// <summary>Three full packs and one that is being written; of the first two much is dead: deleted, evicted, stored again.</summary>
    private static async Task<Start> StartAsync()
    {
        var start = new Start();
        await using var database = start.OpenIndex();
        await using (var archive = await OpenAsync(start.Disk, database, start.Folder))
        {
            for (var number = 1; number <= 30; number++) (await StoreAsync(archive, new Slice(1 + number % 3, 1, number))).ShouldBeOfType<StoreResult.Stored>();
            await archive.DeleteAsync(new Slice(1, 1, 1).StudyUid, "", "", "test", default);
            await archive.DeleteAsync(new Slice(2, 1, 1).StudyUid, "", new Slice(2, 1, 1).SopInstanceUid, "test", default);
            foreach (var number in new[] { 3, 6, 9 }) await StoreAsync(archive, new Slice(1, 1, number));
            string[] away = [new Slice(2, 1, 4).SopInstanceUid, new Slice(3, 1, 5).SopInstanceUid, new Slice(1, 1, 3).SopInstanceUid];
            (await archive.EvictAsync(away, new Always(archive), default)).ShouldAllBe(one => one.Outcome == EvictionOutcome.Evicted);
            using (var buffer = archive.Buffers.Rent())
            {
                buffer.Write(Slice(away[0]).Bytes());
                await archive.KeepCopyAsync(Slice(away[0]).Identity, buffer, default);
            }
            for (var number = 1; number <= 12; number++) await StoreAsync(archive, new Slice(4, 1, number));
            start.Evicted.AddRange(away[1..]);
            start.InOrder.AddRange((await archive.Index.GetInstancesAfterAsync(0, 1000, default)).Select(instance => instance.SopInstanceUid));
            start.Living.AddRange(start.InOrder.Except(start.Evicted));
            foreach (var uid in start.Living) start.Bytes[uid] = Slice(uid).Bytes();
        }
        return start;
    }

    private static Slice Slice(string uid)
    {
        var parts = uid.Split('.').TakeLast(3).Select(part => int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        return new Slice(parts[0], parts[1], parts[2]);
    }

    private static Task<ImageArchive> OpenAsync(SimulatedDisk disk, IndexDatabase database, string folder, AlarmLog? alarms = null) => ImageArchive.OpenAsync(
        new ImageArchiveOptions
        {
            Packs = new PackStoreOptions { Directory = "/packs", FreeSpaceWatermark = 0, PackSize = 16_384, IdleCheckpoint = null },
            Buffers = new ReceiveBufferOptions { SpoolDirectory = Path.Combine(folder, "spool") },
            Acknowledge = AcknowledgeAfter.Index
        },
        disk, database, alarms ?? new AlarmLog(), TimeProvider.System, NullLoggerFactory.Instance, default);

    private static async Task<StoreResult> StoreAsync(ImageArchive archive, Slice slice)
    {
        using var buffer = archive.Buffers.Rent();
        buffer.Write(slice.Bytes());
        return await archive.StoreAsync(slice.Identity, buffer, default);
    }

    private static byte[] Read(ImageArchive archive, RecordAddress address)
    {
        using var slice = archive.Packs.OpenData(address).ShouldNotBeNull();
        var bytes = new byte[slice.Length];
        slice.Read(0, bytes).ShouldBe(bytes.Length);
        return bytes;
    }

    private static async Task ConditionAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private sealed class Always(ImageArchive archive) : IAcknowledgedCopies
    {
        public async ValueTask<AcknowledgedCopy?> FindAsync(string sopInstanceUid, CancellationToken cancellation) =>
            new((await archive.Index.GetInstanceAsync(sopInstanceUid, cancellation))!.Hash, 2);
    }

    /// <summary>A disk and an index before a compaction, to begin from again and again.</summary>
    private sealed class Start : IDisposable
    {
        // The packs are simulated, the index is real: in memory, since its syncs are not what is tested.
        public string Folder { get; } = Directory.CreateDirectory(
            Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), "regional-compaction-" + Guid.NewGuid().ToString("N"))).FullName;

        public SimulatedDisk Disk { get; } = new();

        public List<string> Living { get; } = [];

        public List<string> Evicted { get; } = [];

        public List<string> InOrder { get; } = [];

        public Dictionary<string, byte[]> Bytes { get; } = [];

        public IndexDatabase OpenIndex() => IndexDatabase.Sqlite(Path.Combine(Folder, "index.db"));

        public IndexDatabase CopyIndex()
        {
            var path = Path.Combine(Folder, Guid.NewGuid().ToString("N") + ".db");
            File.Copy(Path.Combine(Folder, "index.db"), path);
            return IndexDatabase.Sqlite(path, syncEachCommit: false);
        }

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}
