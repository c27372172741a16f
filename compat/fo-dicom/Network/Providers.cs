namespace FellowOakDicom.Network;

/// <summary>What every service hears of.</summary>
public interface IDicomService
{
    void OnReceiveAbort(DicomAbortSource source, DicomAbortReason reason);

    /// <summary>Called once, whoever closed the connection; the exception is null when nothing went wrong.</summary>
    void OnConnectionClosed(Exception exception);
}

/// <summary>The acceptor of associations: answers by SendAssociationAcceptAsync or SendAssociationRejectAsync.</summary>
public interface IDicomServiceProvider : IDicomService
{
    Task OnReceiveAssociationRequestAsync(DicomAssociation association);

    Task OnReceiveAssociationReleaseRequestAsync();
}

public interface IDicomCEchoProvider
{
    Task<DicomCEchoResponse> OnCEchoRequestAsync(DicomCEchoRequest request);
}

public interface IDicomCStoreProvider
{
    /// <summary>Called when the data set is complete; its result is sent.</summary>
    Task<DicomCStoreResponse> OnCStoreRequestAsync(DicomCStoreRequest request);

    /// <summary>Called when the received data set could not be opened; a processing failure was sent already.</summary>
    Task OnCStoreRequestExceptionAsync(string tempFileName, Exception e);
}

public interface IDicomServiceRunner
{
    Task RunAsync();
}

/// <summary>Answers queries. Each answer is sent as it is yielded; the next message of the association is read when the enumeration has ended.</summary>
public interface IDicomCFindProvider
{
    IAsyncEnumerable<DicomCFindResponse> OnCFindRequestAsync(DicomCFindRequest request);
}

/// <summary>Answers retrievals over the same association; its objects go out by <see cref="DicomService.SendRequestAsync"/>.</summary>
public interface IDicomCGetProvider
{
    IAsyncEnumerable<DicomCGetResponse> OnCGetRequestAsync(DicomCGetRequest request);
}

/// <summary>Answers retrievals to a third party.</summary>
public interface IDicomCMoveProvider
{
    IAsyncEnumerable<DicomCMoveResponse> OnCMoveRequestAsync(DicomCMoveRequest request);
}

/// <summary>Answers the services on normalized objects (PS3.7 section 10): MPPS, storage commitment.</summary>
public interface IDicomNServiceProvider
{
    Task<DicomNActionResponse> OnNActionRequestAsync(DicomNActionRequest request);

    Task<DicomNCreateResponse> OnNCreateRequestAsync(DicomNCreateRequest request);

    Task<DicomNDeleteResponse> OnNDeleteRequestAsync(DicomNDeleteRequest request);

    Task<DicomNEventReportResponse> OnNEventReportRequestAsync(DicomNEventReportRequest request);

    Task<DicomNGetResponse> OnNGetRequestAsync(DicomNGetRequest request);

    Task<DicomNSetResponse> OnNSetRequestAsync(DicomNSetRequest request);
}

/// <summary>A provider of N-ACTION that reports its event on the same association.</summary>
public interface IDicomNEventReportRequestProvider
{
    /// <summary>Called when the answer to the action has been given to the association to send; the reading loop waits for it.</summary>
    Task OnSendNEventReportRequestAsync(DicomNActionRequest request);
}
