using System.Text.Json;
using FellowOakDicom;
using FellowOakDicom.Network;
using FellowOakDicom.Network.Client;
using Regional.System.Tests.Support;
using Regional.TestKit;
using Regional.TestKit.Modality;
using Regional.TestKit.Phantoms;

namespace Regional.System.Tests;

/// <summary>From the desk's registration to the modality's console, with and without a line.</summary>
public sealed class WorklistTests
{
    [SkippableFact]
    [Trait("Requirement", "R4.2.2-1")]
    [Trait("Requirement", "R4.2.2-2")]
    [Trait("Requirement", "R4.3.2-2")]
    public async Task Who_is_registered_stands_on_the_devices_worklist_without_retyping_even_when_the_centre_is_gone()
    {
        Skip.If(ExternalTool.Find("findscu") is null && !ExternalTool.Required, "findscu (dcmtk) is not installed");
        await using var region = await RegionUnderTest.StartAsync();
        await region.StartEdgeAsync(region.TownshipB);
        await using var desk = await region.SignInAsync("desk-a");
        var made = await desk.PostAsync("/api/studies", new
        {
            request = new
            {
                item = "头颅CT平扫", priority = "urgent", purpose = "头痛待查",
                patient = new { demographics = new { name = "欧阳雪", pinyin = "Ouyang Xue", sex = "F", birthDate = "1961-05-17", provisional = false }, localIds = new[] { new { issuer = "township-a", value = "H1961" } } },
            },
            arrive = true,
        });
        var accession = made.GetProperty("accessionNumber").GetString()!;

        var (number, name, patient) = await WhenWaitingAsync(region.TownshipA, "A_CT1");
        (number, name, patient).ShouldBe((accession, "Ouyang^Xue=欧阳^雪", "H1961"));
        (await AskAsync(region.TownshipA, "A_DR1")).ShouldBeEmpty("another kind of device");
        (await AskAsync(region.TownshipB, "B_DR1")).ShouldBeEmpty("another site");

        // The device scans, says what it did and sends it: the exam knows, and the technician is asked.
        var study = made.GetProperty("studyId").GetString()!;
        await using var technician = await region.SignInAsync("tech-a");
        await technician.PostAsync($"/api/studies/{study}/start", new { });
        var images = new PhantomStudy(new StudyRecipe { Seed = 9901, Images = 2, Matrix = 64, PatientId = patient, PatientName = name, PatientSex = "F", AccessionNumber = number }).Images().ToList();
        await PerformAsync(region.TownshipA, number, images);
        (await region.TownshipA.Modality.SendAsync(images.Select(i => i.File))).ShouldAllBe(outcome => outcome.Stored);
        var proposed = await WhenAsync(technician, study, exam => exam.GetProperty("completionProposed").GetBoolean());
        proposed.GetProperty("phase").GetString().ShouldBe("inRoom");
        proposed.GetProperty("imagesExpected").GetInt32().ShouldBe(2);
        var performed = proposed.GetProperty("performed").EnumerateArray().Single();
        performed.GetProperty("status").GetString().ShouldBe("completed");
        performed.GetProperty("dose").GetProperty("dlpMilliGrayCm").GetDouble().ShouldBe(512.3);

        await region.KillCentreAsync();
        (await AskAsync(region.TownshipA, "A_CT1")).ShouldHaveSingleItem();
        await region.KillEdgeAsync(region.TownshipA);
        await region.StartEdgeAsync(region.TownshipA);
        (await AskAsync(region.TownshipA, "A_CT1")).ShouldHaveSingleItem();
    }

    /// <summary>MPPS as a CT sends it.</summary>
    private static async Task PerformAsync(SiteUnderTest site, string accession, IReadOnlyList<PhantomImage> images)
    {
        var uid = DicomUID.Parse("2.25.990100");
        var create = new DicomNCreateRequest(DicomUID.ModalityPerformedProcedureStep, uid)
        {
            Dataset = new DicomDataset
            {
                { DicomTag.PerformedProcedureStepID, "PPS1" }, { DicomTag.PerformedStationAETitle, "A_CT1" }, { DicomTag.PerformedProcedureStepStartDate, "20261128" },
                { DicomTag.PerformedProcedureStepStartTime, "100500" }, { DicomTag.PerformedProcedureStepStatus, "IN PROGRESS" }, { DicomTag.Modality, "CT" },
                new DicomSequence(DicomTag.ScheduledStepAttributesSequence, new DicomDataset { { DicomTag.StudyInstanceUID, "2.25.1" }, { DicomTag.AccessionNumber, accession } }),
            },
        };
        var set = new DicomNSetRequest(DicomUID.ModalityPerformedProcedureStep, uid)
        {
            Dataset = new DicomDataset
            {
                { DicomTag.PerformedProcedureStepStatus, "COMPLETED" }, { DicomTag.PerformedProcedureStepEndDate, "20261128" }, { DicomTag.PerformedProcedureStepEndTime, "101230" },
                { DicomTag.CommentsOnRadiationDose, "TotalDLP=512.3" },
                new DicomSequence(DicomTag.PerformedSeriesSequence, new DicomDataset
                {
                    { DicomTag.SeriesInstanceUID, "2.25.2" },
                    new DicomSequence(DicomTag.ReferencedImageSequence, [.. images.Select(image => new DicomDataset
                    {
                        { DicomTag.ReferencedSOPClassUID, DicomUID.CTImageStorage }, { DicomTag.ReferencedSOPInstanceUID, image.SopInstanceUid },
                    })]),
                }),
            },
        };
        List<ushort> statuses = [];
        create.OnResponseReceived = (_, answer) => statuses.Add(answer.Status.Code);
        set.OnResponseReceived = (_, answer) => statuses.Add(answer.Status.Code);
        var client = DicomClientFactory.Create("127.0.0.1", site.DicomPort, false, "A_CT1", site.Ae);
        await client.AddRequestsAsync([create, set]);
        await client.SendAsync().WaitAsync(TimeSpan.FromSeconds(60));
        statuses.ShouldBe([0, 0]);
    }

    private static async Task<JsonElement> WhenAsync(PortalUnderTest portal, string study, Func<JsonElement, bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var exam = await portal.GetAsync($"/api/studies/{study}");
            if (holds(exam))
                return exam;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, patience.Token);
        }
    }

    private static async Task<(string Number, string Name, string Patient)> WhenWaitingAsync(SiteUnderTest site, string ae)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            if (await AskAsync(site, ae) is [{ } answer])
                return (answer.GetString(DicomTag.AccessionNumber), answer.GetString(DicomTag.PatientName), answer.GetString(DicomTag.PatientID));
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, patience.Token);
        }
    }

    private static async Task<DicomDataset[]> AskAsync(SiteUnderTest site, string ae)
    {
        using var folder = new TempFolder();
        var found = await Dcmtk.RunAsync(
            "findscu",
            ["-v", "-W", "-X", "-od", folder, "-aet", ae, "-aec", site.Ae, "-k", "SpecificCharacterSet=GB18030", "-k", "PatientName", "-k", "PatientID", "-k", "AccessionNumber", "-k", "ScheduledProcedureStepSequence[0].Modality", "127.0.0.1", $"{site.DicomPort}"]);
        found.ExitCode.ShouldBe(0, found.Output);
        return [.. Directory.GetFiles(folder).Select(file => DicomFile.Open(file).Dataset)];
    }
}
