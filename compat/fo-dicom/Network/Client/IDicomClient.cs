using System.Text;
using FellowOakDicom.Network.Client.EventArguments;
using FellowOakDicom.Network.Tls;
using Microsoft.Extensions.Logging;

namespace FellowOakDicom.Network.Client
{
    public enum DicomClientCancellationMode
    {
        ImmediatelyReleaseAssociation,
        ImmediatelyAbortAssociation,
    }

    /// <summary>Answers C-STORE requests that arrive on a client's association, as C-GET makes them.</summary>
    public delegate Task<DicomCStoreResponse> DicomClientCStoreRequestHandler(DicomCStoreRequest request);

    /// <summary>Answers event reports that arrive on a client's association, as storage commitment makes them.</summary>
    public delegate Task<DicomNEventReportResponse> DicomClientNEventReportRequestHandler(DicomNEventReportRequest request);

    /// <summary>Gathers requests and sends them over as many associations as they need.</summary>
    public interface IDicomClient
    {
        event EventHandler<AssociationAcceptedEventArgs> AssociationAccepted;

        event EventHandler<AssociationRejectedEventArgs> AssociationRejected;

        event EventHandler AssociationReleased;

        event EventHandler<AssociationRequestTimedOutEventArgs> AssociationRequestTimedOut;

        event EventHandler<RequestTimedOutEventArgs> RequestTimedOut;

        string Host { get; }

        int Port { get; }

        ITlsInitiator TlsInitiator { get; }

        string CallingAe { get; }

        string CalledAe { get; }

        ILogger Logger { get; set; }

        DicomServiceOptions ServiceOptions { get; }

        DicomClientOptions ClientOptions { get; }

        List<DicomPresentationContext> AdditionalPresentationContexts { get; set; }

        List<DicomExtendedNegotiation> AdditionalExtendedNegotiations { get; set; }

        bool RequireSuccessfulUserIdentityNegotiation { get; set; }

        DicomUserIdentityNegotiation UserIdentityNegotiation { get; set; }

        Encoding FallbackEncoding { get; set; }

        DicomClientCStoreRequestHandler OnCStoreRequest { get; set; }

        DicomClientNEventReportRequestHandler OnNEventReportRequest { get; set; }

        bool IsSendRequired { get; }

        /// <summary>Requests in flight to ask for; 0 means any number.</summary>
        void NegotiateAsyncOps(int invoked = 0, int performed = 0);

        void NegotiateUserIdentity(DicomUserIdentityNegotiation userIdentityNegotiation);

        Task AddRequestAsync(DicomRequest dicomRequest);

        Task AddRequestsAsync(IEnumerable<DicomRequest> dicomRequests);

        /// <summary>Sends what is queued, and what is added meanwhile; completes when all is answered and the association released.</summary>
        /// <exception cref="DicomAssociationRejectedException">The peer refused.</exception>
        /// <exception cref="DicomAssociationAbortedException">The peer aborted.</exception>
        /// <exception cref="ConnectionClosedPrematurelyException">The connection ended without release.</exception>
        Task SendAsync(
            CancellationToken cancellationToken = default,
            DicomClientCancellationMode cancellationMode = DicomClientCancellationMode.ImmediatelyReleaseAssociation);
    }

    /// <summary>Times in milliseconds.</summary>
    public class DicomClientOptions
    {
        public int AssociationRequestTimeoutInMs { get; set; } = 5000;

        public int AssociationReleaseTimeoutInMs { get; set; } = 10000;

        /// <summary>How long an association without requests waits for more. Default 50.</summary>
        public int AssociationLingerTimeoutInMs { get; set; } = 50;

        public int? MaximumNumberOfRequestsPerAssociation { get; set; }

        public int MaximumNumberOfConsecutiveTimedOutAssociationRequests { get; set; } = 3;

        public DicomClientOptions Clone() => (DicomClientOptions)MemberwiseClone();
    }
}

namespace FellowOakDicom.Network.Client.EventArguments
{
    public class AssociationAcceptedEventArgs : EventArgs
    {
        public AssociationAcceptedEventArgs(DicomAssociation association) => Association = association;

        public DicomAssociation Association { get; }
    }

    public class AssociationRejectedEventArgs : EventArgs
    {
        public AssociationRejectedEventArgs(DicomRejectResult result, DicomRejectSource source, DicomRejectReason reason)
        {
            Result = result;
            Source = source;
            Reason = reason;
        }

        public DicomRejectResult Result { get; }

        public DicomRejectSource Source { get; }

        public DicomRejectReason Reason { get; }
    }

    public class AssociationRequestTimedOutEventArgs : EventArgs
    {
        public AssociationRequestTimedOutEventArgs(int timeoutInMs, int attempt, int maximumNumberOfAttempts)
        {
            TimeoutInMs = timeoutInMs;
            Attempt = attempt;
            MaximumNumberOfAttempts = maximumNumberOfAttempts;
        }

        public int TimeoutInMs { get; }

        public int Attempt { get; }

        public int MaximumNumberOfAttempts { get; }
    }

    public class RequestTimedOutEventArgs : EventArgs
    {
        public RequestTimedOutEventArgs(DicomRequest request, TimeSpan timeout)
        {
            Request = request;
            Timeout = timeout;
        }

        public DicomRequest Request { get; }

        public TimeSpan Timeout { get; }
    }
}
