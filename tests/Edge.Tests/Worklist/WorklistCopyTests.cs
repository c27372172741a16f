using Regional.Edge.Tests.Support;
using Regional.Edge.Worklist;
using Regional.Link.V1;
using Regional.TestKit;

namespace Regional.Edge.Tests.Worklist;

/// <summary>The edge's own copy: it comes over the link, survives it, and never holds what is another site's.</summary>
[Trait("Requirement", "R4.2.2-1")]
[Trait("Requirement", "R4.2.2-2")]
public sealed class WorklistCopyTests
{
    [Fact]
    public async Task Without_a_line_and_after_a_restart_devices_see_what_the_centre_told_last()
    {
        var centre = await FakeCentre.StartAsync();
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup { Centre = centre.Port, Devices = [], MoreDevices = [Waiting.Device("CT1", "scope: device")] });
        (await centre.Heard.FirstAsync(e => e.Worklist is not null)).Worklist.ShouldBe(new WorklistPosition());
        await centre.OrderAsync(new CentreOrder { Worklist = Waiting.All(Waiting.Exam("QS1"), Waiting.Exam("QS2")) });
        await centre.Heard.FirstAsync(e => e.Worklist is { Version: 1 });
        await centre.OrderAsync(new CentreOrder
        {
            Worklist = new WorklistUpdate { Site = EdgeUnderTest.Site, Epoch = "e1", From = 1, Version = 3, Entries = { Waiting.Exam("QS3") }, Removed = { "study:QS1" } },
        });
        await centre.Heard.FirstAsync(e => e.Worklist is { Version: 3 });

        await centre.DisposeAsync();
        (await edge.NumbersAsync("CT1")).ShouldBe(["QS2", "QS3"], ignoreOrder: true);
        await edge.StopAsync();
        await edge.StartAgainAsync();
        (await edge.NumbersAsync("CT1")).ShouldBe(["QS2", "QS3"], ignoreOrder: true);
        edge.Get<WorklistStore>().Position().ShouldBe(new WorklistPosition { Epoch = "e1", Version = 3 });
    }

    [Fact]
    public async Task A_gap_asks_for_everything_and_hides_nothing_meanwhile()
    {
        await using var centre = await FakeCentre.StartAsync();
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup { Centre = centre.Port, Devices = [], MoreDevices = [Waiting.Device("CT1", "scope: device")] });
        await centre.Heard.FirstAsync(e => e.Worklist is not null);
        await centre.OrderAsync(new CentreOrder { Worklist = Waiting.All(Waiting.Exam("QS1")) });
        await centre.Heard.FirstAsync(e => e.Worklist is { Version: 1 });

        await centre.OrderAsync(new CentreOrder { Worklist = new WorklistUpdate { Site = EdgeUnderTest.Site, Epoch = "e1", From = 5, Version = 6, Removed = { "study:QS1" } } });
        await centre.Heard.NthAsync(2, e => e.Worklist is { Epoch: "" });
        (await edge.NumbersAsync("CT1")).ShouldBe(["QS1"]);

        await centre.OrderAsync(new CentreOrder { Worklist = new WorklistUpdate { Site = EdgeUnderTest.Site, Epoch = "e1", Version = 9, Snapshot = true, Last = true, Entries = { Waiting.Exam("QS7") } } });
        await centre.Heard.FirstAsync(e => e.Worklist is { Version: 9 });
        (await edge.NumbersAsync("CT1")).ShouldBe(["QS7"]);
    }

    [Fact]
    public void A_snapshot_takes_effect_with_its_last_part_or_not_at_all()
    {
        using var folder = new TempFolder();
        using var store = new WorklistStore(folder, EdgeUnderTest.Site);
        store.Take(Waiting.All(Waiting.Exam("OLD"))).ShouldNotBeNull();
        WorklistUpdate Part(uint part, bool last, string number) =>
            new() { Site = EdgeUnderTest.Site, Epoch = "e2", Version = 40, Snapshot = true, Part = part, Last = last, Entries = { Waiting.Exam(number) } };

        store.Take(Part(0, false, "A")).ShouldBeNull();
        store.Entries.Select(e => e.AccessionNumber).ShouldBe(["OLD"]);
        store.Take(Part(2, true, "C")).ShouldBe(new WorklistPosition());
        store.Entries.Select(e => e.AccessionNumber).ShouldBe(["OLD"]);

        store.Take(Part(0, false, "A")).ShouldBeNull();
        store.Take(Part(1, true, "B")).ShouldBe(new WorklistPosition { Epoch = "e2", Version = 40 });
        store.Entries.Select(e => e.AccessionNumber).ShouldBe(["A", "B"], ignoreOrder: true);
    }

    /// <summary>Seeded walks of updates, right and wrong ones, of this site and of others: the copy holds what this site's updates make, and nothing else.</summary>
    [Fact]
    public void No_exam_of_another_site_is_ever_held()
    {
        for (var seed = 1; seed <= 50; seed++)
        {
            using var folder = new TempFolder();
            using var store = new WorklistStore(folder, EdgeUnderTest.Site);
            var random = new Random(seed);
            Dictionary<string, bool> expected = [];
            ulong version = 0;
            for (var step = 0; step < 40; step++)
            {
                var own = random.Next(3) > 0;
                var snapshot = version == 0 || random.Next(5) == 0;
                var next = version + (ulong)random.Next(1, 4);
                var update = new WorklistUpdate
                {
                    Site = own ? EdgeUnderTest.Site : "township-b", Epoch = "e", From = snapshot ? 0 : version, Version = next, Snapshot = snapshot, Last = true,
                };
                update.Entries.AddRange(Enumerable.Range(0, random.Next(4)).Select(_ => Waiting.Exam($"{(own ? "own" : "other")}{random.Next(12)}")).DistinctBy(e => e.StudyId));
                if (!snapshot)
                    update.Removed.Add($"study:own{random.Next(12)}");
                var position = store.Take(update).ShouldNotBeNull();
                if (!own)
                {
                    position.ShouldBe(new WorklistPosition());
                    continue;
                }

                if (snapshot)
                    expected.Clear();
                foreach (var gone in update.Removed)
                    expected.Remove(gone);
                foreach (var entry in update.Entries)
                    expected[entry.StudyId] = true;
                version = next;
            }

            store.Entries.Select(e => e.StudyId).ShouldBe(expected.Keys, ignoreOrder: true, $"seed {seed}");
            store.Entries.ShouldAllBe(e => e.StudyId.StartsWith("study:own", StringComparison.Ordinal));
        }
    }
}
