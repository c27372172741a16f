using System.Net;
using System.Security.Cryptography;
using Regional.Edge.Tests.Support;
using Regional.Link.V1;
using Regional.TestKit.Lines;
using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;
using Outcome = Regional.Link.V1.UploadReceipt.Types.Outcome;

namespace Regional.Edge.Tests.Link;

/// <summary>
/// The edge's end of the link against a centre that misbehaves on purpose (R4.2.3-3, R7.3.2-1): everything arrives, once, with the same bytes (R10.2.2-1).
/// </summary>
[Trait("Requirement", "R4.2.3-3")]
[Trait("Requirement", "R7.3.2-1")]
[Trait("Requirement", "R10.2.2-1")]
public sealed class LinkTests
{
    [Fact]
    public async Task What_a_modality_sends_arrives_at_the_centre_with_the_same_bytes()
    {
        await using var centre = await FakeCentre.StartAsync();
        await using var edge = await EdgeAsync(centre.Port);
        var images = new PhantomStudy(new StudyRecipe { Seed = 71, Images = 6 }).Images().ToList();

        (await edge.Modality.SendAsync(images.Select(i => i.File))).ShouldAllBe(outcome => outcome.Stored);
        await edge.WhenQueueAsync(totals => totals is { Received: 6, Instances: 0 });

        edge.Link.Online.ShouldBeTrue();
        await AllArrivedOnceAsync(edge, centre, images.Select(i => i.SopInstanceUid));
        var told = await centre.Heard.FirstAsync(e => e.Study is { ReceivedInstances: 6, UploadedInstances: 6 });
        told.Study.StudyInstanceUid.ShouldBe(centre.Stored.Values.First().Begin.StudyInstanceUid);
        var begin = centre.Begun.Items[0];
        (begin.Site, begin.CallingAe).ShouldBe((EdgeUnderTest.Site, "A_CT1"));
        (await centre.Heard.FirstAsync(e => e.Hello is not null)).Hello.Site.ShouldBe(EdgeUnderTest.Site);
    }

    /// <summary>Cut two hundred times at seeded random bytes; each connection gets a little further.</summary>
    [Fact]
    public async Task Line_cut_two_hundred_times_at_random_bytes_brings_everything_once()
    {
        const int Cuts = 200;
        await using var centre = await FakeCentre.StartAsync();
        var random = new Random(20260302);
        await using var line = new CuttableLine(centre.Port, connection => connection < Cuts ? random.NextInt64(1, 600_000) : null);
        await using var edge = await EdgeAsync(line.Port);
        // Objects of 64 KiB to 20 MiB, so that cuts fall into calls, between objects and within large ones.
        var images = Enumerable.Range(0, 40).Select(i => Chest(700 + i, i % 10 == 0 ? 1600 : 180)).ToList();

        (await edge.Modality.SendAsync(images.Select(i => i.File))).ShouldAllBe(outcome => outcome.Stored);
        for (var round = 0; line.Cuts < Cuts && round < 30; round++)
        {
            await edge.WhenQueueAsync(totals => totals.Instances == 0, TimeSpan.FromMinutes(2));
            images.AddRange(Enumerable.Range(0, 40).Select(i => Chest(10_000 + (round * 100) + i, i % 20 == 0 ? 1600 : 180)));
            (await edge.Modality.SendAsync(images.TakeLast(40).Select(i => i.File))).ShouldAllBe(outcome => outcome.Stored);
        }

        await edge.WhenQueueAsync(totals => totals.Received == images.Count && totals.Instances == 0, TimeSpan.FromMinutes(2));
        line.Cuts.ShouldBeGreaterThanOrEqualTo(Cuts);
        await AllArrivedOnceAsync(edge, centre, images.Select(i => i.SopInstanceUid));
    }

    /// <summary>A large object goes on where its stream broke: it crosses the line about once, not once a cut.</summary>
    [Fact]
    public async Task Large_object_is_resumed_by_offset()
    {
        await using var centre = await FakeCentre.StartAsync();
        await using var line = new CuttableLine(centre.Port, connection => connection < 6 ? 5_000_000 : null);
        await using var edge = await EdgeAsync(line.Port);
        var image = Chest(72, 3600);

        (await edge.Modality.SendAsync([image.File]))[0].Stored.ShouldBeTrue();
        await edge.WhenQueueAsync(totals => totals is { Received: 1, Instances: 0 });

        var stored = centre.Stored[image.SopInstanceUid];
        centre.Begun.Items.ShouldContain(begin => begin.Offset > 0);
        Interlocked.Read(ref centre.DataBytes).ShouldBeLessThan(stored.Bytes.Length * 5L / 4);
        await AllArrivedOnceAsync(edge, centre, [image.SopInstanceUid]);
    }

    [Fact]
    public async Task Busy_is_tried_again_after_a_pause()
    {
        await using var centre = await FakeCentre.StartAsync();
        centre.Judge = (_, times) => times == 0 ? (Outcome.Busy, "archive.DiskLow") : null;
        await using var edge = await EdgeAsync(centre.Port);
        var images = Enumerable.Range(0, 3).Select(i => Chest(730 + i, 64)).ToList();

        await edge.Modality.SendAsync(images.Select(i => i.File));
        await edge.WhenQueueAsync(totals => totals is { Received: 3, Instances: 0 });

        await AllArrivedOnceAsync(edge, centre, images.Select(i => i.SopInstanceUid));
    }

    [Fact]
    public async Task Corrupt_is_sent_again_from_the_start()
    {
        await using var centre = await FakeCentre.StartAsync();
        centre.Judge = (_, times) => times < 2 ? (Outcome.Corrupt, "upload.sha256") : null;
        await using var edge = await EdgeAsync(centre.Port);
        var image = Chest(74, 64);

        await edge.Modality.SendAsync([image.File]);
        await edge.WhenQueueAsync(totals => totals is { Received: 1, Instances: 0 });

        centre.Begun.Count.ShouldBe(3);
        await AllArrivedOnceAsync(edge, centre, [image.SopInstanceUid]);
    }

    /// <summary>A record damaged on the edge's own disk would be corrupt for ever: it leaves the queue and is shown, the others go on.</summary>
    [Fact]
    public async Task Record_damaged_here_is_given_up_and_told()
    {
        await using var centre = await FakeCentre.StartAsync();
        await using var line = new CuttableLine(centre.Port);
        line.Break();
        await using var edge = await EdgeAsync(line.Port);
        edge.Logs.Expect("Regional.Edge.Link");
        var images = Enumerable.Range(0, 2).Select(i => Chest(750 + i, 64)).ToList();
        await edge.Modality.SendAsync(images.Select(i => i.File));
        await edge.WhenQueueAsync(totals => totals.Instances == 2);
        var address = (await edge.FindAsync(images[0].SopInstanceUid)).ShouldNotBeNull().Address;
        var pack = Directory.GetFiles(edge.Folder, "*.pack", SearchOption.AllDirectories).Single();
        await using (var file = new FileStream(pack, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            file.Position = address.Offset + address.HeaderLength + 100;
            file.WriteByte(0xA5);
        }

        line.Restore();
        var totals = await edge.WhenQueueAsync(t => t.Instances == 0);

        totals.Refused.ShouldBe(1);
        centre.Stored.Keys.ShouldBe([images[1].SopInstanceUid]);
    }

    [Fact]
    public async Task Refused_leaves_the_queue_for_good_and_the_others_go_on()
    {
        var images = Enumerable.Range(0, 3).Select(i => Chest(760 + i, 64)).ToList();
        await using var centre = await FakeCentre.StartAsync();
        centre.Judge = (begin, _) => begin.SopInstanceUid == images[1].SopInstanceUid ? (Outcome.Refused, "archive.StudyUid") : null;
        await using var edge = await EdgeAsync(centre.Port);

        await edge.Modality.SendAsync(images.Select(i => i.File));
        var totals = await edge.WhenQueueAsync(t => t is { Received: 3, Instances: 0 });

        totals.Refused.ShouldBe(1);
        centre.Stored.Keys.ShouldBe([images[0].SopInstanceUid, images[2].SopInstanceUid], ignoreOrder: true);
        await centre.Heard.FirstAsync(e => e.Study is { ReceivedInstances: 1, UploadedInstances: 0, NotComingInstances: 1 });
    }

    [Fact]
    public async Task Conflict_at_the_centre_leaves_the_queue_is_shown_and_told()
    {
        await using var centre = await FakeCentre.StartAsync();
        centre.Judge = (_, _) => (Outcome.Conflict, "archive.conflict");
        await using var edge = await EdgeAsync(centre.Port);
        await edge.Modality.SendAsync([Chest(77, 64).File]);
        (await edge.WhenQueueAsync(t => t is { Received: 1, Instances: 0 })).Refused.ShouldBe(1);
        await centre.Heard.FirstAsync(e => e.Study is { ReceivedInstances: 1, UploadedInstances: 0, NotComingInstances: 1 });
    }

    /// <summary>What the centre calls urgent overtakes what waits, also within a large object that is under way.</summary>
    [Fact]
    public async Task Urgent_study_overtakes_what_waits()
    {
        await using var centre = await FakeCentre.StartAsync();
        centre.Block();
        await using var edge = await EdgeAsync(centre.Port, uplink => uplink with { WindowBytes = 1 << 20, WindowInstances = 4 });
        var routine = new PhantomStudy(new StudyRecipe { Seed = 78, Images = 20 }).Images().ToList();
        var urgent = new PhantomStudy(new StudyRecipe { Seed = 79, Images = 3, PatientId = "P2" });
        await edge.Modality.SendAsync(routine.Concat(urgent.Images()).Select(i => i.File));
        await edge.WhenQueueAsync(totals => totals.Received == 23);

        await centre.OrderAsync(new CentreOrder { Prioritise = new Prioritise { StudyInstanceUid = urgent.StudyInstanceUid, Priority = Priority.Emergency } });
        await edge.WhenQueueAsync(_ => edge.Queue.Next(1, new HashSet<Imaging.Packs.PackPosition>()) is [{ Priority: Priority.Emergency }]);
        centre.Unblock();
        await edge.WhenQueueAsync(totals => totals.Instances == 0);

        // One look ahead of sixteen may have been under way before the order came.
        var order = centre.Begun.Items.Select(begin => begin.StudyInstanceUid).ToList();
        order.LastIndexOf(urgent.StudyInstanceUid).ShouldBeLessThan(20);
        centre.Begun.Items.Where(begin => begin.StudyInstanceUid == urgent.StudyInstanceUid).ShouldAllBe(begin => begin.Priority == Priority.Emergency);
    }

    [Fact]
    public async Task Urgent_image_is_woven_into_a_large_routine_one()
    {
        await using var centre = await FakeCentre.StartAsync();
        await using var edge = await EdgeAsync(centre.Port);
        centre.Block();
        var (large, urgent) = (Chest(80, 3600), Chest(81, 64));
        var urgentStudy = urgent.File.Dataset.GetSingleValue<string>(FellowOakDicom.DicomTag.StudyInstanceUID);
        await centre.Heard.FirstAsync(e => e.Hello is not null);
        edge.Queue.Prioritise(urgentStudy, Priority.Urgent);
        await edge.Modality.SendAsync([large.File]);
        await edge.WhenQueueAsync(totals => totals.Received == 1);
        await edge.Modality.SendAsync([urgent.File]);
        await edge.WhenQueueAsync(totals => totals.Received == 2);
        centre.Unblock();
        await edge.WhenQueueAsync(totals => totals.Instances == 0);

        centre.Taken.Items.ShouldBe([urgent.SopInstanceUid, large.SopInstanceUid]);
    }

    [Fact]
    public async Task Paused_uploads_wait_and_go_on_when_resumed()
    {
        await using var centre = await FakeCentre.StartAsync();
        await using var edge = await EdgeAsync(centre.Port);
        (await Switch(edge, "/uploads/pause")).ShouldBe(HttpStatusCode.NoContent);
        await edge.Modality.SendAsync([Chest(82, 64).File]);
        await edge.WhenQueueAsync(totals => totals.Received == 1);
        await centre.Heard.FirstAsync(e => e.Status is { Paused: true, QueuedInstances: 1 });
        centre.Begun.Count.ShouldBe(0);

        (await Switch(edge, "/uploads/resume")).ShouldBe(HttpStatusCode.NoContent);
        await edge.WhenQueueAsync(totals => totals.Instances == 0);
        centre.Stored.Count.ShouldBe(1);
    }

    /// <summary>A page of any site, open in a browser on the edge's machine, can neither send the header nor name this machine.</summary>
    [Fact]
    public async Task A_foreign_page_cannot_pause_uploads()
    {
        await using var centre = await FakeCentre.StartAsync();
        await using var edge = await EdgeAsync(centre.Port);
        (await Switch(edge, "/uploads/pause", hand: null)).ShouldBe(HttpStatusCode.Forbidden);
        (await Switch(edge, "/uploads/pause", host: "edge.example.org")).ShouldBe(HttpStatusCode.Forbidden);

        await edge.Modality.SendAsync([Chest(84, 64).File]);
        await edge.WhenQueueAsync(totals => totals is { Instances: 0, Received: 1 });
    }

    private static async Task<HttpStatusCode> Switch(EdgeUnderTest edge, string path, string? hand = "1", string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative));
        if (hand is not null)
            request.Headers.Add("X-Regional-Edge", hand);
        request.Headers.Host = host;
        using var answer = await edge.Http.SendAsync(request);
        return answer.StatusCode;
    }

    /// <summary>A centre that does not read holds the edge back within its window; the hospital goes on receiving.</summary>
    [Fact]
    public async Task Slow_centre_holds_back_within_the_window_while_receiving_goes_on()
    {
        await using var centre = await FakeCentre.StartAsync();
        centre.Block();
        await using var edge = await EdgeAsync(centre.Port, uplink => uplink with { WindowInstances = 5 });
        var images = Enumerable.Range(0, 60).Select(i => Chest(8300 + i, 64)).ToList();
        (await edge.Modality.SendAsync(images.Select(i => i.File))).ShouldAllBe(outcome => outcome.Stored);
        await edge.WhenQueueAsync(totals => totals is { Received: 60, Instances: 60 });
        centre.Unblock();
        await edge.WhenQueueAsync(totals => totals.Instances == 0);
        await AllArrivedOnceAsync(edge, centre, images.Select(i => i.SopInstanceUid));
    }

    /// <summary>The line is away, the edge waits longer each time, and drains when it is back.</summary>
    [Fact]
    public async Task Line_that_comes_back_is_used_again()
    {
        await using var centre = await FakeCentre.StartAsync();
        await using var line = new CuttableLine(centre.Port);
        line.Break();
        await using var edge = await EdgeAsync(line.Port);
        var images = Enumerable.Range(0, 10).Select(i => Chest(8400 + i, 64)).ToList();
        (await edge.Modality.SendAsync(images.Take(5).Select(i => i.File))).ShouldAllBe(outcome => outcome.Stored);
        edge.Link.Online.ShouldBeFalse();
        line.Restore();
        await edge.WhenQueueAsync(totals => totals is { Received: 5, Instances: 0 });
        line.Break();
        (await edge.Modality.SendAsync(images.Skip(5).Select(i => i.File))).ShouldAllBe(outcome => outcome.Stored);
        line.Restore();
        await edge.WhenQueueAsync(totals => totals is { Received: 10, Instances: 0 });
        await AllArrivedOnceAsync(edge, centre, images.Select(i => i.SopInstanceUid));
    }

    private static PhantomImage Chest(int seed, int matrix) =>
        new PhantomStudy(new StudyRecipe { Seed = seed, Kind = PhantomKind.ChestDr, Matrix = matrix }).Images().Single();

    private static Task<EdgeUnderTest> EdgeAsync(int? centre, Func<Edge.Link.UplinkOptions, Edge.Link.UplinkOptions>? uplink = null) =>
        EdgeUnderTest.StartAsync(new EdgeSetup
        {
            Centre = centre,
            Seams = seams => seams with
            {
                Uplink = options => (uplink ?? (same => same))(options with
                {
                    FirstPause = TimeSpan.FromMilliseconds(20), LongestPause = TimeSpan.FromMilliseconds(200),
                }),
            },
        });

    /// <summary>Each instance once in the centre's hands, with the hash of what the edge holds.</summary>
    private static async Task AllArrivedOnceAsync(EdgeUnderTest edge, FakeCentre centre, IEnumerable<string> sopInstanceUids)
    {
        var expected = sopInstanceUids.ToList();
        centre.Stored.Keys.ShouldBe(expected, ignoreOrder: true);
        foreach (var sop in expected)
        {
            var hash = await edge.StoredHashAsync(sop);
            Convert.ToHexStringLower(SHA256.HashData(centre.Stored[sop].Bytes)).ShouldBe(hash);
        }
    }
}
