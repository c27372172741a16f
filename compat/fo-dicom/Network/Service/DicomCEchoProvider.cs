using System.Text;
using Microsoft.Extensions.Logging;

namespace FellowOakDicom.Network;

/// <summary>Answers C-ECHO and nothing else.</summary>
public class DicomCEchoProvider : DicomService, IDicomServiceProvider, IDicomCEchoProvider
{
    public DicomCEchoProvider(INetworkStream stream, Encoding fallbackEncoding, ILogger log, DicomServiceDependencies dependencies)
        : base(stream, fallbackEncoding, log, dependencies)
    {
    }

    public virtual Task OnReceiveAssociationRequestAsync(DicomAssociation association)
    {
        foreach (var context in association.PresentationContexts)
        {
            context.SetResult(context.AbstractSyntax == DicomUID.Verification
                ? DicomPresentationContextResult.Accept
                : DicomPresentationContextResult.RejectAbstractSyntaxNotSupported);
        }

        return SendAssociationAcceptAsync(association);
    }

    public virtual Task OnReceiveAssociationReleaseRequestAsync() => SendAssociationReleaseResponseAsync();

    public virtual void OnReceiveAbort(DicomAbortSource source, DicomAbortReason reason)
    {
    }

    public virtual void OnConnectionClosed(Exception exception)
    {
    }

    public virtual Task<DicomCEchoResponse> OnCEchoRequestAsync(DicomCEchoRequest request) =>
        Task.FromResult(new DicomCEchoResponse(request, DicomStatus.Success));
}
