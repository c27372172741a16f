namespace FellowOakDicom.Network;

public sealed class DicomCEchoRequest : DicomRequest
{
    public ResponseDelegate OnResponseReceived;

    public DicomCEchoRequest(DicomDataset command) : base(command)
    {
    }

    public DicomCEchoRequest() : base(DicomCommandField.CEchoRequest, DicomUID.Verification)
    {
    }

    public delegate void ResponseDelegate(DicomCEchoRequest request, DicomCEchoResponse response);

    protected internal override void PostResponse(DicomService service, DicomResponse response) =>
        Callback.Run(() => OnResponseReceived?.Invoke(this, (DicomCEchoResponse)response));
}

public sealed class DicomCEchoResponse : DicomResponse
{
    public DicomCEchoResponse(DicomDataset command) : base(command)
    {
    }

    public DicomCEchoResponse(DicomCEchoRequest request, DicomStatus status) : base(request, status)
    {
    }
}

public sealed class DicomCStoreRequest : DicomPriorityRequest
{
    public ResponseDelegate OnResponseReceived;

    public DicomCStoreRequest(DicomDataset command) : base(command)
    {
    }

    public DicomCStoreRequest(DicomFile file, DicomPriority priority = DicomPriority.Medium)
        : base(DicomCommandField.CStoreRequest, file.Dataset.GetSingleValue<DicomUID>(DicomTag.SOPClassUID), priority)
    {
        File = file;
        Dataset = file.Dataset;

        // An object with an invalid UID must still be sendable: the receiver judges it.
        using var unvalidated = new UnvalidatedScope(Command);
        SOPInstanceUID = file.Dataset.GetSingleValue<DicomUID>(DicomTag.SOPInstanceUID);
    }

    public DicomCStoreRequest(string fileName, DicomPriority priority = DicomPriority.Medium) : this(DicomFile.Open(fileName), priority)
    {
    }

    public delegate void ResponseDelegate(DicomCStoreRequest request, DicomCStoreResponse response);

    /// <summary>What is sent or was received; null when the receiver keeps the bytes itself.</summary>
    public DicomFile File { get; internal set; }

    public DicomUID SOPInstanceUID
    {
        get => Command.GetSingleValue<DicomUID>(DicomTag.AffectedSOPInstanceUID);
        private set => Command.AddOrUpdate(DicomTag.AffectedSOPInstanceUID, value);
    }

    public DicomTransferSyntax TransferSyntax => File is null
        ? null
        : File.FileMetaInfo.Contains(DicomTag.TransferSyntaxUID) ? File.FileMetaInfo.TransferSyntax : File.Dataset.InternalTransferSyntax;

    public DicomTransferSyntax[] AdditionalTransferSyntaxes { get; set; }

    public bool OmitImplicitVrTransferSyntaxInAssociationRequest { get; set; }

    public DicomUID CommonServiceClassUid { get; set; }

    public List<DicomUID> RelatedGeneralSopClasses { get; set; }

    protected internal override void PostResponse(DicomService service, DicomResponse response) =>
        Callback.Run(() => OnResponseReceived?.Invoke(this, (DicomCStoreResponse)response));
}

public sealed class DicomCStoreResponse : DicomResponse
{
    public DicomCStoreResponse(DicomDataset command) : base(command)
    {
    }

    public DicomCStoreResponse(DicomCStoreRequest request, DicomStatus status) : base(request, status)
    {
    }
}

internal static class Callback
{
    /// <summary>A caller's handler that fails does not harm the association.</summary>
    public static void Run(Action action)
    {
        try
        {
            action();
        }
        catch (Exception)
        {
            // The handler is the caller's; the response was delivered.
        }
    }
}
