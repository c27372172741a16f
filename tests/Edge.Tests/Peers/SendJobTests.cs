using System.Globalization;
using FellowOakDicom;
using Regional.Edge.Tests.Dicom;
using Regional.Edge.Tests.Support;
using Regional.TestKit;
using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;

namespace Regional.Edge.Tests.Peers;

/// <summary>A study goes to a workstation or archive because somebody here wants it (R4.3.2-1, C-STORE as SCU): whole, once, after any break.</summary>
[Trait("Requirement", "R4.3.2-1")]
public sealed class SendJobTests
{
    private static readonly StudyRecipe Ct = new() { Seed = 851, Images = 4, Matrix = 64 };

    [SkippableFact]
    public async Task A_job_for_a_station_that_is_away_survives_a_restart_and_is_done_when_it_is_back()
    {
        SharedData.Need("storescp");
        using var folder = new TempFolder();
        var port = LoopbackPort.Free();
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup { Destinations = $"{{ ae-title: STATION, address: 127.0.0.1, port: {port} }}" });
        var study = (await edge.StoreAsync(Ct))[0];

        var job = await edge.BeginAsync("/peers/STATION/sends", new { studyInstanceUid = study.StudyInstanceUid });
        await edge.WhenJobAsync(job, PeerDoor.HasFailed);
        await edge.StopAsync();
        await edge.StartAgainAsync();
        PeerDoor.Counts(await edge.JobAsync(job)).ShouldBe((4, 0, 0));

        await using var station = ToolProcess.Start(
            ExternalTool.Find("storescp")!, ["-od", folder.Folder("station"), "-aet", "STATION", port.ToString(CultureInfo.InvariantCulture)]);
        await station.WhenListeningAsync(port);
        (await edge.PostAsync($"/peers/jobs/{job}/retry", new { })).Status.ShouldBe(System.Net.HttpStatusCode.NoContent);
        PeerDoor.Counts(await edge.WhenJobAsync(job, PeerDoor.IsDone)).ShouldBe((4, 4, 0));

        var sent = Directory.GetFiles(folder.File("station")).Select(file => DicomFile.Open(file).Dataset).ToDictionary(set => set.GetString(DicomTag.SOPInstanceUID));
        foreach (var image in study.Images())
            sent[image.SopInstanceUid].GetValues<byte>(DicomTag.PixelData).ShouldBe(image.File.Dataset.GetValues<byte>(DicomTag.PixelData));
    }

    /// <summary>storescp takes uncompressed syntaxes alone unless it is told otherwise.</summary>
    [SkippableTheory]
    [InlineData("dcmcrle", "1.2.840.10008.1.2.5")]
    [InlineData("dcmcjpls", "1.2.840.10008.1.2.4.80")]
    [InlineData("dcmcjpeg", "1.2.840.10008.1.2.4.70")]
    public async Task What_the_station_does_not_take_compressed_it_gets_decoded_bit_by_bit(string encoder, string syntax)
    {
        SharedData.Need(encoder);
        using var folder = new TempFolder();
        await using var plain = await Dcmtk.StartStoreScpAsync(folder.Folder("plain"), "-aet", "PLAIN");
        await using var all = await Dcmtk.StartStoreScpAsync(folder.Folder("all"), "+B", "+xa", "-aet", "ALL");
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup
        {
            Destinations = $"{{ ae-title: PLAIN, address: 127.0.0.1, port: {plain.Port} }}, {{ ae-title: ALL, address: 127.0.0.1, port: {all.Port} }}",
        });
        var image = new PhantomStudy(Ct with { Seed = 852, Images = 1 }).Images().Single();
        await image.File.SaveAsync(folder.File("plain.dcm"));
        (await Dcmtk.RunAsync(encoder, [folder.File("plain.dcm"), folder.File("packed.dcm")])).ExitCode.ShouldBe(0);
        var packed = Part10.Read(folder.File("packed.dcm"));
        packed.TransferSyntaxUid.ShouldBe(syntax);
        (await edge.Modality.SendAsync([await DicomFile.OpenAsync(folder.File("packed.dcm"))])).Single().Stored.ShouldBeTrue();
        var study = (await edge.FindAsync(image.SopInstanceUid)).ShouldNotBeNull().StudyUid;

        foreach (var ae in new[] { "PLAIN", "ALL" })
            PeerDoor.Counts(await edge.WhenJobAsync(await edge.BeginAsync($"/peers/{ae}/sends", new { studyInstanceUid = study }), PeerDoor.IsDone)).ShouldBe((1, 1, 0));

        var decoded = (await DicomFile.OpenAsync(plain.Files.Single())).Dataset;
        decoded.InternalTransferSyntax.IsEncapsulated.ShouldBeFalse();
        decoded.GetValues<byte>(DicomTag.PixelData).ShouldBe(image.File.Dataset.GetValues<byte>(DicomTag.PixelData));
        Part10.Read(all.Files.Single()).TransferSyntaxUid.ShouldBe(syntax, "who takes it as it is stored, gets it so");
    }
}
