using System.Net;
using Regional.Edge.Tests.Support;
using Regional.TestKit;
using Regional.TestKit.Modality;
using Regional.TestKit.Tls;

namespace Regional.Edge.Tests.Peers;

/// <summary>The edge asks its devices and peers by C-ECHO whether they are there, keeps the last answer and tells the centre (R4.3.2-1, X4).</summary>
[Trait("Requirement", "R4.3.2-1")]
public sealed class EchoTests
{
    [SkippableFact]
    public async Task Who_answers_is_known_here_after_a_restart_and_at_the_centre()
    {
        SharedData.Need("storescp");
        using var folder = new TempFolder();
        await using var centre = await FakeCentre.StartAsync();
        var dead = LoopbackPort.Free();
        var port = LoopbackPort.Free();
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup
        {
            Centre = centre.Port, EchoPort = port, Destinations = $"{{ ae-title: STATION, address: 127.0.0.1, port: {dead} }}",
        });

        await using (var scanner = ToolProcess.Start(
            ExternalTool.Find("storescp")!, ["-od", folder.Folder("scanner"), "-aet", "A_CT1", port.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await scanner.WhenListeningAsync(port);
            (await edge.PostAsync("/peers/A_CT1/echo", new { })).Body.GetProperty("answers").GetBoolean().ShouldBeTrue();
        }

        var told = await centre.Heard.FirstAsync(heard => heard.Status?.Devices.Any(device => device is { AeTitle: "A_CT1", LastEcho: not null, Answers: true }) == true);
        told.Status.Devices.ShouldContain(device => device.AeTitle == "A_CT1" && device.LastImage == null);
        (await edge.PostAsync("/peers/STATION/echo", new { })).Body.GetProperty("answers").GetBoolean().ShouldBeFalse();
        (await edge.PostAsync("/peers/A_CT1/echo", new { })).Body.GetProperty("failure").GetString().ShouldBe("ConnectionRefused");
        await centre.Heard.FirstAsync(heard => heard.Status?.Devices.Any(device => device is { AeTitle: "A_CT1", LastEcho: not null, Answers: false }) == true);

        await edge.StopAsync();
        await edge.StartAgainAsync();
        var page = await edge.Http.GetStringAsync(new Uri("/peers/", UriKind.Relative));
        page.ShouldContain("\"failure\":\"ConnectionRefused\"");
        page.ShouldContain("\"answeredAt\":\"20");
    }

    [Fact]
    public async Task The_door_is_closed_to_foreign_pages_and_says_what_it_does_not_know()
    {
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup
        {
            Destinations = "{ ae-title: STATION, address: 127.0.0.1, port: 1 }", Peers = "{ ae-title: OLDPACS, address: 127.0.0.1, port: 2 }",
        });
        (await edge.PostAsync("/peers/STATION/sends", new { studyInstanceUid = "1.2" }, byHand: false)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await edge.PostAsync("/peers/NOBODY/echo", new { })).Status.ShouldBe(HttpStatusCode.NotFound);
        (await edge.PostAsync("/peers/STATION/sends", new { studyInstanceUid = "../1" })).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await edge.PostAsync("/peers/STATION/imports", new { from = "2026-01-01", to = "2026-01-02" })).Status.ShouldBe(HttpStatusCode.NotFound, "a workstation has no history");
        (await edge.PostAsync("/peers/OLDPACS/imports", new { from = "2026-01-02", to = "2026-01-01" })).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await edge.PostAsync("/peers/OLDPACS/studies", new { })).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await edge.PostAsync("/peers/OLDPACS/studies", new { patientId = "P1" })).Status.ShouldBe(HttpStatusCode.BadGateway);
        (await edge.PostAsync("/peers/jobs/none/cancel", new { })).Status.ShouldBe(HttpStatusCode.NotFound);
        (await edge.Http.GetStringAsync(new Uri("/peers/jobs", UriKind.Relative))).ShouldBe("[]");
    }

    /// <summary>Production sends nothing in plain text (PS3.15 B.12).</summary>
    [SkippableFact]
    public async Task A_destination_over_tls_is_believed_by_its_authority_alone_and_sees_the_edges_certificate()
    {
        SharedData.Need("storescp");
        using var region = new TestAuthority("Region");
        using var stations = new TestAuthority("Stations");
        using var folder = new TempFolder();
        var files = stations.Issue(folder, "station", CertificateUse.Server);
        var edges = region.Save(folder, "edges");
        await using var station = await Dcmtk.StartStoreScpAsync(
            folder.Folder("station"), "+tls", files.Key, files.Certificate, "+cf", edges, "-aet", "STATION");
        var trusted = stations.Save(folder, "stations");
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup
        {
            Tls = new EdgeTls(region),
            Destinations = $"{{ ae-title: STATION, address: 127.0.0.1, port: {station.Port}, tls: true, authority: \"{trusted}\" }}, "
                + $"{{ ae-title: DOUBTED, address: 127.0.0.1, port: {station.Port}, tls: true, authority: \"{edges}\" }}",
        });
        var round = edge.Get<Regional.Edge.Peers.EchoRound>();
        var book = edge.Get<Regional.Edge.Peers.RemoteBook>();

        (await round.AskAsync(book.Receiver("STATION")!, default)).ShouldBeNull();
        (await round.AskAsync(book.Receiver("DOUBTED")!, default)).ShouldBe("Tls");
        // The station takes nobody without a certificate of the region: another in plain text gets nowhere.
        (await Dcmtk.EchoAsync("127.0.0.1", station.Port, "STATION")).ExitCode.ShouldNotBe(0);
    }
}
