using FellowOakDicom;
using FellowOakDicom.Network;

namespace Regional.Edge.Dicom;

/// <summary>What a caller with the right to query asks for (PS3.4 §C, §K).</summary>
internal sealed partial class StorageReceiver : IDicomCFindProvider, IDicomCGetProvider, IDicomCMoveProvider
{
    /// <summary>What is negotiated for those who may query.</summary>
    internal static readonly HashSet<DicomUID> QueryModels =
    [
        DicomUID.StudyRootQueryRetrieveInformationModelFind,
        DicomUID.StudyRootQueryRetrieveInformationModelGet,
        DicomUID.StudyRootQueryRetrieveInformationModelMove,
        DicomUID.PatientRootQueryRetrieveInformationModelFind,
        DicomUID.PatientRootQueryRetrieveInformationModelGet,
        DicomUID.PatientRootQueryRetrieveInformationModelMove,
    ];

    private readonly OneAtATime _operation = new();

    public IAsyncEnumerable<DicomCFindResponse> OnCFindRequestAsync(DicomCFindRequest request)
    {
        DicomCFindResponse Refuse(DicomStatus status) => new(request, status);
        return request.SOPClassUID == DicomUID.ModalityWorklistInformationModelFind
            ? Begin(
                CallerRights.Worklist, request,
                cancellation => Context.Worklist.AnswerAsync(request, Context.Callers.DeviceOf(Association.CallingAE, _remoteHost), Association.CallingAE, cancellation),
                Refuse)
            : Begin(CallerRights.Query, request, cancellation => Context.Queries.AnswerAsync(request, Association.CallingAE, cancellation), Refuse);
    }

    public IAsyncEnumerable<DicomCGetResponse> OnCGetRequestAsync(DicomCGetRequest request) => Begin(
        CallerRights.Query, request,
        cancellation => Context.Retrievals.ToCaller(request, Association, SendRequestAsync, _operation.Over, cancellation).Select(step =>
            step.CountIn(new DicomCGetResponse(request, step.Status))),
        status => new DicomCGetResponse(request, status));

    public IAsyncEnumerable<DicomCMoveResponse> OnCMoveRequestAsync(DicomCMoveRequest request) => Begin(
        CallerRights.Query, request,
        cancellation => Context.Retrievals.ToDestination(request, Association.CallingAE, cancellation).Select(step =>
            step.CountIn(new DicomCMoveResponse(request, step.Status))),
        status => new DicomCMoveResponse(request, status));

    /// <summary>Without the right, refused by the user of the service (PS3.8 §9.3.3.2, result 1).</summary>
    private void NegotiateService(DicomPresentationContext context, CallerRights needed)
    {
        if (_rights.HasFlag(needed))
            context.AcceptTransferSyntaxes(DicomTransferSyntax.ExplicitVRLittleEndian, DicomTransferSyntax.ImplicitVRLittleEndian);
        else
            context.SetResult(DicomPresentationContextResult.RejectUser);
    }

    /// <summary>
    /// Answers go out beside the reading loop, which the library would otherwise hold until the last of them. What is refused at once is answered
    /// by the loop itself.
    /// </summary>
    private IAsyncEnumerable<T> Begin<T>(CallerRights needed, DicomRequest request, Func<CancellationToken, IAsyncEnumerable<T>> answers, Func<DicomStatus, T> refuse)
        where T : DicomResponse
    {
        if (!_rights.HasFlag(needed))
            return new[] { refuse(DicomStatus.SOPClassNotSupported) }.ToAsyncEnumerable();
        if (_operation.TryBegin(request.MessageID) is not { } operation)
            return new[] { refuse(DicomStatus.QueryRetrieveOutOfResources) }.ToAsyncEnumerable();
        _ = SendAsync(answers(operation.Token), operation);
        return AsyncEnumerable.Empty<T>();
    }

    private async Task SendAsync(IAsyncEnumerable<DicomResponse> answers, CancellationTokenSource operation)
    {
        using var owned = operation;
        // Off the reading loop from the first step.
        await Task.Yield();
        try
        {
            await foreach (var answer in answers)
            {
                if (_operation.Stopped)
                    return;
                if (answer.Status.State != DicomState.Pending)
                    _operation.End(operation);
                await SendResponseAsync(answer);
            }
        }
        catch (Exception failure)
        {
            if (_operation.Stopped)
                return;
            // The connection is gone, or an answer could not be made: without its last answer the peer would wait for ever.
            DicomLog.OperationBroken(Logger, Association.CallingAE, failure.GetType().Name);
            _network.Dispose();
        }
        finally
        {
            _operation.End(operation);
        }
    }
}
