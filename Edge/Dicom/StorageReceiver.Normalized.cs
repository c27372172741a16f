using FellowOakDicom;
using FellowOakDicom.Network;
using Regional.Edge.Performed;

namespace Regional.Edge.Dicom;

/// <summary>What a device tells and asks about its work: performed steps (PS3.4 §F), storage commitment (PS3.4 §J).</summary>
internal sealed partial class StorageReceiver : IDicomNServiceProvider, IDicomNEventReportRequestProvider
{
    private bool _committing;

    public Task<DicomNCreateResponse> OnNCreateRequestAsync(DicomNCreateRequest request)
    {
        var answer = May(request, DicomUID.ModalityPerformedProcedureStep)
            ? Context.Performed.Create(request.SOPInstanceUID?.UID, request.Dataset, Association.CallingAE)
            : new PerformedAnswer(DicomStatus.SOPClassNotSupported);
        var response = Filled(new DicomNCreateResponse(request, answer.Status), answer);
        if (answer.Uid is { } uid)
            response.Command.AddOrUpdate(DicomTag.AffectedSOPInstanceUID, uid);
        return Task.FromResult(response);
    }

    public Task<DicomNSetResponse> OnNSetRequestAsync(DicomNSetRequest request)
    {
        var answer = May(request, DicomUID.ModalityPerformedProcedureStep)
            ? Context.Performed.Set(request.SOPInstanceUID.UID, request.Dataset, Association.CallingAE)
            : new PerformedAnswer(DicomStatus.SOPClassNotSupported);
        return Task.FromResult(Filled(new DicomNSetResponse(request, answer.Status), answer));
    }

    public Task<DicomNActionResponse> OnNActionRequestAsync(DicomNActionRequest request)
    {
        var status = May(request, DicomUID.StorageCommitmentPushModel)
            ? Context.Commitments.Take(request, Association.CallingAE)
            : DicomStatus.SOPClassNotSupported;
        _committing = status == DicomStatus.Success;
        return Task.FromResult(new DicomNActionResponse(request, status));
    }

    /// <summary>Beside the reading loop, which has to read the answer.</summary>
    public Task OnSendNEventReportRequestAsync(DicomNActionRequest request)
    {
        if (_committing && Context.Callers.DeviceOf(Association.CallingAE, _remoteHost) is not { ReportPort: not null })
            _ = ReportAsync();
        return Task.CompletedTask;
    }

    public Task<DicomNGetResponse> OnNGetRequestAsync(DicomNGetRequest request) =>
        Task.FromResult(new DicomNGetResponse(request, DicomStatus.UnrecognizedOperation));

    public Task<DicomNDeleteResponse> OnNDeleteRequestAsync(DicomNDeleteRequest request) =>
        Task.FromResult(new DicomNDeleteResponse(request, DicomStatus.UnrecognizedOperation));

    public Task<DicomNEventReportResponse> OnNEventReportRequestAsync(DicomNEventReportRequest request) =>
        Task.FromResult(new DicomNEventReportResponse(request, DicomStatus.UnrecognizedOperation));

    /// <summary>Who may store may say what it stored, and ask whether it is safe.</summary>
    private bool May(DicomRequest request, DicomUID sopClass) => _rights.HasFlag(CallerRights.Store) && request.SOPClassUID == sopClass;

    private static T Filled<T>(T response, PerformedAnswer answer)
        where T : DicomResponse
    {
        if (answer.Attributes is { } attributes)
            response.Command.AddOrUpdate(new DicomAttributeTag(DicomTag.AttributeIdentifierList, [.. attributes]));
        if (answer.ErrorId is { } id)
            response.Command.AddOrUpdate(DicomTag.ErrorID, id);
        return response;
    }

    private async Task ReportAsync()
    {
        await Task.Yield();
        try
        {
            await Context.Commitments.ReportHereAsync(
                Association.CallingAE, request => _operation.Stopped ? Task.CompletedTask : SendRequestAsync(request), CancellationToken.None);
        }
        catch (Exception failure)
        {
            // The association is gone, or nothing can be said yet: the report stays open until the device asks again.
            DicomLog.OperationBroken(Logger, Association.CallingAE, failure.GetType().Name);
        }
    }
}
