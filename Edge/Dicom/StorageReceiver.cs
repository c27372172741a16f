using System.Text;
using FellowOakDicom;
using FellowOakDicom.Network;
using Microsoft.Extensions.Logging;
using Regional.Edge.Commitment;
using Regional.Edge.Performed;
using Regional.Edge.Worklist;
using Regional.Imaging.Packs;

namespace Regional.Edge.Dicom;

/// <summary>
/// One association of a modality or workstation: verification and storage (PS3.4 §A, §B); what it asks for is in the other half. The data set's
/// bytes go from the network into an <see cref="IncomingObject"/> as they come and are never parsed here; Success is answered when they are synced.
/// </summary>
internal sealed partial class StorageReceiver : DicomService, IDicomServiceProvider, IDicomCEchoProvider, IDicomCStoreProvider
{
    private readonly INetworkStream _network;
    private readonly string _remoteHost;
    private CallerRights _rights;
    private IncomingObject? _incoming;
    private DicomFileMetaInformation? _announced;

    public StorageReceiver(INetworkStream stream, Encoding fallbackEncoding, ILogger logger, DicomServiceDependencies dependencies)
        : base(stream, fallbackEncoding, logger, dependencies)
    {
        (_network, _remoteHost) = (stream, stream.RemoteHost);
        if (stream is ICancellableStream cancellable)
            cancellable.Cancelled += _operation.Cancel;
    }

    private StorageContext Context => (StorageContext)UserState;

    public async Task OnReceiveAssociationRequestAsync(DicomAssociation association)
    {
        if (!string.Equals(association.CalledAE, Context.AeTitle, StringComparison.Ordinal))
        {
            DicomLog.CalledAeRefused(Logger, association.CallingAE, association.CalledAE);
            await SendAssociationRejectAsync(DicomRejectResult.Permanent, DicomRejectSource.ServiceUser, DicomRejectReason.CalledAENotRecognized);
            return;
        }

        _rights = Context.Callers.RightsOf(association.CallingAE, _remoteHost);
        if (_rights == CallerRights.None)
        {
            DicomLog.CallerRefused(Logger, association.CallingAE, _remoteHost);
            await SendAssociationRejectAsync(DicomRejectResult.Permanent, DicomRejectSource.ServiceUser, DicomRejectReason.CallingAENotRecognized);
            return;
        }

        if (!Context.Users.Believes(association.UserIdentityNegotiation))
        {
            DicomLog.UserRefused(Logger, association.CallingAE, _remoteHost, association.UserIdentityNegotiation?.UserIdentityType?.ToString() ?? "none");
            await SendAssociationRejectAsync(DicomRejectResult.Permanent, DicomRejectSource.ServiceUser, DicomRejectReason.NoReasonGiven);
            return;
        }

        foreach (var context in association.PresentationContexts)
            Negotiate(context);
        ExtendedAnswers.Answer(association, QueryModels);
        if (association.PresentationContexts.Count(c => c.Result == DicomPresentationContextResult.RejectUser) is > 0 and var denied)
            DicomLog.QueryDenied(Logger, association.CallingAE, _remoteHost, denied);
        DicomLog.Associated(Logger, association.CallingAE, association.PresentationContexts.Count(c => c.Result == DicomPresentationContextResult.Accept));
        await SendAssociationAcceptAsync(association);
    }

    public Task OnReceiveAssociationReleaseRequestAsync()
    {
        _operation.Stop();
        return SendAssociationReleaseResponseAsync();
    }

    public void OnReceiveAbort(DicomAbortSource source, DicomAbortReason reason) =>
        DicomLog.Aborted(Logger, Association?.CallingAE ?? "", source.ToString());

    public void OnConnectionClosed(Exception? exception)
    {
        _operation.Stop();
        DropArrival();
    }

    public Task<DicomCEchoResponse> OnCEchoRequestAsync(DicomCEchoRequest request) => Task.FromResult(new DicomCEchoResponse(request, DicomStatus.Success));

    public async Task<DicomCStoreResponse> OnCStoreRequestAsync(DicomCStoreRequest request)
    {
        var incoming = _incoming;
        var announced = _announced;
        (_incoming, _announced) = (null, null);
        if (!_rights.HasFlag(CallerRights.Store))
        {
            incoming?.Dispose();
            return new DicomCStoreResponse(request, DicomStatus.SOPClassNotSupported);
        }

        if (incoming is null || announced is null)
            return new DicomCStoreResponse(request, DicomStatus.StorageCannotUnderstand);
        using (incoming)
        {
            return new DicomCStoreResponse(request, incoming.Fault == IncomingFault.None
                ? await Context.Admission.Store(Association.CallingAE, announced, incoming.Arrival)
                : Context.Admission.OutOfResources(Association.CallingAE));
        }
    }

    public Task OnCStoreRequestExceptionAsync(string tempFileName, Exception e)
    {
        DropArrival();
        return Task.CompletedTask;
    }

    /// <summary>The bytes of the data set as they come; the file meta information goes into the record's header, not before the data.</summary>
    protected override void CreateCStoreReceiveStream(DicomFile file)
    {
        DropArrival();
        _announced = file.FileMetaInfo;
        _incoming = new IncomingObject(Context.Buffers.Rent(), Context.MaxDataSet, Context.DiskIsLow, TooLarge);
        _dimseStream = _incoming;
    }

    /// <summary>No file: nothing is parsed on the way in.</summary>
    protected override DicomFile GetCStoreDicomFile() => null!;

    /// <summary>No end can be waited for: A-ABORT, and the connection is over.</summary>
    private async Task TooLarge()
    {
        DicomLog.TooLarge(Logger, Association.CallingAE, Context.MaxDataSet);
        await SendAbortAsync(DicomAbortSource.ServiceUser, DicomAbortReason.NotSpecified);
        _network.Dispose();
    }

    private void Negotiate(DicomPresentationContext context)
    {
        if (context.AbstractSyntax == DicomUID.Verification)
            context.AcceptTransferSyntaxes(DicomTransferSyntax.ExplicitVRLittleEndian, DicomTransferSyntax.ImplicitVRLittleEndian);
        else if (QueryModels.Contains(context.AbstractSyntax))
            NegotiateService(context, CallerRights.Query);
        else if (context.AbstractSyntax == DicomUID.ModalityWorklistInformationModelFind)
            NegotiateService(context, CallerRights.Worklist);
        else if (context.AbstractSyntax == DicomUID.StorageCommitmentPushModel || context.AbstractSyntax == DicomUID.ModalityPerformedProcedureStep)
            NegotiateService(context, CallerRights.Store);
        else if (context.AbstractSyntax.StorageCategory != DicomStorageCategory.None || Context.PrivateSopClasses.Contains(context.AbstractSyntax.UID))
            NegotiateStorage(context);
        else
            context.SetResult(DicomPresentationContextResult.RejectAbstractSyntaxNotSupported);
    }

    /// <summary>Who may only query takes images (it proposes itself as their SCP), and brings none.</summary>
    private void NegotiateStorage(DicomPresentationContext context)
    {
        if (_rights.HasFlag(CallerRights.Store) || context.ProviderRole == true)
            context.AcceptTransferSyntaxes(StorageSyntaxes.All);
        else
            context.SetResult(DicomPresentationContextResult.RejectUser);
    }

    private void DropArrival()
    {
        _incoming?.Dispose();
        (_incoming, _announced) = (null, null);
    }
}

/// <summary>What every association of this edge shares.</summary>
/// <param name="MaxDataSet">Bytes of the longest data set taken.</param>
/// <param name="DiskIsLow">Whether free space is below the reserve.</param>
internal sealed record StorageContext(
    string AeTitle, CallerRegister Callers, ReceiveBuffers Buffers, StoreAdmission Admission, long MaxDataSet, Func<bool> DiskIsLow, QueryService Queries,
    RetrieveService Retrievals, WorklistService Worklist, CommitmentService Commitments, PerformedService Performed)
{
    public required UserIdentities Users { get; init; }

    /// <summary>UIDs of manufacturers' SOP classes that are stored like the standard's.</summary>
    public required IReadOnlySet<string> PrivateSopClasses { get; init; }
}
