using FellowOakDicom;
using FellowOakDicom.Network;
using FellowOakDicom.Network.Client;
using Regional.Edge.Tests.Support;
using Regional.TestKit;
using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;

namespace Regional.Edge.Tests.Dicom;

/// <summary>C-GET and C-MOVE at an edge (PS3.4 §C.4.2, §C.4.3): stored images go out as they are, counted, to whom they may go.</summary>
[Trait("Requirement", "R4.3.2-1")]
public sealed class RetrieveTests
{
    private static readonly StudyRecipe Ct = new() { Seed = 811, Images = 3, PatientId = "P811" };

    [SkippableTheory]
    [InlineData("-S", "STUDY", 3)]
    [InlineData("-S", "SERIES", 3)]
    [InlineData("-S", "IMAGE", 1)]
    [InlineData("-P", "PATIENT", 4)]
    public async Task Getscu_fetches_bit_by_bit_what_is_stored(string model, string level, int images)
    {
        SharedData.Need("getscu");
        await using var edge = await EdgeUnderTest.StartAsync();
        var study = (await edge.StoreAsync(Ct, Peer.Chest(812) with { PatientId = "P811" }))[0];
        var keys = new[]
        {
            $"PatientID={(model == "-P" ? "P811" : "")}", $"StudyInstanceUID={study.StudyInstanceUid}", $"SeriesInstanceUID={study.SeriesInstanceUid}",
            $"SOPInstanceUID={study.Images().First().SopInstanceUid}",
        }.Take(level switch { "PATIENT" => 1, "STUDY" => 2, "SERIES" => 3, _ => 4 });
        using var folder = new TempFolder();

        var got = await edge.AskAsync("getscu", ["-v", model, "+B", "-od", folder, "-k", $"QueryRetrieveLevel={level}", .. keys.SelectMany(key => new[] { "-k", key })]);

        got.ExitCode.ShouldBe(0, got.Output);
        await ShouldBeAsStoredAsync(edge, Directory.GetFiles(folder), images);
    }

    [SkippableFact]
    public async Task Movescu_has_a_study_sent_to_a_destination_of_the_site_and_to_nobody_else()
    {
        SharedData.Need("movescu");
        using var folder = new TempFolder();
        await using var station = await Dcmtk.StartStoreScpAsync(folder.Folder("station"), "+B", "+xa", "-aet", "STATION");
        await using var edge = await EdgeUnderTest.StartAsync(To(station.Port));
        var study = (await edge.StoreAsync(Ct, Peer.Chest(813)))[0];
        string[] wanted = ["-v", "-d", "-S", "-k", "QueryRetrieveLevel=STUDY", "-k", $"StudyInstanceUID={study.StudyInstanceUid}"];

        var unknown = await edge.AskAsync("movescu", [.. wanted, "-aem", "ELSEWHERE"]);
        unknown.ExitCode.ShouldNotBe(0);
        unknown.Output.ShouldContain("0xa801");
        station.Files.ShouldBeEmpty();

        var moved = await edge.AskAsync("movescu", [.. wanted, "-aem", "STATION"]);
        moved.ExitCode.ShouldBe(0, moved.Output);
        await ShouldBeAsStoredAsync(edge, station.Files, 3);
    }

    /// <summary>Each image in the syntax in which it is stored; storescp takes them all.</summary>
    [SkippableFact]
    public async Task Every_syntax_is_sent_as_it_is_stored()
    {
        SharedData.Need("movescu");
        var files = SharedData.Files("syntaxes").Where(StoreTests.Sendable).DistinctBy(path => Part10.Read(path).SopInstanceUid).ToList();
        Skip.If(files.Count == 0, "shared/data/syntaxes is not beside this repository.");
        using var folder = new TempFolder();
        await using var station = await Dcmtk.StartStoreScpAsync(folder.Folder("station"), "+B", "+xa", "-aet", "STATION");
        await using var edge = await EdgeUnderTest.StartAsync(To(station.Port));
        List<DicomCMoveResponse> last = [];
        HashSet<string> studies = [];
        foreach (var file in files.Select(Part10.Read))
        {
            await using var line = await RawAssociation.ConnectAsync(edge.DicomPort);
            (await line.OpenAsync(EdgeUnderTest.Ae, "A_CT1", file.SopClassUid, file.TransferSyntaxUid)).ShouldBeTrue(file.TransferSyntaxUid);
            (await line.StoreAsync(file.SopClassUid, file.SopInstanceUid, file.DataSet)).ShouldBe((ushort)0);
            studies.Add((await edge.FindAsync(file.SopInstanceUid)).ShouldNotBeNull().StudyUid);
        }

        foreach (var study in studies)
            last.Add((await MoveAsync(edge, new DicomCMoveRequest("STATION", study)))[^1]);

        last.ShouldAllBe(answer => answer.Status.Code == 0);
        last.Sum(answer => answer.Completed).ShouldBe(files.Count);
        var sent = station.Files.Select(Part10.Read).ToDictionary(file => file.SopInstanceUid);
        foreach (var file in files.Select(Part10.Read))
        {
            sent[file.SopInstanceUid].TransferSyntaxUid.ShouldBe(file.TransferSyntaxUid);
            Pixels(sent[file.SopInstanceUid]).ShouldBe(Pixels(file), file.TransferSyntaxUid);
        }
    }

    /// <summary>Compressed pixels for a peer that takes plain ones alone: not converted, so a failure, and named.</summary>
    [Fact]
    public async Task A_syntax_that_the_peer_does_not_take_fails_that_image_alone()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var study = (await edge.StoreAsync(Ct))[0];
        var plain = study.Images().First().File.Dataset;
        var fragments = new DicomOtherByteFragment(DicomTag.PixelData);
        fragments.Fragments.Add(new FellowOakDicom.IO.Buffer.MemoryByteBuffer([1, 2, 3, 4]));
        var rle = new DicomDataset(DicomTransferSyntax.RLELossless).Add(plain.Where(item => item.Tag != DicomTag.PixelData));
        rle.AddOrUpdate(fragments);
        rle.AddOrUpdate(DicomTag.SOPInstanceUID, "2.25.81100");
        (await edge.Modality.SendAsync([new DicomFile(rle)])).Single().Stored.ShouldBeTrue();
        (await edge.StoredInstancesAsync()).ShouldBe(4);

        List<string> received = [];
        var answers = await GetAsync(edge, new DicomCGetRequest(study.StudyInstanceUid), request => received.Add(request.SOPInstanceUID.UID));

        received.Count.ShouldBe(3);
        received.ShouldNotContain("2.25.81100");
        var last = answers[^1];
        (last.Status.Code, last.Completed, last.Failures).ShouldBe(((ushort)0xB000, 3, 1));
        last.Dataset.GetString(DicomTag.FailedSOPInstanceUIDList).ShouldBe("2.25.81100");
        answers[..^1].Select(answer => answer.Remaining).ShouldBe([3, 2, 1]);
        answers[..^1].ShouldAllBe(answer => answer.Status.Code == 0xFF00);
    }

    [Fact]
    public async Task What_the_peer_refuses_is_counted()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var study = (await edge.StoreAsync(Ct))[0];
        var refused = study.Images().First().SopInstanceUid;
        var answers = await GetAsync(
            edge, new DicomCGetRequest(study.StudyInstanceUid), _ => { }, uid => uid == refused ? DicomStatus.StorageStorageOutOfResources : DicomStatus.Success);
        (answers[^1].Status.Code, answers[^1].Completed, answers[^1].Failures).ShouldBe(((ushort)0xB000, 2, 1));
        answers[^1].Dataset.GetString(DicomTag.FailedSOPInstanceUIDList).ShouldBe(refused);

        var none = await GetAsync(edge, new DicomCGetRequest(study.StudyInstanceUid), _ => { }, _ => DicomStatus.ProcessingFailure);
        (none[^1].Status.Code, none[^1].Failures).ShouldBe(((ushort)0xA702, 3));
        var unknown = (await GetAsync(edge, new DicomCGetRequest("2.25.1"), _ => { })).Single();
        (unknown.Status.Code, unknown.Completed).ShouldBe(((ushort)0, 0));
    }

    [Fact]
    public async Task A_destination_that_is_away_fails_every_image_and_not_the_edge()
    {
        await using var edge = await EdgeUnderTest.StartAsync(To(LoopbackPort.Free()));
        // fo-dicom's client says so itself where nobody answers.
        edge.Logs.Expect("FellowOakDicom.Network");
        var study = (await edge.StoreAsync(Ct))[0];
        var last = (await MoveAsync(edge, new DicomCMoveRequest("STATION", study.StudyInstanceUid)))[^1];
        (last.Status.Code, last.Failures).ShouldBe(((ushort)0xA702, 3));
        (await edge.Modality.EchoAsync()).ShouldBe((ushort)0);
    }

    /// <summary>The destination takes a second for each image; the cancel comes after the first and the rest is not sent.</summary>
    [SkippableFact]
    public async Task A_cancelled_move_stops_between_two_images()
    {
        SharedData.Need("movescu");
        using var folder = new TempFolder();
        await using var station = await Dcmtk.StartStoreScpAsync(folder.Folder("station"), "--sleep-after", "1", "-aet", "STATION");
        await using var edge = await EdgeUnderTest.StartAsync(To(station.Port));
        var study = (await edge.StoreAsync(Ct with { Images = 6 }))[0];

        var moved = await edge.AskAsync(
            "movescu", ["-v", "-d", "-S", "--cancel", "1", "-aem", "STATION", "-k", "QueryRetrieveLevel=STUDY", "-k", $"StudyInstanceUID={study.StudyInstanceUid}"]);

        moved.Output.ShouldContain("0xfe00");
        station.Files.Count.ShouldBeInRange(1, 5);
    }

    [Fact]
    public async Task Who_may_not_query_retrieves_nothing()
    {
        var setup = To(LoopbackPort.Free()) with { Profile = "production", Destinations = "{ ae-title: STATION, address: 127.0.0.1, port: 104 }" };
        await using var edge = await EdgeUnderTest.StartAsync(setup);
        var study = (await edge.StoreAsync(Ct))[0];
        List<string> received = [];
        (await GetAsync(edge, new DicomCGetRequest(study.StudyInstanceUid), request => received.Add(request.SOPInstanceUID.UID), callingAe: "A_CT1"))
            .Single().Status.Code.ShouldBe((ushort)0x0122);
        (await MoveAsync(edge, new DicomCMoveRequest("STATION", study.StudyInstanceUid), "A_CT1")).Single().Status.Code.ShouldBe((ushort)0x0122);
        await Should.ThrowAsync<DicomAssociationRejectedException>(() => MoveAsync(edge, new DicomCMoveRequest("STATION", study.StudyInstanceUid), "STATION"));
        received.ShouldBeEmpty();
    }

    private static EdgeSetup To(int port) => new() { Destinations = $"{{ ae-title: STATION, address: 127.0.0.1, port: {port} }}" };

    private static async Task<List<DicomCGetResponse>> GetAsync(
        EdgeUnderTest edge, DicomCGetRequest request, Action<DicomCStoreRequest> received, Func<string, DicomStatus>? answer = null, string callingAe = "STATION")
    {
        List<DicomCGetResponse> answers = [];
        request.OnResponseReceived = (_, response) => answers.Add(response);
        var client = edge.Client(callingAe);
        client.AdditionalPresentationContexts.Add(
            DicomPresentationContext.GetScpRolePresentationContext(DicomUID.CTImageStorage, DicomTransferSyntax.ExplicitVRLittleEndian));
        client.OnCStoreRequest = store =>
        {
            received(store);
            return Task.FromResult(new DicomCStoreResponse(store, answer?.Invoke(store.SOPInstanceUID.UID) ?? DicomStatus.Success));
        };
        await client.AddRequestAsync(request);
        await client.SendAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return answers;
    }

    private static async Task<List<DicomCMoveResponse>> MoveAsync(EdgeUnderTest edge, DicomCMoveRequest request, string callingAe = "CONSOLE")
    {
        List<DicomCMoveResponse> answers = [];
        request.OnResponseReceived = (_, response) => answers.Add(response);
        var client = edge.Client(callingAe);
        await client.AddRequestAsync(request);
        await client.SendAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return answers;
    }

    private static async Task ShouldBeAsStoredAsync(EdgeUnderTest edge, IReadOnlyList<string> files, int count)
    {
        files.Count.ShouldBe(count);
        foreach (var file in files.Select(Part10.Read))
            file.Sha256.ShouldBe(await edge.StoredHashAsync(file.SopInstanceUid));
    }

    /// <summary>The pixels' bytes as they stand in the data set.</summary>
    private static byte[] Pixels(Part10 file)
    {
        ReadOnlyMemory<byte> data = file.DataSet;
        var layout = Imaging.Frames.DataSetWalker.Walk(
            (offset, buffer) =>
            {
                var part = data.Span[(int)Math.Min(offset, data.Length)..];
                part = part[..Math.Min(part.Length, buffer.Length)];
                part.CopyTo(buffer);
                return part.Length;
            },
            data.Length, file.TransferSyntaxUid);
        layout.Problem.ShouldBe(Imaging.Frames.DataSetProblem.None);
        return data[(int)layout.HeaderLength..].ToArray();
    }
}
