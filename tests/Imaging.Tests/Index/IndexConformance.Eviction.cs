using Microsoft.Extensions.Logging.Abstractions;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;
using Regional.Imaging.Storage;

namespace Regional.Imaging.Tests.Index;

/// <summary>R4.3.3-4, S2-2: bytes that others hold may go, and nothing else.</summary>
public abstract partial class IndexConformance
{
    [SkippableFact]
    public async Task Only_bytes_that_are_acknowledged_in_two_places_are_evicted()
    {
        for (var number = 1; number <= 4; number++) await Fixture.StoreAsync(new Slice(1, 1, number));
        var ledger = new Ledger();
        ledger.Acknowledged[Uid(1)] = new AcknowledgedCopy(Hash(1), 2);
        ledger.Acknowledged[Uid(2)] = new AcknowledgedCopy(Hash(2), 1);
        ledger.Acknowledged[Uid(3)] = new AcknowledgedCopy(Hash(1), 2);

        var evictions = await Fixture.Archive.EvictAsync([Uid(1), Uid(2), Uid(3), Uid(4), "1.2.3"], ledger, default);

        evictions.Select(one => (one.SopInstanceUid, one.Outcome)).ShouldBe(
        [
            (Uid(1), EvictionOutcome.Evicted), (Uid(2), EvictionOutcome.NotAcknowledged), (Uid(3), EvictionOutcome.NotAcknowledged),
            (Uid(4), EvictionOutcome.NotAcknowledged), ("1.2.3", EvictionOutcome.Unknown)
        ]);
        evictions[0].Bytes.ShouldBe(new Slice(1, 1, 1).Bytes().Length);
        evictions.Skip(1).ShouldAllBe(one => one.Bytes == 0);
        (await Fixture.Archive.EvictAsync([Uid(1)], ledger, default)).ShouldHaveSingleItem().Outcome.ShouldBe(EvictionOutcome.AlreadyAway);
        for (var number = 2; number <= 4; number++) (await ReadAsync(Uid(number))).ShouldBe(new Slice(1, 1, number).Bytes());
    }

    [SkippableFact]
    public async Task An_evicted_instance_is_found_not_served_and_comes_back_as_it_was()
    {
        for (var number = 1; number <= 3; number++) await Fixture.StoreAsync(new Slice(1, 1, number));
        var before = (await Index.GetInstanceAsync(Uid(2), default)).ShouldNotBeNull();
        var ledger = new Ledger { Acknowledged = { [Uid(2)] = new AcknowledgedCopy(Hash(2), 2) } };
        var removals = Index.Removals;
        await Fixture.Archive.EvictAsync([Uid(2)], ledger, default);

        Index.Removals.ShouldBeGreaterThan(removals, "who remembers addresses asks again");
        (await Index.SearchInstancesAsync([new SearchTerm(SearchKey.SopInstanceUid, Uid(2))], SearchScope.All, 0, 10, default)).Items
            .ShouldHaveSingleItem().Instance.IsLocal.ShouldBeFalse();
        (await Index.GetStudyAsync(new Slice(1, 1, 1).StudyUid, default)).ShouldNotBeNull().InstanceCount.ShouldBe(3);
        var away = (await Index.GetInstanceAsync(Uid(2), default)).ShouldNotBeNull();
        Fixture.Archive.Packs.OpenData(away.Address).ShouldBeNull();
        (away.Hash, away.Address.DataLength, away.Sequence).ShouldBe((before.Hash, before.Address.DataLength, before.Sequence));
        // The modality sends it again: the centre has it, so it is told Success and nothing is stored.
        (await Fixture.StoreAsync(new Slice(1, 1, 2))).ShouldBeOfType<StoreResult.Duplicate>();
        (await Fixture.StoreAsync(new Slice(1, 1, 2) { Name = "OTHER" })).ShouldBeOfType<StoreResult.Conflict>();
        (await CopyAsync(new Slice(1, 1, 2) { Name = "OTHER" })).ShouldBeOfType<StoreResult.Conflict>("other bytes are no copy of it");

        (await CopyAsync(new Slice(1, 1, 2))).ShouldBeOfType<StoreResult.Stored>();
        (await CopyAsync(new Slice(1, 1, 2))).ShouldBeOfType<StoreResult.Duplicate>();
        (await ReadAsync(Uid(2))).ShouldBe(new Slice(1, 1, 2).Bytes());
        var back = (await Index.GetInstanceAsync(Uid(2), default)).ShouldNotBeNull();
        (back.IsLocal, back.Sequence, back.ReceivedAt).ShouldBe((true, before.Sequence, before.ReceivedAt));
        back.Address.ShouldNotBe(before.Address);
        (await Fixture.Archive.Outbox.ReadAsync(10, [], default)).Events.Sum(entry => entry.Instances).ShouldBe(3, "a copy is no arrival");
    }

    [SkippableFact]
    public async Task A_rebuild_after_evictions_and_copies_gives_the_same_index()
    {
        for (var number = 1; number <= 6; number++) await Fixture.StoreAsync(new Slice(1, 1, number));
        var ledger = new Ledger();
        for (var number = 1; number <= 6; number++) ledger.Acknowledged[Uid(number)] = new AcknowledgedCopy(Hash(number), 2);
        await Fixture.Archive.EvictAsync([Uid(1), Uid(2), Uid(3), Uid(4)], ledger, default);
        for (var number = 2; number <= 4; number++) await CopyAsync(new Slice(1, 1, number));
        await CopyAsync(new Slice(7, 1, 1));
        await Fixture.Archive.EvictAsync([Uid(3), new Slice(7, 1, 1).SopInstanceUid], ledger, default);
        // A damaged copy is fetched again: the instance stays known. One that others hold and whose bytes rot here is no loss at all.
        var copy = (await Index.GetInstanceAsync(Uid(4), default)).ShouldNotBeNull();
        await Fixture.Archive.Packs.QuarantineDamagedAsync(new DamagedRecord(copy.Address.Position, RecordHeader.For(RecordKind.Copy, new Slice(1, 1, 4).Identity)), default);
        await Fixture.Archive.Packs.QuarantineDamagedAsync(new DamagedRecord(new PackPosition(1, 64), RecordHeader.For(RecordKind.Instance, new Slice(1, 1, 1).Identity)), default);
        await Fixture.Archive.WaitIndexedAsync(Fixture.Archive.Packs.CommittedEnd, default);
        var local = (await Index.GetInstancesAsync(new Slice(1, 1, 1).StudyUid, null, default)).Select(instance => instance.IsLocal);
        local.ShouldBe([false, true, false, false, true, true]);
        var grown = await IndexDump.OfAsync(_database);

        await using var other = await NewDatabaseAsync();
        await Fixture.CloseAsync();
        await ImageArchive.RebuildIndexAsync(
            ArchiveFixture.Options(Fixture.Folder, AcknowledgeAfter.Index), DiskFileLayer.Instance, other, Fixture.Alarms, TimeProvider.System,
            NullLoggerFactory.Instance, default);
        (await IndexDump.OfAsync(other)).ShouldBe(grown);
    }

    private static string Uid(int number) => new Slice(1, 1, number).SopInstanceUid;

    private static ContentHash Hash(int number) => new(System.Security.Cryptography.SHA256.HashData(new Slice(1, 1, number).Bytes()));

    private async Task<StoreResult> CopyAsync(Slice slice)
    {
        using var buffer = Fixture.Archive.Buffers.Rent();
        buffer.Write(slice.Bytes());
        return await Fixture.Archive.KeepCopyAsync(slice.Identity, buffer, default);
    }

    private async Task<byte[]> ReadAsync(string uid)
    {
        var instance = (await Index.GetInstanceAsync(uid, default)).ShouldNotBeNull();
        using var slice = Fixture.Archive.Packs.OpenData(instance.Address).ShouldNotBeNull();
        var bytes = new byte[slice.Length];
        slice.Read(0, bytes).ShouldBe(bytes.Length);
        return bytes;
    }

    private sealed class Ledger : IAcknowledgedCopies
    {
        public Dictionary<string, AcknowledgedCopy> Acknowledged { get; } = [];

        public ValueTask<AcknowledgedCopy?> FindAsync(string sopInstanceUid, CancellationToken cancellation) =>
            ValueTask.FromResult(Acknowledged.GetValueOrDefault(sopInstanceUid));
    }
}
