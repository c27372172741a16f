using System.Diagnostics.Metrics;
using Regional.Imaging.DicomWeb;
using Regional.Imaging.Packs;
using Regional.Imaging.Tests.Index;

namespace Regional.Imaging.Tests.DicomWeb;

/// <summary>R4.3.3-4: frames that are read again and again come from memory, bounded, counted, and never past the right to see them.</summary>
public sealed class HotFrameTests
{
    private static readonly ContentHash[] Images = [.. Enumerable.Range(0, 10).Select(i => new ContentHash([.. Enumerable.Repeat((byte)(i + 1), ContentHash.Size)]))];

    [Fact]
    public void A_frame_is_kept_from_the_second_time_on()
    {
        var hot = new HotFrames(new HotFrameOptions { Bytes = 1000 });

        hot.Find(Images[0], 1, 100, out var first).ShouldBeNull();
        hot.Find(Images[0], 1, 100, out var second).ShouldBeNull();
        hot.Keep(Images[0], 1, [1, 2, 3]);
        hot.Keep(Images[0], 1, [4, 5, 6]);

        (first, second).ShouldBe((false, true));
        hot.Find(Images[0], 1, 100, out _).ShouldNotBeNull().ToArray().ShouldBe([1, 2, 3]);
        hot.Find(Images[0], 2, 100, out _).ShouldBeNull();
        hot.Bytes.ShouldBe(3);
    }

    [Fact]
    public void What_was_used_longest_ago_makes_room_and_the_bound_holds()
    {
        var hot = new HotFrames(new HotFrameOptions { Bytes = 300 });
        for (var i = 0; i < 3; i++) hot.Keep(Images[i], 1, new byte[100]);
        hot.Find(Images[0], 1, 100, out _).ShouldNotBeNull();

        hot.Keep(Images[3], 1, new byte[100]);

        hot.Bytes.ShouldBe(300);
        hot.Find(Images[1], 1, 100, out _).ShouldBeNull();
        hot.Find(Images[0], 1, 100, out _).ShouldNotBeNull();
        hot.Find(Images[3], 1, 100, out _).ShouldNotBeNull();
    }

    [Fact]
    public void A_frame_over_the_bound_is_never_wanted()
    {
        var hot = new HotFrames(new HotFrameOptions { Bytes = 1000, LongestFrame = 100 });
        for (var time = 0; time < 3; time++)
        {
            hot.Find(Images[0], 1, 101, out var isWanted).ShouldBeNull();
            isWanted.ShouldBeFalse();
        }
    }

    [Fact]
    public async Task Served_again_it_is_the_same_counted_and_still_refused_to_whom_may_not_see_it()
    {
        var hits = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Name == "regional.frames.hot_hits") l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref hits, value));
        listener.Start();
        await using var host = await DicomWebHost.StartAsync();
        var slice = new Slice(1, 2, 3);
        await host.StoreAsync(slice);
        var path = $"studies/{slice.StudyUid}/series/{slice.SeriesUid}/instances/{slice.SopInstanceUid}/frames/1";
        const string accept = "application/octet-stream; transfer-syntax=*";

        List<byte[]> bodies = [];
        for (var time = 0; time < 4; time++)
        {
            using var response = await host.GetAsync(path, accept);
            response.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
            bodies.Add(await response.Content.ReadAsByteArrayAsync());
        }
        host.Access.Hidden.Add(slice.StudyUid);
        using var refused = await host.GetAsync(path, accept);

        bodies.ShouldAllBe(body => body.SequenceEqual(bodies[0]));
        bodies[0].ShouldNotBeEmpty();
        Interlocked.Read(ref hits).ShouldBeGreaterThanOrEqualTo(2);
        refused.StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }
}
