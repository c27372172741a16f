using Regional.Projections;
using Regional.Reports;
using Regional.Silo.Storage;
using Regional.Studies;

namespace Regional.Silo.Tests.Storage;

public abstract partial class StorageSuite
{
    [SkippableFact]
    public async Task A_projection_row_is_applied_only_when_newer()
    {
        var writer = new ProjectionWriter(Data, new WorklistSignal());
        await writer.Apply(Row("A", version: 2, name: "李四"));
        await writer.Apply(Row("A", version: 1, name: "张三"));
        await writer.Apply(Row("A", version: 2, name: "王五"));

        var kept = await new StudyReader(Data).Get("study:A", default);

        kept.ShouldNotBeNull().Patient.Name.ShouldBe("李四");
        kept.ShouldBe(Row("A", version: 2, name: "李四") with { StudyInstanceUids = kept.StudyInstanceUids, Owed = kept.Owed });
        kept.StudyInstanceUids.ShouldBe(["1.2.A"]);
    }

    [SkippableFact]
    public async Task A_reading_list_is_sorted_by_priority_then_deadline_then_wait()
    {
        await Fill(
            Row("R1", minutes: 1, deadline: 121), Row("R0", minutes: 0, deadline: 300), Row("U", priority: Priority.Urgent, minutes: 9, deadline: 39),
            Row("E", priority: Priority.Emergency, minutes: 10, deadline: 25), Row("X", report: ReportPhase.Released), Row("C", report: ReportPhase.Claimed, minutes: 2),
            Row("F", centre: "elsewhere"));

        var page = await new StudyReader(Data).Find(new StudyQuery { ReadingCentre = "expert", WorklistOrder = true }, default);

        page.Items.Select(r => r.StudyId).ShouldBe(["study:E", "study:U", "study:R1", "study:R0", "study:C"]);
        page.Next.ShouldBeNull();
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pages_join_without_gap_or_double(bool worklist)
    {
        await Fill([.. Enumerable.Range(0, 23).Select(i => Row($"{i:D2}", minutes: i / 3, site: i % 2 == 0 ? "township-a" : "township-b"))]);
        var reader = new StudyReader(Data);
        var query = new StudyQuery { Sites = ["expert", "township-a", "township-b"], WorklistOrder = worklist, Limit = 5 };

        List<string> seen = [];
        string? after = null;
        do
        {
            var page = await reader.Find(query with { After = after }, default);
            page.Items.Length.ShouldBeLessThanOrEqualTo(5);
            seen.AddRange(page.Items.Select(r => r.StudyId));
            after = page.Next;
        }
        while (after is not null);

        var expected = Enumerable.Range(0, 23).Select(i => $"study:{i:D2}");
        seen.ShouldBe(worklist ? expected : expected.Reverse());
    }

    [SkippableFact]
    public async Task Nobody_finds_what_their_sites_do_not_have()
    {
        await Fill(Row("A", site: "township-a", patient: "pat:1", accession: "QS1"), Row("B", site: "township-b", patient: "pat:1", accession: "LH1"));
        await new StudyKeys(Data).ResolveStudyInstanceUid("1.2.A", "study:A", default);
        var reader = new StudyReader(Data);

        foreach (var query in (StudyQuery[])[
                     new() { PatientId = "pat:1" }, new() { Text = "张" }, new() { AccessionNumber = "LH1" }, new() { Site = "township-b" },
                     new() { ReadingCentre = "expert" }, new() { WorklistOrder = true }, new() { WorklistOrder = true, ReadingCentre = "expert" },
                     new() { Phases = [ExamPhase.ReadyToRead] }, new()])
        {
            var page = await reader.Find(query with { Sites = ["township-a"] }, default);
            page.Items.ShouldAllBe(r => r.Site == "township-a");
            (await reader.Find(query with { Sites = [] }, default)).Items.ShouldBeEmpty();
        }

        (await reader.Find(new StudyQuery { PatientId = "pat:1" }, default)).Items.Length.ShouldBe(2);
        (await reader.Find(new StudyQuery { StudyInstanceUid = "1.2.A", Sites = ["township-b"] }, default)).Items.ShouldBeEmpty();
        (await reader.Find(new StudyQuery { StudyInstanceUid = "1.2.A", Sites = ["expert"] }, default)).Items.Length.ShouldBe(1);
    }

    [SkippableFact]
    public async Task Text_finds_by_prefix_of_the_name_or_by_accession_number()
    {
        await Fill(Row("A", name: "张三丰"), Row("B", name: "李张"), Row("C", name: "Zhang^San"), Row("D", name: "赵六", accession: "QS26030001"));
        var reader = new StudyReader(Data);

        async Task<IEnumerable<string>> Ids(string text) => (await reader.Find(new StudyQuery { Text = text }, default)).Items.Select(r => r.StudyId);

        (await Ids("张")).ShouldBe(["study:A"]);
        (await Ids("zhang")).ShouldBe(["study:C"]);
        (await Ids("QS26030001")).ShouldBe(["study:D"]);
        (await Ids("100%' OR 1=1 --")).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Filters_narrow_together()
    {
        await Fill(
            Row("A", by: "clinician-a", minutes: 1), Row("B", by: "clinician-a", phase: ExamPhase.Unmatched, minutes: 2),
            Row("C", by: "duty-b", site: "township-b", report: ReportPhase.Released, minutes: 3));
        var reader = new StudyReader(Data);

        async Task<IEnumerable<string>> Ids(StudyQuery query) => (await reader.Find(query, default)).Items.Select(r => r.StudyId);

        (await Ids(new() { RequestedBy = "clinician-a" })).ShouldBe(["study:B", "study:A"]);
        (await Ids(new() { RequestedBy = "clinician-a", Phases = [ExamPhase.Unmatched] })).ShouldBe(["study:B"]);
        (await Ids(new() { Site = "township-b", ReportPhases = [ReportPhase.Released] })).ShouldBe(["study:C"]);
        (await Ids(new() { Since = Start.AddMinutes(2) })).ShouldBe(["study:C", "study:B"]);
        (await Ids(new() { Phases = [ExamPhase.Unmatched, ExamPhase.ReadyToRead], Sites = ["township-a"] })).ShouldBe(["study:B", "study:A"]);
    }

    [SkippableFact]
    public async Task Of_many_who_claim_a_uid_or_an_accession_number_one_wins()
    {
        var keys = new StudyKeys(Data);

        var uids = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => keys.ResolveStudyInstanceUid("1.2.3", $"study:{i}", default)));
        var accessions = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => keys.ReserveAccession("township-a", "QS1", $"study:{i}", default)));

        uids.Distinct().Count().ShouldBe(1);
        (await keys.FindStudyInstanceUid("1.2.3", default)).ShouldBe(uids[0]);
        accessions.Count(won => won).ShouldBe(1);
        var holder = await keys.FindAccession("township-a", "QS1", default);
        (await keys.ReserveAccession("township-a", "QS1", holder!, default)).ShouldBeTrue("asked again by its holder");
        (await keys.ReserveAccession("township-b", "QS1", "study:other", default)).ShouldBeTrue("another issuer's number is another number");

        await keys.MoveStudyInstanceUids(["1.2.3", "1.2.4"], "study:moved", default);
        (await keys.FindStudyInstanceUid("1.2.3", default)).ShouldBe("study:moved");
        (await keys.FindStudyInstanceUid("1.2.4", default)).ShouldBe("study:moved");
    }

    private async Task Fill(params StudyRow[] rows)
    {
        var writer = new ProjectionWriter(Data, new WorklistSignal());
        await Task.WhenAll(rows.Select(writer.Apply));
    }
}
