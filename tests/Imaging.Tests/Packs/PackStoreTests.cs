using System.Text.RegularExpressions;
using Regional.Imaging.Packs;
using Regional.Imaging.Tests.Storage;

namespace Regional.Imaging.Tests.Packs;

/// <summary>R4.3.1-6: the archive keeps what it acknowledged, once, unchanged. Design §5.2 and §5.4.</summary>
public sealed class PackStoreTests
{
    [Fact]
    public async Task What_is_stored_reads_back_byte_for_byte()
    {
        await using var fixture = await PackFixture.OpenAsync(new SimulatedDisk());
        var phantom = new Phantom(1, 5001);

        var stored = (await fixture.StoreAsync(phantom)).ShouldBeOfType<StoreResult.Stored>();

        fixture.Read(stored.Address).ShouldBe(phantom.Bytes);
        stored.Hash.ShouldBe(new ContentHash(System.Security.Cryptography.SHA256.HashData(phantom.Bytes)));
        var record = PackFixture.AllRecords(fixture.Store).ShouldHaveSingleItem();
        record.Header.ShouldBe(RecordHeader.For(RecordKind.Instance, phantom.Identity));
        fixture.Store.Check(stored.Address).ShouldBe(RecordCheck.Sound);
    }

    [Fact]
    public async Task The_sync_comes_between_the_write_and_the_answer_and_the_directory_is_synced_once()
    {
        var disk = new SimulatedDisk();
        await using var fixture = await PackFixture.OpenAsync(disk);
        disk.Trace.ShouldBe(["create pack-0000000001.pack", "write pack-0000000001.pack", "sync pack-0000000001.pack", "sync directory packs"]);
        disk.Trace.Clear();

        await fixture.StoreAsync(new Phantom(1, 700));
        await fixture.StoreAsync(new Phantom(2, 700));

        disk.Trace.ShouldBe(["write pack-0000000001.pack", "sync pack-0000000001.pack", "write pack-0000000001.pack", "sync pack-0000000001.pack"]);
    }

    [Fact]
    public async Task The_prefix_of_an_arrival_is_neither_hashed_nor_stored()
    {
        await using var fixture = await PackFixture.OpenAsync(new SimulatedDisk());
        using var buffer = fixture.Buffers.Rent();
        buffer.Write("file meta information"u8);
        buffer.BeginDataSet();
        buffer.Write("data set"u8);

        var stored = (await fixture.Store.StoreAsync(new Phantom(1, 1).Identity, buffer, CancellationToken.None)).ShouldBeOfType<StoreResult.Stored>();

        fixture.Read(stored.Address).ShouldBe("data set"u8.ToArray());
        stored.Hash.ShouldBe(new ContentHash(System.Security.Cryptography.SHA256.HashData("data set"u8)));
    }

    [Fact]
    public async Task An_arrival_beyond_the_memory_bound_is_spooled_and_stored_whole()
    {
        await using var fixture = await PackFixture.OpenAsync(new SimulatedDisk());
        var spool = Directory.CreateTempSubdirectory("regional-spool");
        var buffers = new ReceiveBuffers(new ReceiveBufferOptions { SpoolDirectory = spool.FullName, MemoryBytes = 200_000, SpoolAbove = 150_000 });
        var large = new Phantom(1, 3_000_000);
        var bytes = large.Bytes;
        using (var buffer = buffers.Rent())
        {
            for (var at = 0; at < bytes.Length; at += 70_001) buffer.Write(bytes.AsSpan(at, Math.Min(70_001, bytes.Length - at)));
            buffer.IsSpooled.ShouldBeTrue();
            buffers.InMemory.ShouldBe(0);
            var stored = (await fixture.Store.StoreAsync(large.Identity, buffer, CancellationToken.None)).ShouldBeOfType<StoreResult.Stored>();
            fixture.Read(stored.Address).ShouldBe(bytes);
        }
        spool.GetFiles().ShouldBeEmpty();
        spool.Delete(recursive: true);
    }

    [Fact]
    public async Task Many_arrivals_stay_within_the_memory_bound()
    {
        var spool = Directory.CreateTempSubdirectory("regional-spool");
        var buffers = new ReceiveBuffers(new ReceiveBufferOptions { SpoolDirectory = spool.FullName, MemoryBytes = 1 << 20, SpoolAbove = 1 << 19 });
        var open = Enumerable.Range(0, 20).Select(_ => buffers.Rent()).ToArray();
        foreach (var buffer in open)
        {
            buffer.Write(new byte[400_000]);
            buffers.InMemory.ShouldBeLessThanOrEqualTo(1 << 20);
        }
        foreach (var buffer in open) buffer.Length.ShouldBe(400_000);
        foreach (var buffer in open) buffer.Dispose();
        buffers.InMemory.ShouldBe(0);
        spool.Delete(recursive: true);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Same_uid_same_bytes_is_a_no_op_and_other_bytes_are_quarantined_once()
    {
        await using var fixture = await PackFixture.OpenAsync(new SimulatedDisk());
        var first = (await fixture.StoreAsync(new Phantom(1, 900))).ShouldBeOfType<StoreResult.Stored>();

        (await fixture.StoreAsync(new Phantom(1, 900))).ShouldBe(new StoreResult.Duplicate(first.Address, first.Hash));
        var conflict = (await fixture.StoreAsync(new Phantom(1, 900, Variant: 1))).ShouldBeOfType<StoreResult.Conflict>();
        (await fixture.StoreAsync(new Phantom(1, 900, Variant: 1))).ShouldBe(conflict);

        conflict.StoredHash.ShouldBe(first.Hash);
        fixture.Read(first.Address).ShouldBe(new Phantom(1, 900).Bytes);
        fixture.Read(conflict.Quarantined).ShouldBe(new Phantom(1, 900, 1).Bytes);
        PackFixture.AllRecords(fixture.Store).Select(record => record.Header.Kind).ShouldBe([RecordKind.Instance, RecordKind.Quarantine]);
        fixture.Alarms.Raised.ShouldHaveSingleItem().Kind.ShouldBe(PackAlarmKind.Conflict);
    }

    [Fact]
    public async Task Four_producers_at_once_agree_on_one_stored_and_one_quarantined_copy()
    {
        await using var fixture = await PackFixture.OpenAsync(new SimulatedDisk(), PackFixture.Small(1 << 20));

        var results = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => Task.Run(() =>
            fixture.StoreAsync(new Phantom(i % 20, 600, Variant: i / 20 % 2)))));

        var records = PackFixture.AllRecords(fixture.Store);
        records.Count(record => record.Header.Kind == RecordKind.Instance).ShouldBe(20);
        records.Count(record => record.Header.Kind == RecordKind.Quarantine).ShouldBe(20);
        records.Select(record => (record.Header.SopInstanceUid, record.Hash)).Distinct().Count().ShouldBe(40);
        results.OfType<StoreResult.Stored>().Count().ShouldBe(20);
        results.OfType<StoreResult.Duplicate>().Count().ShouldBe(180);
        results.OfType<StoreResult.Conflict>().Count().ShouldBe(200);
    }

    [Theory]
    [InlineData("../../a", RefusalReason.UidMalformed)]
    [InlineData("1.2.3/../4", RefusalReason.UidMalformed)]
    [InlineData("1.2.3\0", RefusalReason.UidMalformed)]
    [InlineData("1..2", RefusalReason.UidMalformed)]
    [InlineData("1.2.", RefusalReason.UidMalformed)]
    [InlineData(".1", RefusalReason.UidMalformed)]
    [InlineData("１.2", RefusalReason.UidMalformed)]
    [InlineData("", RefusalReason.UidEmpty)]
    [InlineData("1.2345678901234567890123456789012345678901234567890123456789012345", RefusalReason.UidTooLong)]
    public async Task A_uid_that_breaks_the_rule_is_refused_before_anything(string uid, RefusalReason reason)
    {
        var disk = new SimulatedDisk();
        await using var fixture = await PackFixture.OpenAsync(disk);
        var steps = disk.Steps;
        using var buffer = fixture.Buffers.Rent();
        buffer.Write(new byte[10]);
        var good = new Phantom(1, 10).Identity;

        foreach (var bad in new[] { good with { StudyUid = uid }, good with { SeriesUid = uid }, good with { SopInstanceUid = uid },
                     good with { SopClassUid = uid }, good with { TransferSyntaxUid = uid } })
        {
            (await fixture.Store.StoreAsync(bad, buffer, CancellationToken.None)).ShouldBeOfType<StoreResult.Refused>().Reason.ShouldBe(reason);
        }
        disk.Steps.ShouldBe(steps);
    }

    [Fact]
    public async Task A_failed_sync_acknowledges_nothing_seals_the_pack_and_goes_on_in_a_fresh_one()
    {
        var disk = new SimulatedDisk();
        await using var fixture = await PackFixture.OpenAsync(disk);
        var before = (await fixture.StoreAsync(new Phantom(1, 800))).ShouldBeOfType<StoreResult.Stored>();
        var failed = false;
        disk.Fault = (operation, file) => operation == "sync" && file == "pack-0000000001.pack" && !failed && (failed = true) ? 5 : null;

        (await fixture.StoreAsync(new Phantom(2, 800))).ShouldBe(new StoreResult.OutOfResources(ResourceShortage.DeviceError));

        disk.Trace.Clear();
        var again = (await fixture.StoreAsync(new Phantom(2, 800))).ShouldBeOfType<StoreResult.Stored>();
        again.Address.Pack.ShouldBe(2);
        disk.Trace.ShouldNotContain(step => step.Contains("pack-0000000001", StringComparison.Ordinal));
        disk.LengthOf("/packs/pack-0000000001.pack").ShouldBe(before.Address.End.Offset);
        fixture.Store.OpenData(new RecordAddress(1, before.Address.End.Offset, again.Address.HeaderLength, 800)).ShouldBeNull();
        PackFixture.AllRecords(fixture.Store).Select(record => record.Header.SopInstanceUid).ShouldBe([new Phantom(1, 1).SopInstanceUid, new Phantom(2, 1).SopInstanceUid]);
        fixture.Alarms.Raised.ShouldContain(alarm => alarm.Kind == PackAlarmKind.WriteFailed);

        await using var reopened = await PackFixture.OpenAsync(disk.Reboot(Tear.LoseAll, 1));
        reopened.Read(before.Address).ShouldBe(new Phantom(1, 800).Bytes);
        reopened.Read(again.Address).ShouldBe(new Phantom(2, 800).Bytes);
    }

    [Fact]
    public async Task After_a_failed_sync_and_a_kill_the_valid_looking_tail_is_made_durable_before_it_is_believed()
    {
        var disk = new SimulatedDisk();
        var fixture = await PackFixture.OpenAsync(disk);
        // The write reaches the cache, its sync fails, and neither seal nor fresh pack comes to be; then the process dies, the cache lives.
        disk.Fault = (operation, _) => operation is "sync" or "create" or "truncate" ? 5 : null;
        (await fixture.StoreAsync(new Phantom(1, 800))).ShouldBeOfType<StoreResult.OutOfResources>();
        await fixture.DisposeAsync();
        disk.Fault = null;

        var second = await PackFixture.OpenAsync(disk);
        var outcome = await second.StoreAsync(new Phantom(1, 800));
        await second.DisposeAsync();

        await using var third = await PackFixture.OpenAsync(disk.Reboot(Tear.LoseAll, 1));
        var address = outcome switch
        {
            StoreResult.Stored stored => stored.Address,
            StoreResult.Duplicate duplicate => duplicate.Address,
            _ => throw new InvalidOperationException(outcome.ToString())
        };
        third.Read(address).ShouldBe(new Phantom(1, 800).Bytes);
    }

    [Fact]
    public async Task A_full_disk_refuses_and_recovers_by_itself()
    {
        var disk = new SimulatedDisk();
        await using var fixture = await PackFixture.OpenAsync(disk);
        await fixture.StoreAsync(new Phantom(1, 800));
        disk.Fault = (operation, _) => operation is "write" or "create" ? 28 : null;
        for (var i = 2; i < 6; i++)
            (await fixture.StoreAsync(new Phantom(i, 800))).ShouldBe(new StoreResult.OutOfResources(ResourceShortage.DiskFull));
        fixture.Store.State.ShouldBe(JournalState.Refusing);
        disk.Fault = null;

        for (var i = 2; i < 6; i++) (await fixture.StoreAsync(new Phantom(i, 800))).ShouldBeOfType<StoreResult.Stored>();

        fixture.Store.State.ShouldBe(JournalState.Ready);
        PackFixture.AllRecords(fixture.Store).Count.ShouldBe(5);
        await using var reopened = await PackFixture.OpenAsync(disk.Reboot(Tear.LoseAll, 1));
        PackFixture.AllRecords(reopened.Store).Count.ShouldBe(5);
        reopened.Alarms.Raised.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_volume_that_does_not_tell_its_free_space_refuses_and_recovers()
    {
        var disk = new SimulatedDisk();
        await using var fixture = await PackFixture.OpenAsync(disk);
        disk.IsVolumeGone = true;
        (await fixture.StoreAsync(new Phantom(1, 800))).ShouldBe(new StoreResult.OutOfResources(ResourceShortage.DeviceError));
        disk.IsVolumeGone = false;
        (await fixture.StoreAsync(new Phantom(1, 800))).ShouldBeOfType<StoreResult.Stored>();
    }

    [Fact]
    public async Task Below_the_watermark_nothing_is_written()
    {
        var disk = new SimulatedDisk { Free = 10_000_000 };
        await using var fixture = await PackFixture.OpenAsync(disk, PackFixture.Small() with { FreeSpaceWatermark = 1_000_000 });
        disk.Free = 1_000_500;
        var steps = disk.Steps;

        (await fixture.StoreAsync(new Phantom(1, 800))).ShouldBe(new StoreResult.OutOfResources(ResourceShortage.DiskLow));
        disk.Steps.ShouldBe(steps);
        fixture.Alarms.Raised.ShouldHaveSingleItem().Kind.ShouldBe(PackAlarmKind.DiskLow);

        disk.Free = 2_000_000;
        (await fixture.StoreAsync(new Phantom(1, 800))).ShouldBeOfType<StoreResult.Stored>();
    }

    [Fact]
    public async Task Damage_before_the_proven_end_is_quarantined_with_an_alarm_and_costs_no_other_record()
    {
        var disk = new SimulatedDisk();
        List<RecordAddress> addresses = [];
        await using (var fixture = await PackFixture.OpenAsync(disk, PackFixture.Small(1 << 20)))
        {
            for (var i = 1; i <= 5; i++) addresses.Add(((StoreResult.Stored)await fixture.StoreAsync(new Phantom(i, 800))).Address);
        }
        disk.Corrupt("/packs/pack-0000000001.pack", addresses[1].Offset + 70);

        for (var start = 0; start < 2; start++)
        {
            await using var reopened = await PackFixture.OpenAsync(disk, PackFixture.Small(1 << 20));
            var records = PackFixture.AllRecords(reopened.Store);
            records.Where(record => record.Header.Kind == RecordKind.Instance).Select(record => record.Address).ShouldBe([addresses[0], addresses[2], addresses[3], addresses[4]]);
            records.Where(record => record.Header.Kind == RecordKind.Quarantine).ShouldHaveSingleItem().Header.Target.ShouldBe(addresses[1].Position);
            reopened.Alarms.Raised.Count(alarm => alarm.Kind == PackAlarmKind.RecordDamaged).ShouldBe(start == 0 ? 1 : 0);
        }
    }

    [Fact]
    public async Task The_scrub_finds_a_changed_data_byte()
    {
        var disk = new SimulatedDisk();
        await using var fixture = await PackFixture.OpenAsync(disk);
        List<RecordAddress> addresses = [];
        for (var i = 1; i <= 40; i++) addresses.Add(((StoreResult.Stored)await fixture.StoreAsync(new Phantom(i, 800))).Address);
        (await fixture.Store.VerifyAsync(PackPosition.Start, null, CancellationToken.None)).Damaged.ShouldBeEmpty();

        var hit = addresses[30];
        disk.Corrupt($"/packs/pack-{hit.Pack:D10}.pack", hit.DataOffset + 5);

        var report = await fixture.Store.VerifyAsync(PackPosition.Start, null, CancellationToken.None);
        report.Damaged.ShouldHaveSingleItem().Position.ShouldBe(hit.Position);
        report.Records.ShouldBe(40);
        fixture.Store.Check(hit).ShouldBe(RecordCheck.DataDamaged);
    }

    [Fact]
    public async Task A_record_smuggled_in_inside_an_image_is_never_taken_for_a_record()
    {
        var disk = new SimulatedDisk();
        await using (var fixture = await PackFixture.OpenAsync(disk, PackFixture.Small(1 << 20)))
        {
            var inner = (StoreResult.Stored)await fixture.StoreAsync(new Phantom(1, 400));
            using var file = disk.OpenRead("/packs/pack-0000000001.pack");
            var copy = new byte[inner.Address.End.Offset - inner.Address.Offset];
            file.Read(inner.Address.Offset, copy);
            using var buffer = fixture.Buffers.Rent();
            buffer.Write(copy);
            var outer = (StoreResult.Stored)await fixture.Store.StoreAsync(new Phantom(2, 1).Identity, buffer, CancellationToken.None);
            await fixture.StoreAsync(new Phantom(3, 400));
            disk.Corrupt("/packs/pack-0000000001.pack", outer.Address.Offset + 9);
        }
        await using var reopened = await PackFixture.OpenAsync(disk, PackFixture.Small(1 << 20));
        PackFixture.AllRecords(reopened.Store).Where(record => record.Header.Kind == RecordKind.Instance)
            .Select(record => record.Header.SopInstanceUid).ShouldBe([new Phantom(1, 1).SopInstanceUid, new Phantom(3, 1).SopInstanceUid]);
    }

    [Fact]
    public async Task A_pack_of_a_newer_version_is_refused()
    {
        var disk = new SimulatedDisk();
        await (await PackFixture.OpenAsync(disk)).DisposeAsync();
        var header = PackFormat.EncodePackHeader(2, 7, DateTimeOffset.UnixEpoch);
        header[8] = 9;
        BitConverter.TryWriteBytes(header.AsSpan(60), Crc32C.Compute(header.AsSpan(0, 60)));
        using (var file = disk.CreateNew("/packs/pack-0000000002.pack")) file.Write(0, [header]);

        await Should.ThrowAsync<UnknownPackVersionException>(() => PackFixture.OpenAsync(disk));
    }

    [Fact]
    public async Task A_deleted_instance_may_come_again_and_a_rebuild_sees_the_deletion()
    {
        await using var fixture = await PackFixture.OpenAsync(new SimulatedDisk());
        var phantom = new Phantom(1, 500);
        await fixture.StoreAsync(phantom);
        (await fixture.Store.DeleteAsync(phantom.Identity.StudyUid, "", "", "test", CancellationToken.None)).ShouldNotBeNull();

        (await fixture.StoreAsync(phantom)).ShouldBeOfType<StoreResult.Stored>();
        PackFixture.AllRecords(fixture.Store).Select(record => record.Header.Kind).ShouldBe([RecordKind.Instance, RecordKind.Delete, RecordKind.Instance]);
    }

    [Fact]
    public async Task Forgetting_what_the_index_covers_keeps_later_entries()
    {
        await using var fixture = await PackFixture.OpenAsync(new SimulatedDisk());
        for (var i = 1; i <= 10; i++) await fixture.StoreAsync(new Phantom(i, 300));
        fixture.Store.Pending.ShouldBe(10);
        var third = PackFixture.AllRecords(fixture.Store)[2].Address;

        fixture.Store.Forget(third.End);
        fixture.Store.Pending.ShouldBe(7);
        fixture.Store.Forget(fixture.Store.CommittedEnd);
        fixture.Store.Pending.ShouldBe(0);
    }

    [Fact]
    public void The_diagrams_in_the_readme_are_the_transition_tables()
    {
        Drawn<JournalState, JournalEvent>("## States").ShouldBe(
            JournalStateMachine.Transitions.Select(pair => (pair.Key.From, pair.Key.Event, pair.Value)).ToHashSet(), ignoreOrder: true);
        Drawn<CompactionState, CompactionEvent>("## Compaction").ShouldBe(
            CompactionStateMachine.Transitions.Select(pair => (pair.Key.From, pair.Key.Event, pair.Value)).ToHashSet(), ignoreOrder: true);
    }

    private static HashSet<(TState From, TEvent Event, TState To)> Drawn<TState, TEvent>(string section)
        where TState : struct, Enum
        where TEvent : struct, Enum
    {
        var readme = File.ReadAllText(RepositoryFiles.Find("Imaging/Packs/README.md"));
        var part = readme[readme.IndexOf(section, StringComparison.Ordinal)..];
        part = part[..part.IndexOf("\n## ", StringComparison.Ordinal)];
        return Regex.Matches(part, @"^\s+(\w+) --> (\w+): (\w+)$", RegexOptions.Multiline)
            .Select(match => (Enum.Parse<TState>(match.Groups[1].Value), Enum.Parse<TEvent>(match.Groups[3].Value), Enum.Parse<TState>(match.Groups[2].Value)))
            .ToHashSet();
    }
}
