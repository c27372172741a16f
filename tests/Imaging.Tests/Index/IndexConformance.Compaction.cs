using Microsoft.Extensions.Logging.Abstractions;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;
using Regional.Imaging.Storage;
using Regional.Imaging.Tests.Upkeep;
using Regional.Imaging.Upkeep;

namespace Regional.Imaging.Tests.Index;

/// <summary>R4.3.1-6, design §5.2: space is given back and nothing else changes, on either database.</summary>
public abstract partial class IndexConformance
{
    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_rebuild_after_any_mixture_with_compactions_gives_the_same_index(int seed)
    {
        var mixture = new Mixture(Fixture.Archive, seed);
        for (var round = 0; round < 4; round++)
        {
            for (var step = 0; step < 30; step++) await mixture.StepAsync();
            await Fixture.Archive.CompactAsync(new CompactionOptions { DeadShare = round % 2 == 0 ? 0 : 0.3, BytesPerSecond = 0 }, null, default);
            await mixture.CheckAsync($"seed {seed}, round {round}");
        }
        var grown = await IndexDump.OfAsync(_database, withCounters: false);

        await using var other = await NewDatabaseAsync();
        await Fixture.CloseAsync();
        await ImageArchive.RebuildIndexAsync(
            ArchiveFixture.Options(Fixture.Folder, AcknowledgeAfter.Index), DiskFileLayer.Instance, other, Fixture.Alarms, TimeProvider.System,
            NullLoggerFactory.Instance, default);
        (await IndexDump.OfAsync(other, withCounters: false)).ShouldBe(grown);
        Fixture.Alarms.Raised.ShouldAllBe(alarm => alarm.Kind == PackAlarmKind.Conflict);
    }

    [SkippableFact]
    public async Task A_deleted_study_gives_its_space_back_and_its_tombstone_stays_while_an_older_pack_could_bring_it_back()
    {
        for (var number = 1; number <= 25; number++) await Fixture.StoreAsync(new Slice(1, 1, number));
        for (var number = 1; number <= 100; number++) await Fixture.StoreAsync(new Slice(2, 1, number));
        for (var number = 26; number <= 50; number++) await Fixture.StoreAsync(new Slice(1, 1, number));
        var before = Fixture.Archive.Packs.StoredBytes;
        await Fixture.Archive.DeleteAsync(new Slice(1, 1, 1).StudyUid, "", "", "test", default);
        // The packs after the deletion fill up, so that the one with the tombstone is sealed.
        for (var number = 1; number <= 60; number++) await Fixture.StoreAsync(new Slice(3, 1, number));

        // What was named by somebody else stays as it is.
        var first = (await Fixture.Archive.CompactAsync(
            new CompactionOptions { DeadShare = 0.2, SmallShare = 0, BytesPerSecond = 0 }, new PacksInUse(Fixture.Archive.Indexed, new HashSet<long> { 1 }), default));
        first.PacksBefore.ShouldBeGreaterThan(0);
        Fixture.Archive.Packs.PacksInOrder[0].Number.ShouldBe(1);
        await Fixture.Archive.Packs.Retiring;
        (await TombstonesAsync()).ShouldBe([new Slice(1, 1, 1).StudyUid], "pack 1 still holds what it killed");
        await RebuildHasNoStudy1Async(160);

        var second = await Fixture.Archive.CompactAsync(new CompactionOptions { DeadShare = 0, SmallShare = 1, BytesPerSecond = 0 }, null, default);
        second.BytesGivenBack.ShouldBeGreaterThan(0);
        // Something else dies beside the tombstone, so that its pack is rewritten again.
        await Fixture.Archive.DeleteAsync(new Slice(3, 1, 1).StudyUid, "", new Slice(3, 1, 1).SopInstanceUid, "test", default);
        await Fixture.Archive.CompactAsync(new CompactionOptions { DeadShare = 0, SmallShare = 1, BytesPerSecond = 0 }, null, default);
        await Fixture.Archive.Packs.Retiring;
        (await TombstonesAsync()).ShouldBe([new Slice(3, 1, 1).StudyUid], "no pack can bring study 1 back any more");
        Fixture.Archive.Packs.StoredBytes.ShouldBeLessThan(before + (60 * 1400));
        await RebuildHasNoStudy1Async(159);
        for (var number = 1; number <= 100; number++) (await ReadAsync(new Slice(2, 1, number).SopInstanceUid)).ShouldBe(new Slice(2, 1, number).Bytes());
    }

    private async Task<IReadOnlyList<string>> TombstonesAsync() =>
        await _database.QueryAsync("SELECT study_uid FROM tombstone", null, row => row.GetString(0), default);

    /// <summary>In a copy of the packs, since a rebuild wants them for itself.</summary>
    private async Task RebuildHasNoStudy1Async(int instances)
    {
        var folder = NewFolder(Fixture.Folder);
        await using var other = await NewDatabaseAsync();
        await using var rebuilt = await ArchiveFixture.OpenAsync(folder, other, ownsDatabase: false);
        (await rebuilt.Archive.Index.GetStudyAsync(new Slice(1, 1, 1).StudyUid, default)).ShouldBeNull();
        (await rebuilt.Archive.Index.GetTotalsAsync(default)).Instances.ShouldBe(instances);
    }
}
