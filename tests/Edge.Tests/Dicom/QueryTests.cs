using FellowOakDicom;
using FellowOakDicom.Network;
using Regional.Edge.Dicom;
using Regional.Edge.Tests.Support;
using Regional.TestKit;
using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;

namespace Regional.Edge.Tests.Dicom;

/// <summary>C-FIND at an edge (PS3.4 §C.4.1): who may ask, what matches, in which character set.</summary>
[Trait("Requirement", "R4.3.2-1")]
public sealed class QueryTests
{
    private static readonly StudyRecipe Fang = Peer.Chest(801) with { PatientId = "P801", PatientName = "Wang^Fang=王^芳", AccessionNumber = "QS801" };

    private static readonly StudyRecipe Jianjun = Peer.Chest(802) with
    {
        PatientId = "P802", PatientName = "Li^Jianjun=李^建军", PatientSex = "M", StudyTime = new DateTime(2026, 4, 9, 14, 0, 0, DateTimeKind.Unspecified), Charset = PhantomCharset.Gb18030,
    };

    private static readonly StudyRecipe FangsCt = new()
    {
        Seed = 803, Images = 3, PatientId = "P801", PatientName = "Wang^Fang=王^芳", StudyTime = new DateTime(2026, 3, 20, 9, 0, 0, DateTimeKind.Unspecified),
    };

    [SkippableFact]
    public async Task Findscu_reads_studies_with_their_chinese_names()
    {
        SharedData.Need("findscu");
        await using var edge = await EdgeUnderTest.StartAsync();
        await edge.StoreAsync(Fang, Jianjun);
        using var folder = new TempFolder();

        var found = await edge.AskAsync(
            "findscu", ["-v", "-S", "-X", "-od", folder, "-k", "QueryRetrieveLevel=STUDY", "-k", "PatientName", "-k", "PatientID", "-k", "StudyInstanceUID", "-k", "StudyDate=20260401-"]);

        found.ExitCode.ShouldBe(0, found.Output);
        var answer = DicomFile.Open(Directory.GetFiles(folder).Single()).Dataset;
        answer.GetString(DicomTag.SpecificCharacterSet).ShouldBe("ISO_IR 192");
        answer.GetString(DicomTag.PatientName).ShouldBe("Li^Jianjun=李^建军");
        answer.GetString(DicomTag.StudyInstanceUID).ShouldBe(new PhantomStudy(Jianjun).StudyInstanceUid);
    }

    [SkippableFact]
    public async Task Findscu_walks_the_patient_root_down_to_the_images()
    {
        SharedData.Need("findscu");
        await using var edge = await EdgeUnderTest.StartAsync();
        var studies = await edge.StoreAsync(Fang, FangsCt, Jianjun);
        var ct = studies[1];
        string[][] levels =
        [
            ["-k", "QueryRetrieveLevel=PATIENT", "-k", "PatientID=P80*", "-k", "PatientName"],
            ["-k", "QueryRetrieveLevel=STUDY", "-k", "PatientID=P801", "-k", "StudyInstanceUID"],
            ["-k", "QueryRetrieveLevel=SERIES", "-k", "PatientID=P801", "-k", $"StudyInstanceUID={ct.StudyInstanceUid}", "-k", "SeriesInstanceUID", "-k", "Modality"],
            ["-k", "QueryRetrieveLevel=IMAGE", "-k", "PatientID=P801", "-k", $"StudyInstanceUID={ct.StudyInstanceUid}", "-k", $"SeriesInstanceUID={ct.SeriesInstanceUid}", "-k", "SOPInstanceUID"],
        ];
        foreach (var (keys, matches) in levels.Zip([2, 2, 1, 3]))
        {
            using var folder = new TempFolder();
            var found = await edge.AskAsync("findscu", ["-v", "-P", "-X", "-od", folder, .. keys]);
            found.ExitCode.ShouldBe(0, found.Output);
            Directory.GetFiles(folder).Length.ShouldBe(matches, found.Output);
        }
    }

    [Theory]
    [InlineData("PatientName", "WANG*", 2)]
    [InlineData("PatientName", "王*", 2)]
    [InlineData("PatientName", "Li^Jianjun=李^建军", 1)]
    [InlineData("PatientName", "L?^J*", 1)]
    [InlineData("PatientID", "P801", 2)]
    [InlineData("PatientID", "P80", 0)]
    [InlineData("PatientSex", "M", 1)]
    [InlineData("AccessionNumber", "QS801", 1)]
    [InlineData("StudyDate", "20260302", 1)]
    [InlineData("StudyDate", "20260303-20260401", 1)]
    [InlineData("StudyDate", "-20260331", 2)]
    [InlineData("StudyTime", "0800-0915", 2)]
    [InlineData("ModalitiesInStudy", "CT", 1)]
    [InlineData("PatientName", "", 3)]
    [InlineData("PatientName", "*", 3)]
    public async Task Keys_match_as_the_standard_says(string keyword, string value, int matches)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        await edge.StoreAsync(Fang, Jianjun, FangsCt);
        var request = Peer.Query(DicomQueryRetrieveLevel.Study, (DicomTag.SpecificCharacterSet, "ISO_IR 192"), (DicomDictionary.Default[keyword], value));

        var answers = await edge.FindAsync(request);

        answers[^1].Status.Code.ShouldBe((ushort)0);
        answers[..^1].ShouldAllBe(answer => answer.Status.Code == 0xFF00);
        answers.Values(DicomTag.StudyInstanceUID).Count().ShouldBe(matches);
    }

    [Fact]
    public async Task A_list_of_uids_finds_each()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var studies = await edge.StoreAsync(Fang, Jianjun, FangsCt);
        var wanted = studies.Take(2).Select(study => study.StudyInstanceUid).Order().ToList();
        var answers = await edge.FindAsync(Peer.Query(DicomQueryRetrieveLevel.Study, (DicomTag.StudyInstanceUID, string.Join('\\', wanted))));
        answers.Values(DicomTag.StudyInstanceUID).Order().ShouldBe(wanted);
    }

    /// <summary>The name is asked for in GB18030 and comes back in it; a peer that writes in no charset gets UTF-8.</summary>
    [Theory]
    [InlineData("GB18030", "GB18030")]
    [InlineData("GBK", "GBK")]
    [InlineData("ISO_IR 192", "ISO_IR 192")]
    [InlineData("ISO_IR 100", "ISO_IR 192")]
    public async Task Chinese_names_come_in_the_charset_that_was_asked_in(string asked, string answered)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        await edge.StoreAsync(Fang, Jianjun);
        var name = asked.StartsWith('G') || asked == "ISO_IR 192" ? "李*" : "LI*";
        var answers = await edge.FindAsync(Peer.Query(DicomQueryRetrieveLevel.Study, (DicomTag.SpecificCharacterSet, asked), (DicomTag.PatientName, name)));

        answers.Values(DicomTag.PatientName).ShouldBe(["Li^Jianjun=李^建军"]);
        answers.Values(DicomTag.SpecificCharacterSet).ShouldBe([answered]);
    }

    /// <summary>What the index does not know is neither matched nor returned, and every answer says so (PS3.4 §C.2.2.1.3, FF01).</summary>
    [Fact]
    public async Task An_unsupported_optional_key_is_told()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        await edge.StoreAsync(Fang);
        var answers = await edge.FindAsync(Peer.Query(DicomQueryRetrieveLevel.Study, (DicomTag.PatientComments, ""), (DicomTag.PatientID, "P801"), (DicomTag.RetrieveAETitle, "")));
        answers.Count.ShouldBe(2);
        answers[0].Status.Code.ShouldBe((ushort)0xFF01);
        answers[0].Dataset.Contains(DicomTag.PatientComments).ShouldBeFalse();
        answers[0].Dataset.GetString(DicomTag.RetrieveAETitle).ShouldBe(EdgeUnderTest.Ae);
        answers[1].Status.Code.ShouldBe((ushort)0);
    }

    [Fact]
    public async Task An_identifier_that_does_not_fit_its_model_is_refused()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        await edge.StoreAsync(Fang);
        // A series of no study, a patient in the study root, no level at all, a date that is none.
        (await edge.FindAsync(Peer.Query(DicomQueryRetrieveLevel.Series, (DicomTag.SeriesInstanceUID, "")))).Single().Status.Code.ShouldBe((ushort)0xA900);
        (await edge.FindAsync(Peer.Query(DicomQueryRetrieveLevel.Patient, (DicomTag.PatientID, "")))).Single().Status.Code.ShouldBe((ushort)0xA900);
        (await edge.FindAsync(Peer.Query(DicomQueryRetrieveLevel.NotApplicable, (DicomTag.PatientID, "")))).Single().Status.Code.ShouldBe((ushort)0xA900);
        var wrong = (await edge.FindAsync(Peer.Query(DicomQueryRetrieveLevel.Study, (DicomTag.StudyDate, "2026")))).Single();
        wrong.Status.Code.ShouldBe((ushort)0xC000);
        wrong.Command.GetSingleValue<DicomTag>(DicomTag.OffendingElement).ShouldBe(DicomTag.StudyDate);
    }

    /// <summary>More than a page of matches, in the index's order, each once.</summary>
    [Fact]
    public async Task Matches_beyond_a_page_all_come()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var study = (await edge.StoreAsync(new StudyRecipe { Seed = 804, Images = 1 })).Single();
        var template = study.Images().Single().File;
        List<DicomFile> files = [];
        for (var i = 0; i < 230; i++)
        {
            var copy = template.Dataset.Clone();
            copy.Remove(DicomTag.PixelData);
            copy.AddOrUpdate(DicomTag.SOPInstanceUID, $"2.25.80400.{i}");
            files.Add(new DicomFile(copy));
        }

        (await edge.Modality.SendAsync(files)).ShouldAllBe(outcome => outcome.Stored);
        (await edge.StoredInstancesAsync()).ShouldBe(231);
        var answers = await edge.FindAsync(Peer.Query(
            DicomQueryRetrieveLevel.Image, (DicomTag.StudyInstanceUID, study.StudyInstanceUid), (DicomTag.SeriesInstanceUID, study.SeriesInstanceUid)));
        answers.Values(DicomTag.SOPInstanceUID).Distinct().Count().ShouldBe(231);
        answers.Count.ShouldBe(232);
    }

    [Fact]
    public async Task A_cancelled_query_ends_with_FE00_before_the_next_match()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        await edge.StoreAsync(Fang, Jianjun);
        var queries = new QueryService(edge.Archive.Index, EdgeUnderTest.Ae, Microsoft.Extensions.Logging.Abstractions.NullLogger<QueryService>.Instance);
        using var cancel = new CancellationTokenSource();
        List<ushort> statuses = [];
        await foreach (var answer in queries.AnswerAsync(Peer.Query(DicomQueryRetrieveLevel.Study), "STATION", cancel.Token))
        {
            statuses.Add(answer.Status.Code);
            await cancel.CancelAsync();
        }

        statuses.ShouldBe([0xFF00, 0xFE00]);
    }

    /// <summary>The library would end the association at a cancel: it is taken out before, also in one packet with the query.</summary>
    [Fact]
    public async Task A_cancel_of_what_is_over_or_never_was_changes_nothing()
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        await edge.StoreAsync(Fang, Jianjun);
        await using var line = await RawAssociation.ConnectAsync(edge.DicomPort);
        (await line.OpenAsync(EdgeUnderTest.Ae, "STATION", DicomUID.StudyRootQueryRetrieveInformationModelFind.UID)).ShouldBeTrue();
        foreach (ushort message in (ushort[])[78, 80])
        {
            await line.SendPduAsync(4, RawMessages.Cancel(77));
            await line.SendPduAsync(4, RawMessages.Find(message, "STUDY"));
            List<ushort> statuses = [];
            do
                statuses.Add(await RawMessages.ReadStatusAsync(line));
            while (statuses[^1] is 0xFF00);
            statuses.ShouldBe([0xFF00, 0xFF00, 0]);
        }

        (await line.ReleaseAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Cancel_is_told_and_everything_else_passes_in_pieces_of_any_size()
    {
        byte[] Pdu(byte type, byte[] body) => [type, 0, 0, 0, (byte)(body.Length >> 8), (byte)body.Length, .. body];
        byte[] large = Pdu(4, [.. Enumerable.Range(0, 5000).Select(i => (byte)i)]);
        byte[] query = Pdu(4, RawMessages.Find(6, "STUDY"));
        byte[] release = Pdu(5, new byte[4]);
        foreach (var size in new[] { 1, 7, 100, 100_000 })
        {
            List<ushort> cancelled = [];
            using var listener = new CancelListener(new MemoryStream([.. query, .. Pdu(4, RawMessages.Cancel(5)), .. large, .. Pdu(4, RawMessages.Cancel(6)), .. release, 4, 0]));
            listener.Cancelled += cancelled.Add;
            using var passed = new MemoryStream();
            var buffer = new byte[size];
            while (await listener.ReadAsync(buffer.AsMemory()) is > 0 and var read)
                passed.Write(buffer, 0, read);
            passed.ToArray().ShouldBe([.. query, .. large, .. release, 4, 0]);
            cancelled.ShouldBe([5, 6]);
        }
    }

    [Fact]
    public async Task A_device_without_the_right_gets_no_context_and_a_stranger_no_association()
    {
        var setup = new EdgeSetup { Profile = "production", Devices = [("A_CT1", "127.0.0.1")], Destinations = "{ ae-title: STATION, address: 127.0.0.1, port: 104, query: true }" };
        await using var edge = await EdgeUnderTest.StartAsync(setup);
        await edge.StoreAsync(Fang);

        (await edge.FindAsync(Peer.Query(DicomQueryRetrieveLevel.Study), "A_CT1")).Single().Status.Code.ShouldBe((ushort)0x0122);
        await Should.ThrowAsync<DicomAssociationRejectedException>(() => edge.FindAsync(Peer.Query(DicomQueryRetrieveLevel.Study), "STRANGER"));
        (await edge.FindAsync(Peer.Query(DicomQueryRetrieveLevel.Study), "STATION")).Count.ShouldBe(2);

        // Who may only query brings nothing.
        var outcome = (await new FakeModality("127.0.0.1", edge.DicomPort, EdgeUnderTest.Ae, "STATION").SendAsync([StoreTests.Small(9).File])).Single();
        outcome.Stored.ShouldBeFalse();
        (await edge.StoredInstancesAsync()).ShouldBe(1);
    }

    [SkippableFact]
    public async Task Findscu_of_a_stranger_is_rejected()
    {
        SharedData.Need("findscu");
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup { Profile = "production", Devices = [("A_CT1", "127.0.0.1")] });
        await edge.StoreAsync(Fang);
        var stranger = await edge.AskAsync("findscu", ["-v", "-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "PatientName"], "STRANGER");
        stranger.ExitCode.ShouldNotBe(0);
        stranger.Output.ShouldContain("Calling AE Title Not Recognized");
        var device = await edge.AskAsync("findscu", ["-v", "-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "PatientName"], "A_CT1");
        device.ExitCode.ShouldNotBe(0);
        device.Output.ShouldContain("No Acceptable Presentation Contexts");
        device.Output.ShouldNotContain("Wang^Fang");
    }
}
