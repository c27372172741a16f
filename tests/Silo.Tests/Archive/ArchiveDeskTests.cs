using Regional.Portal.Audit;
using Regional.Silo.Archive;
using Regional.Silo.Backup;
using Regional.Silo.Growth;
using Regional.Silo.Hosting;
using Regional.Silo.Storage;
using Regional.Silo.Tests.Hosting;
using Regional.TestKit.Phantoms;

namespace Regional.Silo.Tests.Archive;

/// <summary>R4.3.1-6: the archive's work at the console: delete with a reason, give space back, rebuild from the packs alone.</summary>
public sealed class ArchiveDeskTests
{
    [Fact]
    public async Task A_study_is_deleted_with_a_reason_its_space_comes_back_and_a_rebuild_does_not_bring_it_back()
    {
        using var region = new SmallRegion();
        var gone = new PhantomStudy(new StudyRecipe { Seed = 31, Images = 3 });
        var kept = new PhantomStudy(new StudyRecipe { Seed = 32, Images = 2 });
        var host = await region.Start();
        await host.Archive.Receive(gone);
        await host.Archive.Receive(kept);
        await host.Exam(gone.StudyInstanceUid, 3);
        await host.Exam(kept.StudyInstanceUid, 2);
        await Should.ThrowAsync<CentreInUseException>(() => Run(region, new ArchiveCommand("compact")), "a running centre owns its archive");
        await SmallRegion.Stop(host);

        (await Run(region, new ArchiveCommand("delete", "1.2.3", "test"))).Code.ShouldBe(1);
        (await Run(region, new ArchiveCommand("delete", gone.StudyInstanceUid, "free text"))).Code.ShouldBe(2);
        (await Run(region, new ArchiveCommand("delete", gone.StudyInstanceUid, "order-17"))).Said.ShouldContain("3 instances");
        (await Run(region, new ArchiveCommand("compact"))).Code.ShouldBe(0);
        (await Run(region, new ArchiveCommand("rebuild-index"))).Said.ShouldContain("1 studies, 2 instances");

        await using var storage = await CentreStorage.Open(region.Cluster, TimeProvider.System);
        var (rows, _) = await new AuditLog(storage.Data).Find(new AuditQuery(null, "archive.delete", null, 10, null), default);
        var row = rows.ShouldHaveSingleItem().Entry;
        (row.Target, row.Rule).ShouldBe((gone.StudyInstanceUid, "order-17"));
    }

    [Fact]
    public void Words_that_make_no_command_are_none()
    {
        CentreCommand.Parse(["archive", "compact", "--cluster", "x.yaml"]).ShouldBe(new CentreCommand("archive", "x.yaml", null, Archive: new ArchiveCommand("compact")));
        CentreCommand.Parse(["archive", "delete", "--study", "1.2"]).ShouldBeNull("a deletion needs a reason");
        CentreCommand.Parse(["archive"]).ShouldBeNull();
        CentreCommand.Parse(["growth", "--studies", "0"]).ShouldBeNull();
        CentreCommand.Parse(["growth", "--studies", "20000"])!.Growth!.Studies.ShouldBe(20000);
    }

    /// <summary>The short mode of <c>./regional growth</c>: that it runs and finds what it stored; the bars are for a quiet machine.</summary>
    [Fact]
    public async Task Growth_measures_ingest_search_and_opening_at_its_marks()
    {
        var folder = Directory.CreateTempSubdirectory("regional-growth").FullName;
        await using (var say = new StringWriter())
        {
            await using (var run = new GrowthRun(new GrowthCommand(1_500, 300, folder, null, false), say)) await run.Run(default);
            var lines = say.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            lines.Length.ShouldBe(4, say.ToString());
            lines[^1].ShouldStartWith("| 1,500 |");
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<(int Code, string Said)> Run(SmallRegion region, ArchiveCommand command)
    {
        await using var say = new StringWriter();
        return (await ArchiveDesk.Run(region.Cluster, command, TimeProvider.System, say), say.ToString());
    }
}
