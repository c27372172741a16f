using Regional.Imaging.Index;
using Regional.Imaging.Packs;
using Regional.Imaging.Tests.Packs;

namespace Regional.Imaging.Tests.Index;

public abstract partial class IndexConformance
{
    private const string Refused = "REFUSED";

    /// <summary>Makes the database refuse rows of the study table whose patient id is <see cref="Refused"/>.</summary>
    private protected abstract string RefusePatient { get; }

    /// <summary>(0008,0060) is a code string of 16 characters, and machines write what they like; PostgreSQL bounds an index entry at 2704 bytes.</summary>
    [SkippableFact]
    public async Task Modalities_that_are_none_hold_up_nothing()
    {
        var random = new Random(5);
        for (var series = 1; series <= 30; series++)
        {
            var modality = string.Concat(Enumerable.Range(0, 512).Select(_ => (char)random.Next('!', '\\')));
            (await Fixture.StoreAsync(new Slice(1, series, 1) { Modality = modality })).ShouldBeOfType<StoreResult.Stored>();
        }

        (await Index.GetSeriesAsync(new Slice(1, 1, 1).StudyUid, default)).ShouldAllBe(series => series.Modality.Length <= 16);
        var study = (await Index.GetStudyAsync(new Slice(1, 1, 1).StudyUid, default)).ShouldNotBeNull();
        (study.InstanceCount, study.SeriesCount).ShouldBe((30, 30));
        study.Modalities.Length.ShouldBeInRange(16, 256);
        Fixture.Alarms.Raised.ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task A_record_that_the_database_refuses_is_indexed_without_its_values_and_holds_up_no_other()
    {
        await RunAsync(RefusePatient);
        var refused = new Slice(4, 1, 1) { PatientId = Refused };

        // Together, so that they come in one batch; whatever the batch, all are acknowledged.
        var stored = await Task.WhenAll(
            Enumerable.Range(1, 8).Select(study => Fixture.StoreAsync(study == 4 ? refused : new Slice(study, 1, 1)).WaitAsync(TimeSpan.FromSeconds(60))));
        stored.ShouldAllBe(result => result is StoreResult.Stored);

        for (var study = 1; study <= 8; study++)
            (await Index.GetStudyAsync(new Slice(study, 1, 1).StudyUid, default)).ShouldNotBeNull().PatientId.ShouldBe(study == 4 ? "" : $"P{study}");
        var instance = (await Index.GetInstanceAsync(refused.SopInstanceUid, default)).ShouldNotBeNull();
        instance.Frames.Count.ShouldBe(1, "its pixels are served all the same");
        Fixture.Alarms.Raised.ShouldHaveSingleItem().ShouldBe(new PackAlarm(PackAlarmKind.NotIndexable, instance.Address.Position, refused.SopInstanceUid));
        (await Fixture.Archive.Outbox.ReadAsync(100, [], default)).Events.Count.ShouldBe(8, "its study is told of it");
    }

    [SkippableFact]
    public async Task A_calling_machine_with_a_nul_in_its_name_holds_up_nothing()
    {
        var slice = new Slice(1, 1, 1);
        (await Fixture.StoreAsync(slice.Identity with { CallingAe = "CT\0ROOM" }, slice.Bytes()).WaitAsync(TimeSpan.FromSeconds(60))).ShouldBeOfType<StoreResult.Stored>();

        (await Index.GetInstanceAsync(slice.SopInstanceUid, default)).ShouldNotBeNull().CallingAe.ShouldBe("CTROOM");
    }

    private async Task RunAsync(string sql)
    {
        await using var lease = await _database.OpenForWritingAsync(default);
        await using var command = lease.Connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
