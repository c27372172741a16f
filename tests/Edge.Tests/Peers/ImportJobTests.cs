using System.Net;
using FellowOakDicom;
using Regional.Edge.Tests.Dicom;
using Regional.Edge.Tests.Support;
using Regional.TestKit;
using Regional.TestKit.Phantoms;

namespace Regional.Edge.Tests.Peers;

/// <summary>The history of an older archive (Orthanc) comes here: queried, moved, resumed, nothing twice (R4.3.2-1).</summary>
[Trait("Requirement", "R4.3.2-1")]
public sealed class ImportJobTests
{
    private static readonly StudyRecipe Old = new()
    {
        Seed = 861, Images = 3, Matrix = 64, PatientId = "P861", PatientName = "Wang^Fang=王^芳", StudyTime = new DateTime(2024, 2, 28, 9, 0, 0, DateTimeKind.Unspecified),
    };

    private static readonly StudyRecipe Older = Peer.Chest(862) with { StudyTime = new DateTime(2024, 3, 1, 9, 0, 0, DateTimeKind.Unspecified) };

    private static readonly StudyRecipe Oldest = Peer.Chest(863) with { StudyTime = new DateTime(2023, 1, 1, 9, 0, 0, DateTimeKind.Unspecified) };

    [SkippableFact]
    public async Task A_history_is_queried_and_imported_once()
    {
        SharedData.Need("Orthanc");
        using var folder = new TempFolder();
        var port = LoopbackPort.Free();
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup { Peers = $"{{ ae-title: {OrthancPacs.Ae}, address: 127.0.0.1, port: {port} }}" });
        PhantomStudy[] studies = [new(Old), new(Older), new(Oldest)];
        string job;
        await using (var pacs = await OrthancPacs.StartAsync(folder.Folder("pacs"), edge.DicomPort, port))
        {
            (await pacs.Door.SendAsync(studies.SelectMany(study => study.Images()).Select(image => image.File))).ShouldAllBe(outcome => outcome.Stored);
            // One image is here already: it came when it was made.
            (await edge.Modality.SendAsync([studies[0].Images().First().File])).Single().Stored.ShouldBeTrue();

            var (status, found) = await edge.PostAsync($"/peers/{OrthancPacs.Ae}/studies", new { from = "2024-01-01", to = "2024-12-31" });
            status.ShouldBe(HttpStatusCode.OK, found.ToString());
            found.EnumerateArray().Select(study => study.GetProperty("studyInstanceUid").GetString()).ShouldBe(
                [studies[0].StudyInstanceUid, studies[1].StudyInstanceUid], ignoreOrder: true);
            found.EnumerateArray().Select(study => study.GetProperty("patientName").GetString()).ShouldContain("Wang^Fang=王^芳");

            job = await edge.BeginAsync($"/peers/{OrthancPacs.Ae}/imports", new { from = "2024-02-27", to = "2024-03-02" });
            var done = await edge.WhenJobAsync(job, PeerDoor.IsDone);
            PeerDoor.Counts(done).ShouldBe((2, 2, 0), done.ToString());
            done.GetProperty("listedUpTo").GetString().ShouldBe("20240302");
            (await edge.StoredInstancesAsync()).ShouldBe(4);
            foreach (var image in studies[..2].SelectMany(study => study.Images()))
                (await edge.FindAsync(image.SopInstanceUid)).ShouldNotBeNull();
            (await edge.FindAsync(studies[0].Images().Last().SopInstanceUid)).ShouldNotBeNull().CallingAe.ShouldBe(OrthancPacs.Ae);
        }

        // The archive forgets the edge: it could not send a thing. What is here already needs no sending.
        await using (await OrthancPacs.StartAsync(folder.File("pacs"), null, port))
        {
            var again = await edge.WhenJobAsync(await edge.BeginAsync($"/peers/{OrthancPacs.Ae}/imports", new { from = "2024-02-27", to = "2024-03-02" }), PeerDoor.IsDone);
            PeerDoor.Counts(again).ShouldBe((2, 2, 0), again.ToString());

            // What is not here has failed until the archive knows the edge; meanwhile both may stop and start.
            job = await edge.BeginAsync($"/peers/{OrthancPacs.Ae}/imports", new { from = "2023-01-01", to = "2023-01-02" });
            PeerDoor.Counts(await edge.WhenJobAsync(job, PeerDoor.IsDone)).ShouldBe((1, 0, 1));
            await edge.StopAsync();
        }

        await using var back = await OrthancPacs.StartAsync(folder.File("pacs"), edge.DicomPort, port);
        await edge.StartAgainAsync();
        await edge.PostAsync($"/peers/jobs/{job}/retry", new { });
        PeerDoor.Counts(await edge.WhenJobAsync(job, PeerDoor.IsDone)).ShouldBe((1, 1, 0));
        (await edge.StoredInstancesAsync()).ShouldBe(5);
    }

    [Fact]
    public async Task Outside_its_hours_an_import_waits_and_can_be_cancelled()
    {
        var now = TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(8));
        var (from, to) = (now.AddHours(2).ToString("HH:00", System.Globalization.CultureInfo.InvariantCulture), now.AddHours(3).ToString("HH:00", System.Globalization.CultureInfo.InvariantCulture));
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup
        {
            Peers = $"{{ ae-title: {OrthancPacs.Ae}, address: 127.0.0.1, port: 1, import-hours: \"{from}-{to}\", import-per-minute: 60 }}",
        });
        var job = await edge.BeginAsync($"/peers/{OrthancPacs.Ae}/imports", new { from = "2024-02-27", to = "2024-03-02" });

        var waiting = await edge.WhenJobAsync(job, one => one.GetProperty("notBefore").GetDateTimeOffset() > now.AddMinutes(30));
        (waiting.GetProperty("state").GetString(), PeerDoor.HasFailed(waiting)).ShouldBe(("Open", false));
        (await edge.PostAsync($"/peers/jobs/{job}/cancel", new { })).Status.ShouldBe(HttpStatusCode.NoContent);
        (await edge.JobAsync(job)).GetProperty("state").GetString().ShouldBe("Cancelled");
        (await edge.PostAsync($"/peers/jobs/{job}/retry", new { })).Status.ShouldBe(HttpStatusCode.NotFound);
    }
}
