using System.Diagnostics;
using Regional.System.Tests.Support;
using Regional.TestKit;
using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;
using Xunit.Abstractions;

namespace Regional.System.Tests;

/// <summary>The way of an image through real processes: modality → edge → link → archive → the reader's list (design §5, R4.3.2-1, R4.3.2-2).</summary>
[Trait("Requirement", "R4.1-1")]
[Trait("Requirement", "R4.2.3-3")]
[Trait("Requirement", "R4.2.5-1")]
[Trait("Requirement", "R4.3.1-6")]
[Trait("Requirement", "R4.3.2-1")]
[Trait("Requirement", "R7.3.2-1")]
public sealed class IngestTests(ITestOutputHelper output)
{
    private const int Counted = 3;
    private const int Patience = 20;

    /// <summary>R4.3.2-2: last image acknowledged → on the reading list within a second.</summary>
    private static readonly TimeSpan ListBound = TimeSpan.FromSeconds(1);

    [SkippableFact]
    [Trait("Requirement", "R4.3.2-2")]
    public async Task Storescu_to_a_township_stands_on_the_expert_list_within_a_second_and_is_pushed()
    {
        Skip.If(!ExternalTool.Required && !Dcmtk.Installed, "storescu is not installed.");
        await using var region = await RegionUnderTest.StartAsync();
        await using var portal = await region.SignInAsync();
        await portal.ListenAsync();
        using var folder = new TempFolder();
        List<TimeSpan> counted = [];
        // The first study is not counted: the processes are seconds old and compile their code as it is first run (seen on two busy cores: 0.5 to
        // 2 s, then 30 to 300 ms). Of the others every one has to
        // keep the bound; one that came late while others took the machine says nothing, and is measured again.
        for (var attempt = 0; counted.Count < Counted; attempt++)
        {
            Skip.If(attempt > Patience && !ExternalTool.Required, "The machine was never quiet enough to measure the bound.");
            attempt.ShouldBeLessThanOrEqualTo(Patience, "the machine was never quiet enough to measure the bound");
            var study = new PhantomStudy(new StudyRecipe { Seed = 900 + attempt, Images = 8, PatientId = $"P{attempt}" });
            var images = study.Images().ToList();
            await study.SaveAsync(folder.Folder(study.StudyInstanceUid));

            var sent = await Dcmtk.StoreAsync("127.0.0.1", region.TownshipA.DicomPort, region.TownshipA.Ae, [folder.File(study.StudyInstanceUid)], "A_CT1");
            var acknowledged = Stopwatch.GetTimestamp();
            var others = region.WatchOthers();
            sent.ExitCode.ShouldBe(0, sent.Output);
            var row = await portal.WhenOnReadingListAsync(study.StudyInstanceUid, r => r.GetProperty("imagesAtCentre").GetInt32() == images.Count);
            var took = Stopwatch.GetElapsedTime(acknowledged);
            output.WriteLine($"Study {attempt}: {took.TotalMilliseconds:F0} ms, others had {others.Share:P0} of the machine");
            if (attempt > 0 && (took < ListBound || !others.AreLoud))
                counted.Add(took);

            row.GetProperty("phase").GetString().ShouldBe("unmatched");
            row.GetProperty("site").GetString().ShouldBe("township-a");
            row.GetProperty("readingCentre").GetString().ShouldBe("expert");
            var studyId = row.GetProperty("studyId").GetString();
            await portal.Changes.FirstAsync(change => change.GetProperty("items").EnumerateArray().Any(i => i.GetProperty("key").GetString() == studyId));

            var instances = await portal.InstancesAsync(study.StudyInstanceUid);
            instances.Select(i => i.Sop).ShouldBe(images.Select(i => i.SopInstanceUid), ignoreOrder: true);
            foreach (var (series, sop) in instances)
                (await portal.PixelHashAsync(study.StudyInstanceUid, series, sop)).ShouldBe(images.Single(i => i.SopInstanceUid == sop).PixelSha256);
        }

        counted.ShouldAllBe(took => took < ListBound);
    }

    /// <summary>The centre is away for a while; the hospital goes on, and everything drains when the centre is back. Restarts keep what was.</summary>
    [Fact]
    public async Task Centre_away_then_everything_drains_and_restarts_keep_it()
    {
        await using var region = new RegionUnderTest();
        await region.StartEdgeAsync(region.TownshipA);
        var study = new PhantomStudy(new StudyRecipe { Seed = 950, Images = 10 });
        var images = study.Images().ToList();
        (await region.TownshipA.Modality.SendAsync(images.Take(5).Select(i => i.File))).ShouldAllBe(outcome => outcome.Stored);
        await region.KillEdgeAsync(region.TownshipA);
        await region.StartEdgeAsync(region.TownshipA);
        (await region.TownshipA.Modality.SendAsync(images.Skip(5).Select(i => i.File))).ShouldAllBe(outcome => outcome.Stored);
        await region.TownshipA.WhenAsync(status => status.GetProperty("queuedInstances").GetInt64() == 10 && !status.GetProperty("online").GetBoolean());

        await region.StartCentreAsync();
        await region.TownshipA.WhenDrainedAsync(10);
        await HoldsAsync(region, study, images);

        await region.KillCentreAsync();
        await region.StartCentreAsync();
        await HoldsAsync(region, study, images);
    }

    /// <summary>One edge's line is cut; the other hospital and the centre do not notice.</summary>
    [Fact]
    public async Task One_edge_cut_off_does_not_touch_the_others()
    {
        TestKit.Lines.CuttableLine? line = null;
        await using var region = new RegionUnderTest(port => (line = new TestKit.Lines.CuttableLine(port)).Port);
        await using var held = line!;
        await Task.WhenAll(region.StartCentreAsync(), region.StartEdgeAsync(region.TownshipA), region.StartEdgeAsync(region.TownshipB));
        await Task.WhenAll(region.TownshipA.WhenAsync(Online), region.TownshipB.WhenAsync(Online));
        await region.KillEdgeAsync(region.TownshipB);

        var a = new PhantomStudy(new StudyRecipe { Seed = 960, Images = 6, PatientId = "PA" });
        var b = new PhantomStudy(new StudyRecipe { Seed = 961, Images = 6, PatientId = "PB" });
        (await region.TownshipA.Modality.SendAsync(a.Images().Select(i => i.File))).ShouldAllBe(outcome => outcome.Stored);
        await region.TownshipA.WhenDrainedAsync(6);
        await using (var portal = await region.SignInAsync("admin"))
        {
            var sites = await portal.GetAsync("/api/sites");
            State(sites, "township-a").ShouldBeTrue();
        }

        await region.StartEdgeAsync(region.TownshipB);
        line!.Break();
        (await region.TownshipB.Modality.SendAsync(b.Images().Select(i => i.File))).ShouldAllBe(outcome => outcome.Stored);
        await region.TownshipB.WhenAsync(status => status.GetProperty("queuedInstances").GetInt64() == 6);
        line.Restore();
        await region.TownshipB.WhenDrainedAsync(6);
        await HoldsAsync(region, a, a.Images().ToList());
        await HoldsAsync(region, b, b.Images().ToList());
    }

    private static bool Online(global::System.Text.Json.JsonElement status) => status.GetProperty("online").GetBoolean();

    private static bool State(global::System.Text.Json.JsonElement sites, string code) =>
        sites.EnumerateArray().Select(row => row.GetProperty("site")).Single(site => site.GetProperty("profile").GetProperty("code").GetString() == code)
            .GetProperty("online").GetBoolean();

    internal static async Task HoldsAsync(RegionUnderTest region, PhantomStudy study, IReadOnlyList<PhantomImage> images)
    {
        await using var portal = await region.SignInAsync();
        await portal.WhenOnReadingListAsync(study.StudyInstanceUid, row => row.GetProperty("imagesAtCentre").GetInt32() == images.Count);
        var instances = await portal.InstancesAsync(study.StudyInstanceUid);
        instances.Select(i => i.Sop).ShouldBe(images.Select(i => i.SopInstanceUid), ignoreOrder: true);
        foreach (var (series, sop) in instances)
            (await portal.PixelHashAsync(study.StudyInstanceUid, series, sop)).ShouldBe(images.Single(i => i.SopInstanceUid == sop).PixelSha256);
    }
}
