using FellowOakDicom;
using FellowOakDicom.Network;
using Regional.Edge.Tests.Support;
using Regional.Link.V1;

namespace Regional.Edge.Tests.Dicom;

/// <summary>MPPS at an edge (PS3.4 §F): the states of a step, and its way to the centre (R4.3.2-1, R4.2.2-1).</summary>
[Trait("Requirement", "R4.3.2-1")]
public sealed class PerformedTests
{
    private const string Uid = "1.2.826.0.1.3680043.8.498.9001";

    [Fact]
    public async Task A_step_is_made_changed_and_ended_once()
    {
        await using var edge = await EdgeUnderTest.StartAsync();

        (await edge.CreateAsync(Uid, Begun())).Status.Code.ShouldBe((ushort)0);
        (await edge.CreateAsync(Uid, Begun())).Status.Code.ShouldBe((ushort)0x0111);
        (await edge.SetAsync(Uid, new DicomDataset { { DicomTag.PerformedProcedureStepDescription, "头颅平扫" } })).Status.Code.ShouldBe((ushort)0);
        (await edge.SetAsync("1.2.3.4", Ended())).Status.Code.ShouldBe((ushort)0x0112);
        (await edge.SetAsync(Uid, Ended(), "A_CT2")).Status.Code.ShouldBe((ushort)0x0112, "another device's step");
        (await edge.SetAsync(Uid, Ended())).Status.Code.ShouldBe((ushort)0);

        var late = await edge.SetAsync(Uid, Ended());
        late.Status.Code.ShouldBe((ushort)0x0110);
        late.Status.ErrorComment.ShouldBe("Performed Procedure Step Object may no longer be updated");
        late.Command.GetSingleValue<ushort>(DicomTag.ErrorID).ShouldBe((ushort)0xA710);
    }

    [Fact]
    public async Task What_is_missing_or_wrong_is_named_and_nothing_is_kept()
    {
        await using var edge = await EdgeUnderTest.StartAsync();

        var absent = await edge.CreateAsync(Uid, Begun(d => d.Remove(DicomTag.Modality, DicomTag.PerformedProcedureStepID)));
        absent.Status.Code.ShouldBe((ushort)0x0120);
        absent.Command.GetValues<DicomTag>(DicomTag.AttributeIdentifierList).ShouldBe([DicomTag.PerformedProcedureStepID, DicomTag.Modality], ignoreOrder: true);
        (await edge.CreateAsync(Uid, Begun(d => d.AddOrUpdate(DicomTag.PerformedStationAETitle, "")))).Status.Code.ShouldBe((ushort)0x0121);
        (await edge.CreateAsync(Uid, Begun(d => d.AddOrUpdate(DicomTag.PerformedProcedureStepStatus, "COMPLETED")))).Status.Code.ShouldBe((ushort)0x0106);
        (await edge.CreateAsync(Uid, Begun(d => d.GetSequence(DicomTag.ScheduledStepAttributesSequence).Items[0].Remove(DicomTag.StudyInstanceUID)))).Status.Code.ShouldBe((ushort)0x0120);
        (await edge.SetAsync(Uid, Ended())).Status.Code.ShouldBe((ushort)0x0112);

        (await edge.CreateAsync(Uid, Begun())).Status.Code.ShouldBe((ushort)0);
        (await edge.SetAsync(Uid, new DicomDataset { { DicomTag.PerformedProcedureStepStatus, "COMPLETED" } })).Status.Code.ShouldBe((ushort)0x0120);
        (await edge.SetAsync(Uid, new DicomDataset { { DicomTag.PerformedProcedureStepStatus, "PAUSED" } })).Status.Code.ShouldBe((ushort)0x0106);
        (await edge.SetAsync(Uid, Ended())).Status.Code.ShouldBe((ushort)0);
    }

    [Fact]
    public async Task A_device_that_draws_no_uid_is_given_one_and_a_stranger_nothing()
    {
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup { Profile = "production" });

        var made = await edge.CreateAsync(null, Begun());
        made.Status.Code.ShouldBe((ushort)0);
        (await edge.SetAsync(made.SOPInstanceUID.UID, Ended())).Status.Code.ShouldBe((ushort)0);
        await Should.ThrowAsync<DicomAssociationRejectedException>(() => edge.CreateAsync(Uid, Begun(), "STRANGER"));
    }

    /// <summary>Made and ended without a line and over a restart; said until the centre takes it; then never again.</summary>
    [Fact]
    [Trait("Requirement", "R4.2.3-3")]
    public async Task Evidence_waits_for_the_line_and_is_said_until_it_is_taken()
    {
        var port = Regional.TestKit.LoopbackPort.Free();
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup { Centre = port });
        await edge.CreateAsync(Uid, Begun());
        await edge.SetAsync(Uid, Ended());
        await edge.StopAsync();

        await using var centre = await FakeCentre.StartAsync(port: port);
        centre.TakesSteps = tries => tries > 1;
        await edge.StartAgainAsync();
        var step = (await centre.Heard.NthAsync(2, e => e.Performed is not null)).Performed;

        (step.StepUid, step.Status, step.CallingAe, step.Images, step.Series).ShouldBe((Uid, StepStatus.StepCompleted, "A_CT1", 3u, 1u));
        step.AccessionNumbers.ShouldBe(["QS1", "RP1"], ignoreOrder: true);
        step.StudyInstanceUids.ShouldBe(["2.25.12"]);
        step.PatientName.ShouldBe("Zhang^San=张^三");
        step.Ended.ToDateTimeOffset().ShouldBe(new DateTimeOffset(2026, 11, 28, 10, 12, 30, TimeSpan.FromHours(8)));
        (step.Dose.DlpMgycm, step.Dose.Exposures).ShouldBe((512.3, 2u));
        var exposure = step.Exposures.ShouldHaveSingleItem();
        (exposure.Kvp, exposure.TubeMa, exposure.CtdivolMgy, exposure.Milliseconds).ShouldBe((120, 250, 38.5, 800));
        await edge.UntilAsync(() => edge.Get<Regional.Edge.Performed.PerformedStore>().Next([]) is null);
    }

    [Fact]
    public async Task A_discontinued_step_says_why()
    {
        await using var centre = await FakeCentre.StartAsync();
        await using var edge = await EdgeUnderTest.StartAsync(new EdgeSetup { Centre = centre.Port });
        await edge.CreateAsync(Uid, Begun());
        var ended = new DicomDataset
        {
            { DicomTag.PerformedProcedureStepStatus, "DISCONTINUED" }, { DicomTag.PerformedProcedureStepEndDate, "20261128" }, { DicomTag.PerformedProcedureStepEndTime, "101230" },
        };
        ended.Add(new DicomSequence(DicomTag.PerformedProcedureStepDiscontinuationReasonCodeSequence, new DicomDataset
        {
            { DicomTag.CodeValue, "110514" }, { DicomTag.CodingSchemeDesignator, "DCM" }, { DicomTag.CodeMeaning, "Incorrect worklist entry selected" },
        }));
        (await edge.SetAsync(Uid, ended)).Status.Code.ShouldBe((ushort)0);

        var step = (await centre.Heard.FirstAsync(e => e.Performed is { Status: StepStatus.StepDiscontinued })).Performed;
        (step.Reason, step.Images).ShouldBe(("Incorrect worklist entry selected", 0u));
    }

    private static DicomDataset Begun(Action<DicomDataset>? change = null)
    {
        var begun = new DicomDataset
        {
            { DicomTag.SpecificCharacterSet, "GB18030" }, { DicomTag.PatientName, "Zhang^San=张^三" }, { DicomTag.PatientID, "PQS1" }, { DicomTag.PatientSex, "F" },
            { DicomTag.PatientBirthDate, "19700203" }, { DicomTag.PerformedProcedureStepID, "PPS1" }, { DicomTag.PerformedStationAETitle, "A_CT1" },
            { DicomTag.PerformedProcedureStepStartDate, "20261128" }, { DicomTag.PerformedProcedureStepStartTime, "100500.25" },
            { DicomTag.PerformedProcedureStepStatus, "IN PROGRESS" }, { DicomTag.Modality, "CT" },
            new DicomSequence(DicomTag.ScheduledStepAttributesSequence, new DicomDataset
            {
                { DicomTag.StudyInstanceUID, "2.25.12" }, { DicomTag.AccessionNumber, "QS1" }, { DicomTag.RequestedProcedureID, "RP1" }, { DicomTag.ScheduledProcedureStepID, "QS1" },
            }),
        };
        change?.Invoke(begun);
        return begun;
    }

    private static DicomDataset Ended() => new()
    {
        { DicomTag.PerformedProcedureStepStatus, "COMPLETED" }, { DicomTag.PerformedProcedureStepEndDate, "20261128" }, { DicomTag.PerformedProcedureStepEndTime, "101230" },
        { DicomTag.TotalNumberOfExposuresRETIRED, (ushort)2 }, { DicomTag.CommentsOnRadiationDose, "TotalDLP=512.3" },
        new DicomSequence(DicomTag.ExposureDoseSequenceRETIRED, new DicomDataset
        {
            { DicomTag.KVP, "120" }, { DicomTag.XRayTubeCurrentInuA, "250000" }, { DicomTag.ExposureTime, "800" }, { DicomTag.CTDIvol, 38.5 },
        }),
        new DicomSequence(DicomTag.PerformedSeriesSequence, new DicomDataset
        {
            { DicomTag.ProtocolName, "Head" }, { DicomTag.SeriesInstanceUID, "2.25.13" },
            new DicomSequence(DicomTag.ReferencedImageSequence, [.. Enumerable.Range(1, 3).Select(i => new DicomDataset
            {
                { DicomTag.ReferencedSOPClassUID, DicomUID.CTImageStorage }, { DicomTag.ReferencedSOPInstanceUID, $"2.25.13.{i}" },
            })]),
        }),
    };
}

/// <summary>A device that speaks MPPS by the library.</summary>
internal static class PerformedPeer
{
    public static async Task<DicomNCreateResponse> CreateAsync(this EdgeUnderTest edge, string? uid, DicomDataset attributes, string callingAe = "A_CT1")
    {
        var answered = new TaskCompletionSource<DicomNCreateResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        var request = new DicomNCreateRequest(DicomUID.ModalityPerformedProcedureStep, DicomUID.Parse(uid ?? "1.2")) { Dataset = attributes };
        if (uid is null)
            request.Command.Remove(DicomTag.AffectedSOPInstanceUID);
        request.OnResponseReceived = (_, answer) => answered.TrySetResult(answer);
        await SendAsync(edge, request, callingAe);
        return await answered.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public static async Task<DicomNSetResponse> SetAsync(this EdgeUnderTest edge, string uid, DicomDataset changes, string callingAe = "A_CT1")
    {
        var answered = new TaskCompletionSource<DicomNSetResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        var request = new DicomNSetRequest(DicomUID.ModalityPerformedProcedureStep, DicomUID.Parse(uid))
        {
            Dataset = changes, OnResponseReceived = (_, answer) => answered.TrySetResult(answer),
        };
        await SendAsync(edge, request, callingAe);
        return await answered.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public static async Task UntilAsync(this EdgeUnderTest edge, Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!holds())
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
    }

    private static async Task SendAsync(EdgeUnderTest edge, DicomRequest request, string callingAe)
    {
        var client = edge.Client(callingAe);
        await client.AddRequestAsync(request);
        await client.SendAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }
}
