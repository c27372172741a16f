using System.Net;
using FellowOakDicom;
using FellowOakDicom.Network;
using Regional.Edge.Copies;
using Regional.Edge.Tests.Support;
using Regional.Imaging.Copies;
using Regional.Imaging.Packs;
using Regional.Link.V1;
using Regional.TestKit;
using Regional.TestKit.Lines;
using Regional.TestKit.Phantoms;

namespace Regional.Edge.Tests.Copies;

/// <summary>Copies from the centre (R4.2.5-3, design §5.7): whole, with the announced hash, kept as copies, over a line that breaks.</summary>
[Trait("Requirement", "R4.2.5-3")]
public sealed class CopyTests
{
    private static readonly StudyRecipe Ct = new() { Seed = 9100, Images = 5, Matrix = 64 };

    [Fact]
    public async Task A_study_that_is_not_here_is_brought_and_is_a_copy()
    {
        await using var centre = await FakeCentre.StartAsync();
        var study = Give(centre, Ct);
        await using var edge = await EdgeAsync(centre.Port);

        var first = study.Images().First().SopInstanceUid;
        using var asked = new HttpRequestMessage(HttpMethod.Get, $"/dicom-web/studies/{study.StudyInstanceUid}/series/{study.StudyInstanceUid}.1/instances/{first}");
        asked.Headers.Add("Accept", "application/dicom");
        using var served = await edge.Http.SendAsync(asked);

        Part10.Of(await served.Content.ReadAsByteArrayAsync()).Sha256.ShouldBe(Convert.ToHexStringLower(centre.Given[first].Held.Sha256.Span));
        (await edge.Get<NearestCopies>().BringStudyAsync(study.StudyInstanceUid, default)).ShouldBe(Nearness.Here);
        foreach (var (sop, given) in centre.Given)
            (await edge.StoredHashAsync(sop)).ShouldBe(Convert.ToHexStringLower(given.Held.Sha256.Span));
        var kept = (await edge.FindAsync(first)).ShouldNotBeNull();
        (kept.Site, kept.CallingAe, kept.ReceivedAt).ShouldBe(("township-b", "B_CT1", new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero)));
        edge.Archive.Packs.ReadRecords(PackPosition.Start, 100).Records.Count(record => record.Header.Kind == RecordKind.Copy).ShouldBe(5);
        await edge.Modality.SendAsync([new PhantomStudy(Peer.Chest(9101)).Images().Single().File]);
        await edge.WhenQueueAsync(totals => totals is { Received: 1, Instances: 0 });
        centre.Stored.Count.ShouldBe(1, "copies are not sent up, and are not what a modality sent");
        edge.Queue.Studies().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_workstation_gets_a_study_that_is_at_the_centre()
    {
        await using var centre = await FakeCentre.StartAsync();
        var study = Give(centre, Ct);
        await using var edge = await EdgeAsync(centre.Port);
        List<string> received = [];

        var answers = await GetAsync(edge, new DicomCGetRequest(study.StudyInstanceUid), received);

        (answers[^1].Status.Code, answers[^1].Completed).ShouldBe(((ushort)0, 5));
        received.ShouldBe(centre.Given.Keys, ignoreOrder: true);
        (await edge.StoredInstancesAsync()).ShouldBe(5);
    }

    /// <summary>An image that the centre loses in between fails alone, and is named.</summary>
    [Fact]
    public async Task What_the_centre_has_no_more_fails_that_image_alone()
    {
        await using var centre = await FakeCentre.StartAsync();
        var study = Give(centre, Ct);
        var gone = study.Images().Last().SopInstanceUid;
        await using var edge = await EdgeAsync(centre.Port);
        var gate = new SyncPoint();
        centre.Pass = _ => gate.WaitToContinueAsync();
        List<string> received = [];

        var getting = GetAsync(edge, new DicomCGetRequest(study.StudyInstanceUid), received);
        await centre.HoldingsAsked.FirstAsync();
        centre.Given.TryRemove(gone, out _);
        gate.Continue();
        var last = (await getting)[^1];

        received.Count.ShouldBe(last.Completed);
        (last.Completed + last.Failures).ShouldBe(5);
    }

    /// <summary>Cut at seeded random bytes of copies; each image is kept once, with its hash, and large ones go on from where they were.</summary>
    [Fact]
    public async Task Line_cut_at_random_bytes_brings_every_copy_once()
    {
        var cuts = Environment.GetEnvironmentVariable("REGIONAL_LONG") is null ? 40 : 200;
        await using var centre = await FakeCentre.StartAsync();
        var random = new Random(20261128);
        await using var line = new CuttableLine(centre.Port, connection => connection < cuts ? random.NextInt64(1, 400_000) : null);
        await using var edge = await EdgeAsync(line.Port);
        edge.Logs.Expect("Regional.Edge.Link");
        List<Task<CopyOutcome>> wanted = [];
        var seed = 9200;

        for (var round = 0; line.Cuts < cuts && round < 50; round++)
        {
            var held = Enumerable.Range(0, 20).SelectMany(_ => GiveImages(centre, Chest(seed++, seed % 20 == 0 ? 1400 : 150))).ToList();
            wanted.AddRange(held.Select(one => edge.Get<CopyQueue>().Want(Distant(one), Priority.Routine)));
            await Task.WhenAll(wanted).WaitAsync(TimeSpan.FromMinutes(2));
        }

        line.Cuts.ShouldBeGreaterThanOrEqualTo(cuts);
        wanted.ShouldAllBe(one => one.Result == CopyOutcome.Kept);
        (await edge.StoredInstancesAsync()).ShouldBe(centre.Given.Count);
        foreach (var (sop, given) in centre.Given)
            (await edge.StoredHashAsync(sop)).ShouldBe(Convert.ToHexStringLower(given.Held.Sha256.Span));
        edge.Archive.Packs.ReadRecords(PackPosition.Start, 10_000).Records.Count(record => record.Header.Kind == RecordKind.Copy).ShouldBe(centre.Given.Count);
    }

    [Fact]
    public async Task A_large_copy_is_resumed_by_offset()
    {
        await using var centre = await FakeCentre.StartAsync();
        await using var line = new CuttableLine(centre.Port, connection => connection < 5 ? 2_000_000 : null);
        await using var edge = await EdgeAsync(line.Port);
        var held = GiveImages(centre, Chest(9300, 2000)).Single();

        (await edge.Get<CopyQueue>().Want(Distant(held), Priority.Routine).WaitAsync(TimeSpan.FromMinutes(1))).ShouldBe(CopyOutcome.Kept);

        centre.Asked.Items.ShouldContain(begin => begin.Offset > 0);
        // What was in the line's buffers at a cut is lost with it.
        Interlocked.Read(ref centre.CopyBytes).ShouldBeLessThan((long)held.Length * 3);
        (await edge.StoredHashAsync(held.SopInstanceUid)).ShouldBe(Convert.ToHexStringLower(held.Sha256.Span));
    }

    [Fact]
    public async Task A_copy_damaged_on_its_way_comes_again_and_is_never_kept_damaged()
    {
        await using var centre = await FakeCentre.StartAsync();
        await using var edge = await EdgeAsync(centre.Port);
        var (once, ever) = (GiveImages(centre, Chest(9400, 64)).Single(), GiveImages(centre, Chest(9401, 64)).Single());
        centre.Spoil = (begin, chunk) =>
        {
            if (begin.SopInstanceUid == ever.SopInstanceUid || centre.Asked.Items.Count(asked => asked.SopInstanceUid == begin.SopInstanceUid) == 1)
                chunk[^1] ^= 1;
            return chunk;
        };

        (await edge.Get<CopyQueue>().Want(Distant(once), Priority.Routine)).ShouldBe(CopyOutcome.Kept);
        (await edge.Get<CopyQueue>().Want(Distant(ever), Priority.Routine)).ShouldBe(CopyOutcome.Damaged);

        (await edge.StoredHashAsync(once.SopInstanceUid)).ShouldBe(Convert.ToHexStringLower(once.Sha256.Span));
        (await edge.FindAsync(ever.SopInstanceUid)).ShouldBeNull();
    }

    [Fact]
    public async Task Many_who_want_a_study_are_one_transfer_an_image()
    {
        await using var centre = await FakeCentre.StartAsync();
        var study = Give(centre, Ct);
        await using var edge = await EdgeAsync(centre.Port);
        var asking = Enumerable.Range(0, 12).Select(_ => edge.Http.GetAsync($"/dicom-web/studies/{study.StudyInstanceUid}/metadata")).ToList();

        foreach (var answer in await Task.WhenAll(asking))
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);

        centre.Asked.Count.ShouldBe(5);
    }

    /// <summary>Somebody opens what was coming at leisure: the centre is told.</summary>
    [Fact]
    public async Task A_copy_under_way_becomes_urgent_when_somebody_waits_for_it()
    {
        await using var centre = await FakeCentre.StartAsync();
        var held = GiveImages(centre, Chest(9500, 400)).Single();
        await using var edge = await EdgeAsync(centre.Port);
        var gate = new SyncPoint();
        centre.Pass = _ => gate.WaitToContinueAsync();

        var leisurely = edge.Get<CopyQueue>().Want(Distant(held), Priority.Routine);
        await gate.ReachedAsync();
        var urgently = edge.Get<CopyQueue>().Want(Distant(held), Priority.Urgent);
        var told = await centre.Urgencies.FirstAsync();
        gate.Continue();

        (told.Transfer, told.Priority).ShouldBe((centre.Asked.Items[0].Transfer, Priority.Urgent));
        (await Task.WhenAll(leisurely, urgently)).ShouldBe([CopyOutcome.Kept, CopyOutcome.Kept]);
        centre.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Without_the_line_a_whole_copy_is_shown_half_a_study_and_an_unknown_one_are_503()
    {
        await using var centre = await FakeCentre.StartAsync();
        var (whole, half) = (Give(centre, Ct), Give(centre, Ct with { Seed = 9601 }));
        await using var line = new CuttableLine(centre.Port);
        await using var edge = await EdgeAsync(line.Port);
        (await Metadata(edge, whole.StudyInstanceUid)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var one = centre.Given[half.Images().First().SopInstanceUid].Held;
        (await edge.Get<CopyQueue>().Want(Distant(one), Priority.Routine)).ShouldBe(CopyOutcome.Kept);
        await edge.StopAsync();
        line.Break();
        await edge.StartAgainAsync();

        (await Metadata(edge, whole.StudyInstanceUid)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var refused = await Metadata(edge, half.StudyInstanceUid);
        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        refused.Headers.RetryAfter.ShouldNotBeNull();
        (await Metadata(edge, "2.25.404")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task A_study_that_the_site_may_not_see_is_not_found()
    {
        await using var centre = await FakeCentre.StartAsync();
        var study = Give(centre, Ct);
        centre.Denies = true;
        await using var edge = await EdgeAsync(centre.Port);
        (await Metadata(edge, study.StudyInstanceUid)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        centre.Asked.Count.ShouldBe(0);
    }

    /// <summary>The centre lost what it had acknowledged: it goes again; what is not here is told.</summary>
    [Fact]
    public async Task What_the_centre_asks_for_goes_to_it_again_and_what_is_not_here_is_told()
    {
        await using var centre = await FakeCentre.StartAsync();
        await using var edge = await EdgeAsync(centre.Port);
        var study = (await edge.StoreAsync(Ct))[0];
        await edge.WhenQueueAsync(totals => totals is { Received: 5, Instances: 0 });
        var lost = study.Images().First().SopInstanceUid;
        centre.Stored.TryRemove(lost, out _);

        var order = new Send { StudyInstanceUid = study.StudyInstanceUid, Priority = Priority.Emergency, SopInstanceUids = { lost, "2.25.404" } };
        await centre.OrderAsync(new CentreOrder { Send = order });

        var lacking = await centre.Heard.FirstAsync(told => told.Lacking is not null);
        lacking.Lacking.SopInstanceUids.ShouldBe(["2.25.404"]);
        await centre.Taken.NthAsync(6);
        centre.Stored.ShouldContainKey(lost);
        centre.Begun.Items[^1].Priority.ShouldBe(Priority.Emergency);
        await edge.WhenQueueAsync(totals => totals.Instances == 0);
        edge.Queue.Studies().Single().Uploaded.ShouldBe(5);
    }

    private static Task<HttpResponseMessage> Metadata(EdgeUnderTest edge, string study) => edge.Http.GetAsync($"/dicom-web/studies/{study}/metadata");

    private static StudyRecipe Chest(int seed, int matrix) => new() { Seed = seed, Kind = PhantomKind.ChestDr, Matrix = matrix };

    private static PhantomStudy Give(FakeCentre centre, StudyRecipe recipe)
    {
        GiveImages(centre, recipe);
        return new PhantomStudy(recipe);
    }

    private static List<HeldInstance> GiveImages(FakeCentre centre, StudyRecipe recipe)
    {
        List<HeldInstance> given = [];
        var study = new PhantomStudy(recipe);
        foreach (var image in study.Images())
        {
            image.File.Dataset.AddOrUpdate(DicomTag.SeriesInstanceUID, study.StudyInstanceUid + ".1");
            using var file = new MemoryStream();
            image.File.Save(file);
            var parts = Part10.Of(file.ToArray());
            given.Add(centre.Give(study.StudyInstanceUid, image.SopInstanceUid, parts.DataSet.ToArray(), parts.SopClassUid, parts.TransferSyntaxUid));
        }

        return given;
    }

    private static DistantInstance Distant(HeldInstance held) => new(
        new ReceivedInstance(
            held.StudyInstanceUid, held.SeriesInstanceUid, held.SopInstanceUid, held.SopClassUid, held.TransferSyntaxUid, held.CallingAe, held.Site,
            held.Received.ToDateTimeOffset()),
        new ContentHash(held.Sha256.Span), (long)held.Length);

    private static async Task<List<DicomCGetResponse>> GetAsync(EdgeUnderTest edge, DicomCGetRequest request, List<string> received)
    {
        List<DicomCGetResponse> answers = [];
        var client = edge.Client();
        foreach (var sopClass in new[] { DicomUID.CTImageStorage, DicomUID.DigitalXRayImageStorageForPresentation })
        {
            client.AdditionalPresentationContexts.Add(
                DicomPresentationContext.GetScpRolePresentationContext(sopClass, DicomTransferSyntax.ExplicitVRLittleEndian, DicomTransferSyntax.ImplicitVRLittleEndian));
        }

        client.OnCStoreRequest += store =>
        {
            received.Add(store.SOPInstanceUID.UID);
            return Task.FromResult(new DicomCStoreResponse(store, DicomStatus.Success));
        };
        request.OnResponseReceived = (_, answer) => answers.Add(answer);
        await client.AddRequestAsync(request);
        await client.SendAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return answers;
    }

    /// <summary>An edge whose link to the centre holds, where there is one.</summary>
    private static async Task<EdgeUnderTest> EdgeAsync(int centre)
    {
        var edge = await EdgeUnderTest.StartAsync(new EdgeSetup
        {
            Centre = centre,
            Seams = seams => seams with
            {
                Uplink = options => options with { FirstPause = TimeSpan.FromMilliseconds(20), LongestPause = TimeSpan.FromMilliseconds(200) },
            },
        });
        await edge.Get<Edge.Link.CentreCalls>().Open.WaitAsync(TimeSpan.FromSeconds(30));
        return edge;
    }
}
