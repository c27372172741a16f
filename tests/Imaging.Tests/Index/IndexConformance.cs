using Microsoft.Extensions.Logging.Abstractions;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;
using Regional.Imaging.Storage;
using Regional.Imaging.Tests.Packs;

namespace Regional.Imaging.Tests.Index;

/// <summary>What the index promises, whatever database it lives in (style.md habit 8). R4.3.1-6.</summary>
public abstract partial class IndexConformance : IAsyncLifetime
{
    private readonly List<string> _folders = [];
    private IndexDatabase _database = null!;

    private protected ArchiveFixture Fixture { get; private set; } = null!;

    private ImageIndex Index => Fixture.Archive.Index;

    public async Task InitializeAsync()
    {
        _database = await NewDatabaseAsync();
        Fixture = await ArchiveFixture.OpenAsync(NewFolder(), _database, ownsDatabase: false);
    }

    public async Task DisposeAsync()
    {
        // Both are missing when the database is not to be had and the tests are skipped.
        if (Fixture is not null) await Fixture.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
        foreach (var folder in _folders.Where(Directory.Exists)) Directory.Delete(folder, recursive: true);
    }

    /// <summary>An empty database of its own.</summary>
    private protected abstract Task<IndexDatabase> NewDatabaseAsync();

    [SkippableFact]
    public async Task An_acknowledged_instance_is_in_the_index_with_its_values_and_an_event()
    {
        var slice = new Slice(1, 2, 3) { Name = "LI^JIANJUN=李^建军" };
        var stored = (await Fixture.StoreAsync(slice)).ShouldBeOfType<StoreResult.Stored>();

        var study = (await Index.GetStudyAsync(slice.StudyUid, default)).ShouldNotBeNull();
        study.PatientName.ShouldBe("LI^JIANJUN=李^建军");
        (study.PatientId, study.IssuerOfPatientId, study.PatientSex, study.PatientBirthDate).ShouldBe(("P1", "township-a", "M", "19600102"));
        (study.StudyDate, study.StudyTime, study.AccessionNumber, study.StudyDescription).ShouldBe(("20260302", "101500", "A000001", "头颅CT平扫"));
        (study.Modalities, study.SeriesCount, study.InstanceCount, study.Site, study.CallingAe).ShouldBe(("CT", 1, 1, "township-a", "A_CT1"));
        var instance = (await Index.GetInstanceAsync(slice.SopInstanceUid, default)).ShouldNotBeNull();
        instance.Address.ShouldBe(stored.Address);
        instance.Hash.ShouldBe(stored.Hash);
        (instance.Rows, instance.Columns, instance.Number, instance.Frames.Count).ShouldBe((16, 16, 3, 1));
        var entry = (await Fixture.Archive.Outbox.ReadAsync(10, [], default)).Events.ShouldHaveSingleItem();
        (entry.Sequence, entry.Instances, entry.TotalInstances, entry.TotalSeries, entry.Modality, entry.BodyPart, entry.Site)
            .ShouldBe((1, 1, 1, 1, "CT", "HEAD", "township-a"));
        entry.Study.ShouldBe(study);
    }

    [SkippableFact]
    public async Task The_outbox_is_ordered_waits_and_forgets_what_is_acknowledged()
    {
        var outbox = Fixture.Archive.Outbox;
        var waiting = outbox.WaitAsync(0, default);
        waiting.IsCompleted.ShouldBeFalse();
        for (var i = 1; i <= 5; i++) await Fixture.StoreAsync(new Slice(i, 1, 1));
        await waiting.WaitAsync(TimeSpan.FromSeconds(30));

        var (events, position) = await outbox.ReadAsync(10, [], default);
        position.ShouldBe(5);
        events.Select(entry => entry.Sequence).ShouldBe([1, 2, 3, 4, 5]);
        events.Select(entry => entry.Study.StudyUid).ShouldBe(Enumerable.Range(1, 5).Select(i => new Slice(i, 1, 1).StudyUid));
        await outbox.AcknowledgeAsync([1, 2, 4], default);
        (await outbox.ReadAsync(10, [], default)).Events.Select(entry => entry.Sequence).ShouldBe([3, 5]);
        (await outbox.ReadAsync(1, [new Slice(3, 1, 1).StudyUid], default)).Events.Select(entry => entry.Sequence).ShouldBe([5], "a study that is left out holds up no other");
        await outbox.WaitAsync(4, default);
        outbox.WaitAsync(5, default).IsCompleted.ShouldBeFalse();
        await Fixture.StoreAsync(new Slice(1, 1, 2));
        var last = (await outbox.ReadAsync(10, [], default)).Events[^1];
        (last.Sequence, last.Instances, last.TotalInstances).ShouldBe((6, 1, 2));
    }

    [SkippableFact]
    public async Task Totals_follow_duplicates_conflicts_and_deletions()
    {
        for (var number = 1; number <= 3; number++) await Fixture.StoreAsync(new Slice(1, 1, number));
        await Fixture.StoreAsync(new Slice(1, 2, 1) { Modality = "SR" });
        (await Fixture.StoreAsync(new Slice(1, 1, 1))).ShouldBeOfType<StoreResult.Duplicate>();
        (await Fixture.StoreAsync(new Slice(1, 1, 1) { Name = "OTHER" })).ShouldBeOfType<StoreResult.Conflict>();
        Fixture.Archive.Packs.Pending.ShouldBe(0);
        (await Fixture.StoreAsync(new Slice(1, 1, 1) { Name = "OTHER" })).ShouldBeOfType<StoreResult.Conflict>();

        var uid = new Slice(1, 1, 1).StudyUid;
        var study = (await Index.GetStudyAsync(uid, default)).ShouldNotBeNull();
        (study.InstanceCount, study.SeriesCount, study.Modalities).ShouldBe((4, 2, @"CT\SR"));
        (await Index.GetTotalsAsync(default)).Quarantined.ShouldBe(1);

        (await Fixture.Archive.DeleteAsync(uid, "", new Slice(1, 2, 1).SopInstanceUid, "test", default)).ShouldBeTrue();
        study = (await Index.GetStudyAsync(uid, default)).ShouldNotBeNull();
        (study.InstanceCount, study.SeriesCount, study.Modalities).ShouldBe((3, 1, "CT"));
        (await Fixture.StoreAsync(new Slice(1, 2, 1) { Modality = "SR" })).ShouldBeOfType<StoreResult.Stored>();

        (await Fixture.Archive.DeleteAsync(uid, "", "", "test", default)).ShouldBeTrue();
        (await Index.GetStudyAsync(uid, default)).ShouldBeNull();
        (await Fixture.Archive.Outbox.ReadAsync(10, [], default)).Events.ShouldBeEmpty();
        Index.Removals.ShouldBeGreaterThan(0);
    }

    [SkippableFact]
    public async Task Searches_match_as_dicom_says()
    {
        await Fixture.StoreAsync(new Slice(1, 1, 1) { Name = "LI^JIANJUN=李^建军", PatientId = "4711", StudyDate = "20260301", Accession = "X1" });
        await Fixture.StoreAsync(new Slice(2, 1, 1) { Name = "WANG^FANG=王^芳", PatientId = "4712", StudyDate = "20260305", Accession = "X%2", Modality = "DX", Site = "township-b" });
        await Fixture.StoreAsync(new Slice(3, 1, 1) { Name = "Lin^Yue", PatientId = "x_1", StudyDate = "20260310", Charset = "ISO_IR 192" });
        await Fixture.StoreAsync(new Slice(3, 2, 1) { Name = "Lin^Yue", Modality = "SR" });

        (await Find((SearchKey.PatientName, "LI*"))).ShouldBe([3, 1]);
        (await Find((SearchKey.PatientName, "李*"))).ShouldBe([1]);
        (await Find((SearchKey.PatientName, "*芳"))).ShouldBe([2]);
        (await Find((SearchKey.PatientName, "lin^yue"))).ShouldBe([3]);
        (await Find((SearchKey.PatientName, "LI?^YUE"))).ShouldBe([3]);
        (await Find((SearchKey.PatientId, "471?"))).ShouldBe([2, 1]);
        (await Find((SearchKey.PatientId, "x_1"))).ShouldBe([3]);
        (await Find((SearchKey.PatientId, "X*"))).ShouldBeEmpty();
        (await Find((SearchKey.AccessionNumber, "X%*"))).ShouldBe([2]);
        (await Find((SearchKey.StudyDate, "20260301-20260305"))).ShouldBe([2, 1]);
        (await Find((SearchKey.StudyDate, "20260305-"))).ShouldBe([3, 2]);
        (await Find((SearchKey.StudyDate, "-20260301"))).ShouldBe([1]);
        (await Find((SearchKey.StudyDate, "20260310"))).ShouldBe([3]);
        (await Find((SearchKey.StudyTime, "10-11"))).ShouldBe([3, 2, 1]);
        (await Find((SearchKey.ModalitiesInStudy, "SR"))).ShouldBe([3]);
        (await Find((SearchKey.ModalitiesInStudy, @"DX\SR"))).ShouldBe([3, 2]);
        (await Find((SearchKey.StudyInstanceUid, $"{new Slice(1, 1, 1).StudyUid},{new Slice(2, 1, 1).StudyUid}"))).ShouldBe([2, 1]);
        (await Find((SearchKey.PatientName, "' OR 1=1 --"))).ShouldBeEmpty();
        (await Find((SearchKey.PatientId, "*"))).ShouldBe([3, 2, 1]);
        await Should.ThrowAsync<SearchValueException>(() => Find((SearchKey.StudyDate, "2026")));
        await Should.ThrowAsync<SearchValueException>(() => Find((SearchKey.StudyInstanceUid, "../a")));

        (await Index.SearchStudiesAsync([], SearchScope.Nobody, 0, 10, default)).Items.ShouldBeEmpty();
        (await Numbers(new SearchScope.Of(["township-b"], []))).ShouldBe([2]);
        (await Numbers(new SearchScope.Of(["township-b"], [new Slice(1, 1, 1).StudyUid]))).ShouldBe([2, 1]);
        (await Numbers(new SearchScope.Of([], [new Slice(1, 1, 1).StudyUid]))).ShouldBe([1]);
        (await Numbers(new SearchScope.Of([], []))).ShouldBeEmpty();

        var page = await Index.SearchStudiesAsync([], SearchScope.All, 1, 1, default);
        page.Items.ShouldHaveSingleItem().StudyUid.ShouldBe(new Slice(2, 1, 1).StudyUid);
        page.HasMore.ShouldBeTrue();
        (await Index.SearchSeriesAsync([new SearchTerm(SearchKey.Modality, "SR")], SearchScope.All, 0, 10, default)).Items
            .ShouldHaveSingleItem().Series.SeriesUid.ShouldBe(new Slice(3, 2, 1).SeriesUid);
        (await Index.SearchInstancesAsync([new SearchTerm(SearchKey.InstanceNumber, "1"), new SearchTerm(SearchKey.PatientId, "4711")], SearchScope.All, 0, 10, default)).Items
            .ShouldHaveSingleItem().Instance.SopInstanceUid.ShouldBe(new Slice(1, 1, 1).SopInstanceUid);
    }

    [SkippableFact]
    public async Task A_rebuilt_index_equals_the_one_that_grew()
    {
        for (var study = 1; study <= 6; study++)
        {
            for (var number = 1; number <= 9; number++) await Fixture.StoreAsync(new Slice(study, 1 + number % 2, number));
        }
        await Fixture.StoreAsync(new Slice(1, 2, 1) { Name = "OTHER" });
        await Fixture.Archive.DeleteAsync(new Slice(2, 1, 1).StudyUid, "", "", "test", default);
        await Fixture.Archive.MergeAsync(new Slice(3, 1, 1).StudyUid, new Slice(4, 1, 1).StudyUid, default);
        await Fixture.StoreAsync(new Slice(2, 1, 8));
        var grown = await IndexDump.OfAsync(_database);

        await using var other = await NewDatabaseAsync();
        await Fixture.CloseAsync();
        await ImageArchive.RebuildIndexAsync(
            ArchiveFixture.Options(Fixture.Folder, AcknowledgeAfter.Index), DiskFileLayer.Instance, other, Fixture.Alarms, TimeProvider.System,
            NullLoggerFactory.Instance, default);

        (await IndexDump.OfAsync(other)).ShouldBe(grown);
        grown.ShouldContain("头颅CT平扫");
    }

    [SkippableFact]
    public async Task An_index_that_lags_catches_up_at_the_start_and_applies_nothing_twice()
    {
        for (var number = 1; number <= 20; number++) await Fixture.StoreAsync(new Slice(1, 1, number));
        await Fixture.CloseAsync();
        // Records that the index has not seen: stored by a pack store alone, as after a kill between sync and index.
        var options = ArchiveFixture.Options(Fixture.Folder, AcknowledgeAfter.Pack);
        var index = await ImageIndex.OpenAsync(_database, default);
        await using (var packs = await PackStore.OpenAsync(options.Packs, DiskFileLayer.Instance, index, new AlarmLog(), TimeProvider.System,
            NullLogger<PackStore>.Instance, await index.PositionAsync(default)))
        {
            var buffers = new ReceiveBuffers(options.Buffers);
            for (var number = 18; number <= 25; number++)
            {
                using var buffer = buffers.Rent();
                buffer.Write(new Slice(1, 1, number).Bytes());
                var result = await packs.StoreAsync(new Slice(1, 1, number).Identity, buffer, default);
                if (number <= 20) result.ShouldBeOfType<StoreResult.Duplicate>();
                else result.ShouldBeOfType<StoreResult.Stored>();
            }
        }
        await using var again = await ArchiveFixture.OpenAsync(NewFolder(Fixture.Folder), _database, ownsDatabase: false);
        var study = (await again.Archive.Index.GetStudyAsync(new Slice(1, 1, 1).StudyUid, default)).ShouldNotBeNull();
        study.InstanceCount.ShouldBe(25);
        (await again.Archive.Outbox.ReadAsync(100, [], default)).Events.Sum(entry => entry.Instances).ShouldBe(25);
        (await again.Archive.Index.GetInstancesAfterAsync(20, 100, default)).Select(instance => instance.Sequence).ShouldBe([21, 22, 23, 24, 25]);
    }

    [SkippableFact]
    public async Task A_damaged_record_leaves_the_index_and_the_instance_may_come_again()
    {
        var stored = (StoreResult.Stored)await Fixture.StoreAsync(new Slice(1, 1, 1));
        await Fixture.StoreAsync(new Slice(1, 1, 2));
        await Fixture.Archive.Packs.QuarantineDamagedAsync(
            new DamagedRecord(stored.Address.Position, RecordHeader.For(RecordKind.Instance, new Slice(1, 1, 1).Identity)), default);
        await Fixture.Archive.WaitIndexedAsync(Fixture.Archive.Packs.CommittedEnd, default);

        (await Index.GetInstanceAsync(new Slice(1, 1, 1).SopInstanceUid, default)).ShouldBeNull();
        (await Index.GetTotalsAsync(default)).Damaged.ShouldBe(1);
        (await Fixture.StoreAsync(new Slice(1, 1, 1))).ShouldBeOfType<StoreResult.Stored>();
    }

    [SkippableFact]
    public async Task Damage_in_a_sealed_pack_is_noted_once_however_often_the_index_is_rebuilt()
    {
        List<RecordAddress> addresses = [];
        for (var number = 1; number <= 60; number++) addresses.Add(((StoreResult.Stored)await Fixture.StoreAsync(new Slice(1, 1, number))).Address);
        addresses[^1].Pack.ShouldBeGreaterThan(1);
        await Fixture.CloseAsync();
        var options = ArchiveFixture.Options(Fixture.Folder, AcknowledgeAfter.Index);
        var alarms = new AlarmLog();
        using (var pack = File.OpenHandle(Path.Combine(options.Packs.Directory, "pack-0000000001.pack"), FileMode.Open, FileAccess.ReadWrite))
            RandomAccess.Write(pack, [0xEE], addresses[3].Offset + 70);

        for (var round = 0; round < 3; round++)
        {
            await ImageArchive.RebuildIndexAsync(options, DiskFileLayer.Instance, _database, alarms, TimeProvider.System, NullLoggerFactory.Instance, default);
            var index = await ImageIndex.OpenAsync(_database, default);
            (await index.GetStudyAsync(new Slice(1, 1, 1).StudyUid, default)).ShouldNotBeNull().InstanceCount.ShouldBe(59);
            (await index.GetInstanceAsync(new Slice(1, 1, 4).SopInstanceUid, default)).ShouldBeNull();
            alarms.Raised.Count(alarm => alarm.Kind == PackAlarmKind.RecordDamaged).ShouldBe(1);
        }
    }

    [SkippableFact]
    public async Task The_scrub_takes_a_changed_instance_out_of_service_and_reports_it_once()
    {
        List<RecordAddress> addresses = [];
        for (var number = 1; number <= 60; number++) addresses.Add(((StoreResult.Stored)await Fixture.StoreAsync(new Slice(1, 1, number))).Address);
        var hit = addresses[9];
        using (var pack = File.OpenHandle(Path.Combine(Fixture.Folder, "packs", $"pack-{hit.Pack:D10}.pack"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
            RandomAccess.Write(pack, [0xEE, 0xEE, 0xEE, 0xEE], hit.DataOffset + 600);

        (await Fixture.Archive.ScrubAsync(null, default)).Damaged.ShouldHaveSingleItem().Position.ShouldBe(hit.Position);
        (await Index.GetInstanceAsync(new Slice(1, 1, 10).SopInstanceUid, default)).ShouldBeNull();
        Fixture.Alarms.Raised.ShouldHaveSingleItem().SopInstanceUid.ShouldBe(new Slice(1, 1, 10).SopInstanceUid);
        (await Fixture.Archive.ScrubAsync(null, default)).Damaged.ShouldBeEmpty();
        (await Fixture.StoreAsync(new Slice(1, 1, 10))).ShouldBeOfType<StoreResult.Stored>();
        (await Index.GetStudyAsync(new Slice(1, 1, 1).StudyUid, default)).ShouldNotBeNull().InstanceCount.ShouldBe(60);
    }

    [SkippableFact]
    public async Task A_newer_schema_is_refused()
    {
        await using (var lease = await _database.OpenAsync(default))
        {
            await using var command = lease.Connection.CreateCommand();
            command.CommandText = "INSERT INTO archive_schema (version) VALUES (999)";
            await command.ExecuteNonQueryAsync();
        }
        await Should.ThrowAsync<UnknownIndexVersionException>(() => ImageIndex.OpenAsync(_database, default));
    }

    private async Task<int[]> Find(params (SearchKey Key, string Value)[] terms) =>
        [.. (await Index.SearchStudiesAsync([.. terms.Select(term => new SearchTerm(term.Key, term.Value))], SearchScope.All, 0, 100, default)).Items.Select(Number)];

    private async Task<int[]> Numbers(SearchScope scope) => [.. (await Index.SearchStudiesAsync([], scope, 0, 100, default)).Items.Select(Number)];

    private static int Number(IndexedStudy study) => int.Parse(study.StudyUid.Split('.')[^1], System.Globalization.CultureInfo.InvariantCulture);

    private string NewFolder(string? from = null)
    {
        var folder = Directory.CreateTempSubdirectory("regional-archive").FullName;
        _folders.Add(folder);
        if (from is null) return folder;
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".db", StringComparison.Ordinal)))
        {
            var target = Path.Combine(folder, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        return folder;
    }
}

public sealed class SqliteIndexTests : IndexConformance
{
    private protected override string RefusePatient =>
        "CREATE TRIGGER refusing BEFORE INSERT ON study WHEN NEW.patient_id = 'REFUSED' BEGIN SELECT RAISE(ABORT, 'refused'); END";

    private protected override Task<IndexDatabase> NewDatabaseAsync() =>
        Task.FromResult(IndexDatabase.Sqlite(Path.Combine(Directory.CreateTempSubdirectory("regional-index").FullName, "index.db")));
}
