using Regional.Edge.Tests.Dicom;
using Regional.Edge.Tests.Support;
using Regional.TestKit.Modality;
using Regional.TestKit.Tls;

namespace Regional.Edge.Tests.Link;

/// <summary>The edge's end of the link over TLS: it shows the site's certificate, and speaks to the region's own centre alone (R10.2.2-1).</summary>
[Trait("Requirement", "R10.2.2-1")]
public sealed class LinkTlsTests : IDisposable
{
    private readonly TestAuthority _region = new("Region");
    private readonly TestAuthority _strangers = new("Strangers");

    public void Dispose()
    {
        _region.Dispose();
        _strangers.Dispose();
    }

    [Fact]
    public async Task The_edge_shows_the_site_s_certificate_and_uploads()
    {
        await using var centre = await FakeCentre.StartAsync(_region);
        await using var edge = await EdgeAsync(centre, new EdgeTls(_region));
        var image = StoreTests.Small(91);

        (await Modality(edge).SendAsync([image.File]))[0].Stored.ShouldBeTrue();
        await edge.WhenQueueAsync(totals => totals is { Received: 1, Instances: 0 });

        (await centre.Shown.FirstAsync(_ => true)).ShouldBe("CN=" + EdgeUnderTest.Site);
        centre.Stored.ShouldContainKey(image.SopInstanceUid);
    }

    /// <summary>Somebody on the line who is not the centre gets no image, however willing.</summary>
    [Fact]
    public async Task A_centre_of_another_authority_is_not_spoken_to()
    {
        await using var impostor = await FakeCentre.StartAsync(_strangers, _region);
        await using var edge = await EdgeAsync(impostor, new EdgeTls(_region));
        var image = StoreTests.Small(92);

        (await Modality(edge).SendAsync([image.File]))[0].Stored.ShouldBeTrue("the hospital goes on without the line");
        await WhenRefusedAsync(edge);

        edge.Link.LastFailure.ShouldBe("Tls");
        impostor.Shown.Items.ShouldBeEmpty();
        impostor.Stored.ShouldBeEmpty();
        await edge.UntilAsync(() => edge.Queue.Totals().Instances == 1);
    }

    [Fact]
    public async Task An_edge_that_the_centre_does_not_know_keeps_its_images()
    {
        await using var centre = await FakeCentre.StartAsync(_region);
        await using var edge = await EdgeAsync(centre, new EdgeTls(_strangers, Centre: _region));
        var image = StoreTests.Small(93);

        (await Modality(edge).SendAsync([image.File]))[0].Stored.ShouldBeTrue();
        await WhenRefusedAsync(edge);

        centre.Stored.ShouldBeEmpty();
        await edge.UntilAsync(() => edge.Queue.Totals().Instances == 1);
    }

    private static async Task WhenRefusedAsync(EdgeUnderTest edge)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (edge.Link.LastFailure is null)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
        edge.Link.Online.ShouldBeFalse();
    }

    private static FakeModality Modality(EdgeUnderTest edge) =>
        new("127.0.0.1", edge.DicomPort, EdgeUnderTest.Ae, "A_CT1", new FellowOakDicom.Network.Tls.DefaultTlsInitiator { IgnoreSslPolicyErrors = true });

    private static Task<EdgeUnderTest> EdgeAsync(FakeCentre centre, EdgeTls tls) =>
        EdgeUnderTest.StartAsync(new EdgeSetup { Profile = "production", Centre = centre.Port, Tls = tls });
}
