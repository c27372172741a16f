using System.Text;
using FellowOakDicom;
using FellowOakDicom.Network;
using FellowOakDicom.Network.Client;
using Microsoft.Extensions.Logging;
using Regional.TestKit;

namespace Regional.Compat.Dicom.Tests;

/// <summary>N-CREATE, N-SET, N-GET, N-DELETE, N-ACTION and N-EVENT-REPORT, between the stand-in's own two sides.</summary>
public class NormalizedTests
{
    private static readonly DicomUID Instance = DicomUID.Parse("1.2.826.0.1.3680043.8.498.77");

    [Fact]
    public async Task Each_request_reaches_its_handler_and_its_answer_the_caller()
    {
        using var server = new NormalizedServer();
        List<string> answers = [];
        var create = new DicomNCreateRequest(DicomUID.ModalityPerformedProcedureStep, Instance)
        {
            Dataset = new DicomDataset { { DicomTag.PerformedProcedureStepStatus, "IN PROGRESS" } },
            OnResponseReceived = (_, answer) => answers.Add($"create {answer.Status.Code:X4} {answer.SOPInstanceUID.UID}"),
        };
        var set = new DicomNSetRequest(DicomUID.ModalityPerformedProcedureStep, Instance)
        {
            Dataset = new DicomDataset { { DicomTag.PerformedProcedureStepStatus, "COMPLETED" } },
            OnResponseReceived = (_, answer) => answers.Add($"set {answer.Status.Code:X4} {answer.SOPClassUID.UID}"),
        };
        var get = new DicomNGetRequest(DicomUID.ModalityPerformedProcedureStep, Instance)
        {
            OnResponseReceived = (_, answer) => answers.Add($"get {answer.Status.Code:X4} {answer.Dataset.GetString(DicomTag.PerformedProcedureStepStatus)}"),
        };
        var delete = new DicomNDeleteRequest(DicomUID.ModalityPerformedProcedureStep, Instance)
        {
            OnResponseReceived = (_, answer) => answers.Add($"delete {answer.Status.Code:X4}"),
        };
        await server.SendAsync(null, create, set, get, delete);

        answers.ShouldBe(
        [
            $"create 0000 {Instance.UID}", $"set 0000 {DicomUID.ModalityPerformedProcedureStep.UID}", "get 0000 COMPLETED", "delete 0112",
        ]);
    }

    [Fact]
    public async Task An_event_is_reported_on_the_association_of_its_action()
    {
        using var server = new NormalizedServer();
        List<string> seen = [];
        var action = new DicomNActionRequest(DicomUID.StorageCommitmentPushModel, DicomUID.StorageCommitmentPushModelInstance, 1)
        {
            Dataset = new DicomDataset { { DicomTag.TransactionUID, "1.2.3" } },
            OnResponseReceived = (_, answer) => seen.Add($"action {answer.Status.Code:X4} {answer.ActionTypeID}"),
        };
        var reported = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await server.SendAsync(
            report =>
            {
                lock (seen) seen.Add($"event {report.EventTypeID} {report.Dataset.GetString(DicomTag.TransactionUID)}");
                reported.TrySetResult();
                return Task.FromResult(new DicomNEventReportResponse(report, DicomStatus.Success));
            },
            action);
        await reported.Task.WaitAsync(TimeSpan.FromSeconds(30));

        seen.ShouldBe(["action 0000 1", "event 1 1.2.3"]);
        (await server.Reported.Task.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe((ushort)0);
    }

    [Fact]
    public void Requests_name_the_object_as_the_standard_says()
    {
        var set = new DicomNSetRequest(DicomUID.ModalityPerformedProcedureStep, Instance);
        set.Command.GetString(DicomTag.RequestedSOPInstanceUID).ShouldBe(Instance.UID);
        set.Command.Contains(DicomTag.AffectedSOPClassUID).ShouldBeFalse();
        new DicomNSetResponse(set, DicomStatus.Success).Command.GetString(DicomTag.AffectedSOPInstanceUID).ShouldBe(Instance.UID);
        new DicomNGetRequest(DicomUID.ModalityPerformedProcedureStep, Instance).Attributes.ShouldBeNull();
        new DicomNActionRequest(DicomUID.StorageCommitmentPushModel, Instance, 1).ToString().ShouldContain("Action Type:\t0001");
    }

    [Fact]
    public void A_worklist_query_asks_for_the_scheduled_step()
    {
        var query = DicomCFindRequest.CreateWorklistQuery(stationAE: "CT1", modality: "CT");
        query.SOPClassUID.ShouldBe(DicomUID.ModalityWorklistInformationModelFind);
        query.Dataset.Contains(DicomTag.QueryRetrieveLevel).ShouldBeFalse();
        query.Dataset.GetSequence(DicomTag.ScheduledProcedureStepSequence).Items.Single().GetString(DicomTag.ScheduledStationAETitle).ShouldBe("CT1");
    }
}

internal sealed class NormalizedServer : IDisposable
{
    private readonly IDicomServer _server;
    private readonly int _port = LoopbackPort.Free();

    public NormalizedServer() => _server = DicomServerFactory.Create<NormalizedScp>("127.0.0.1", _port, userState: this);

    /// <summary>Status with which the event report was answered.</summary>
    public TaskCompletionSource<ushort> Reported { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task SendAsync(DicomClientNEventReportRequestHandler? onReport, params DicomRequest[] requests)
    {
        var client = DicomClientFactory.Create("127.0.0.1", _port, useTls: false, "TESTSCU", "TESTSCP");
        client.OnNEventReportRequest = onReport;
        client.ClientOptions.AssociationLingerTimeoutInMs = onReport is null ? 50 : 2000;
        await client.AddRequestsAsync(requests);
        await client.SendAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }

    public void Dispose() => _server.Dispose();
}

internal sealed class NormalizedScp : DicomService, IDicomServiceProvider, IDicomNServiceProvider, IDicomNEventReportRequestProvider
{
    private string _status = "";

    public NormalizedScp(INetworkStream stream, Encoding fallbackEncoding, ILogger log, DicomServiceDependencies dependencies)
        : base(stream, fallbackEncoding, log, dependencies)
    {
    }

    public Task OnReceiveAssociationRequestAsync(DicomAssociation association)
    {
        foreach (var context in association.PresentationContexts) context.AcceptTransferSyntaxes(DicomTransferSyntax.ExplicitVRLittleEndian, DicomTransferSyntax.ImplicitVRLittleEndian);
        return SendAssociationAcceptAsync(association);
    }

    public Task OnReceiveAssociationReleaseRequestAsync() => SendAssociationReleaseResponseAsync();

    public void OnReceiveAbort(DicomAbortSource source, DicomAbortReason reason)
    {
    }

    public void OnConnectionClosed(Exception exception)
    {
    }

    public Task<DicomNActionResponse> OnNActionRequestAsync(DicomNActionRequest request) =>
        Task.FromResult(new DicomNActionResponse(request, DicomStatus.Success));

    public Task OnSendNEventReportRequestAsync(DicomNActionRequest request) => SendRequestAsync(
        new DicomNEventReportRequest(request.SOPClassUID, request.SOPInstanceUID, 1)
        {
            Dataset = request.Dataset,
            OnResponseReceived = (_, answer) => ((NormalizedServer)UserState).Reported.TrySetResult(answer.Status.Code),
        });

    public Task<DicomNCreateResponse> OnNCreateRequestAsync(DicomNCreateRequest request)
    {
        _status = request.Dataset.GetString(DicomTag.PerformedProcedureStepStatus);
        return Task.FromResult(new DicomNCreateResponse(request, DicomStatus.Success));
    }

    public Task<DicomNSetResponse> OnNSetRequestAsync(DicomNSetRequest request)
    {
        _status = request.Dataset.GetString(DicomTag.PerformedProcedureStepStatus);
        return Task.FromResult(new DicomNSetResponse(request, DicomStatus.Success));
    }

    public Task<DicomNGetResponse> OnNGetRequestAsync(DicomNGetRequest request) => Task.FromResult(
        new DicomNGetResponse(request, DicomStatus.Success) { Dataset = new DicomDataset { { DicomTag.PerformedProcedureStepStatus, _status } } });

    public Task<DicomNDeleteResponse> OnNDeleteRequestAsync(DicomNDeleteRequest request) =>
        Task.FromResult(new DicomNDeleteResponse(request, DicomStatus.NoSuchObjectInstance));

    public Task<DicomNEventReportResponse> OnNEventReportRequestAsync(DicomNEventReportRequest request) =>
        Task.FromResult(new DicomNEventReportResponse(request, DicomStatus.NoSuchEventType));
}
