using Regional.Patients;
using Regional.Projections;
using Regional.Silo.Storage;
using Regional.Studies;

namespace Regional.Silo.Tests.Storage;

/// <summary>What waits for a device, a feed a site (R4.2.2-1, R4.2.2-2).</summary>
public abstract partial class StorageSuite
{
    [SkippableFact]
    public async Task A_worklist_feed_numbers_what_a_device_sees_and_forgets_nothing_between()
    {
        var (writer, reader) = (new ProjectionWriter(Data, new WorklistSignal()), new WorklistReader(Data));
        (await reader.Head("township-a", default)).ShouldBe(new WorklistHead("", 0, 0));

        await writer.Apply(Waits("A", 1));
        await writer.Apply(Waits("B", 1));
        await writer.Apply(Waits("A", 2));
        (await reader.Head("township-a", default)).Feed.ShouldBe(2, "a version alone is no change");
        await writer.Apply(Waits("A", 1) with { Item = "older" });
        await writer.Apply(Waits("B", 2) with { Item = "胸部CT平扫" });
        await writer.Apply(Waits("A", 3) with { Waits = false });
        await writer.Apply(Waits("C", 1) with { Waits = false });

        var head = await reader.Head("township-a", default);
        head.Feed.ShouldBe(4);
        var changes = await reader.After("township-a", 0, head.Feed, waitingOnly: false, 10, default);
        changes.Select(c => (c.StudyId, c.Feed, c.Item?.Exam.Item)).ShouldBe([("study:B", 3, "胸部CT平扫"), ("study:A", 4, null)]);
        (await reader.After("township-a", 0, head.Feed, waitingOnly: true, 10, default)).ShouldHaveSingleItem().StudyId.ShouldBe("study:B");
        (await reader.After("township-a", 3, head.Feed, waitingOnly: false, 10, default)).ShouldHaveSingleItem().StudyId.ShouldBe("study:A");
    }

    [SkippableFact]
    public async Task The_patients_own_row_brings_pinyin_and_the_hospitals_number_before_and_after()
    {
        var (writer, reader) = (new ProjectionWriter(Data, new WorklistSignal()), new WorklistReader(Data));
        await writer.Apply(Waits("A", 1));
        (await Only()).PatientNumber.ShouldBe("pat:1");

        await writer.Apply(new PatientRow("pat:1", 1, new Demographics("张三", "Zhang San", "F", null, null, null, null, false), [new LocalId("township-a", "H77"), new LocalId("township-b", "X1")]));
        var item = await Only();
        (item.PatientNumber, item.Issuer, item.Pinyin).ShouldBe(("H77", "township-a", "Zhang San"));
        (await reader.Head("township-a", default)).Feed.ShouldBe(2);

        await writer.Apply(Waits("A", 2) with { Item = "胸部CT平扫" });
        item = await Only();
        (item.PatientNumber, item.Pinyin, item.Exam.Item).ShouldBe(("H77", "Zhang San", "胸部CT平扫"));

        async Task<WorklistItem> Only() => (await reader.After("township-a", 0, long.MaxValue, waitingOnly: true, 10, default)).ShouldHaveSingleItem().Item.ShouldNotBeNull();
    }

    /// <summary>Seeded walks over three sites at once: each feed holds its own site's exams, all of them, in unbroken order.</summary>
    [SkippableFact]
    public async Task No_feed_ever_holds_another_sites_exam()
    {
        var (writer, reader) = (new ProjectionWriter(Data, new WorklistSignal()), new WorklistReader(Data));
        string[] sites = ["expert", "township-a", "township-b"];
        var random = new Random(20261128);
        var waits = Enumerable.Range(0, 30).Select(i => (Id: $"S{i}", Site: sites[i % 3], Waiting: new bool[1])).ToArray();
        for (var round = 1; round <= 12; round++)
        {
            await Task.WhenAll(waits.Select(async exam =>
            {
                bool waiting;
                lock (random)
                    waiting = random.Next(2) == 0;
                exam.Waiting[0] = waiting;
                await writer.Apply(Waits(exam.Id, round) with { Site = exam.Site, Waits = waiting });
            }));
        }

        foreach (var site in sites)
        {
            var head = await reader.Head(site, default);
            var all = await reader.After(site, 0, head.Feed, waitingOnly: false, 1000, default);
            all.Select(c => c.Feed).ShouldBeInOrder();
            all.Where(c => c.Item is not null).ShouldAllBe(c => c.Item!.Exam.Site == site);
            all.Where(c => c.Item is not null).Select(c => c.StudyId).ShouldBe(waits.Where(w => w.Site == site && w.Waiting[0]).Select(w => "study:" + w.Id), ignoreOrder: true);
        }
    }

    private static WorklistRow Waits(string id, long version) => new(
        "study:" + id, version, "township-a", true, "pat:1", new PatientLabel("张三", "F", new DateOnly(1970, 2, 3)), "QS" + id, "2.25.1", "头颅CT平扫", "CT", "HEAD", null, null,
        DateTimeOffset.UnixEpoch, Priority.Routine, "头痛", null, []);
}
