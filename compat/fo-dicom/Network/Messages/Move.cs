namespace FellowOakDicom.Network;

/// <summary>A retrieval to a third party (PS3.7 9.1.4).</summary>
public sealed class DicomCMoveRequest : DicomPriorityRequest
{
    public ResponseDelegate OnResponseReceived;

    public DicomCMoveRequest(DicomDataset command) : base(command)
    {
    }

    /// <summary>A study.</summary>
    public DicomCMoveRequest(string destinationAe, string studyInstanceUid, DicomPriority priority = DicomPriority.Medium)
        : this(destinationAe, priority, IdentifierLevel.Of(DicomQueryRetrieveLevel.Study, studyInstanceUid))
    {
    }

    /// <summary>A series.</summary>
    public DicomCMoveRequest(
        string destinationAe, string studyInstanceUid, string seriesInstanceUid, DicomPriority priority = DicomPriority.Medium)
        : this(destinationAe, priority, IdentifierLevel.Of(DicomQueryRetrieveLevel.Series, studyInstanceUid, seriesInstanceUid))
    {
    }

    /// <summary>An instance.</summary>
    public DicomCMoveRequest(
        string destinationAe, string studyInstanceUid, string seriesInstanceUid, string sopInstanceUid, DicomPriority priority = DicomPriority.Medium)
        : this(destinationAe, priority, IdentifierLevel.Of(DicomQueryRetrieveLevel.Image, studyInstanceUid, seriesInstanceUid, sopInstanceUid))
    {
    }

    private DicomCMoveRequest(string destinationAe, DicomPriority priority, DicomDataset identifier)
        : base(DicomCommandField.CMoveRequest, DicomUID.StudyRootQueryRetrieveInformationModelMove, priority)
    {
        DestinationAE = destinationAe;
        Dataset = identifier;
    }

    public delegate void ResponseDelegate(DicomCMoveRequest request, DicomCMoveResponse response);

    /// <summary>The identifier's level.</summary>
    /// <exception cref="DicomDataException">The identifier has none.</exception>
    public DicomQueryRetrieveLevel Level => Dataset.GetSingleValue<DicomQueryRetrieveLevel>(DicomTag.QueryRetrieveLevel);

    public string DestinationAE
    {
        get => Command.GetSingleValue<string>(DicomTag.MoveDestination);
        private set => Command.AddOrUpdate(DicomTag.MoveDestination, value);
    }

    protected internal override void PostResponse(DicomService service, DicomResponse response) =>
        Callback.Run(() => OnResponseReceived?.Invoke(this, (DicomCMoveResponse)response));
}

public sealed class DicomCMoveResponse : DicomResponse
{
    public DicomCMoveResponse(DicomDataset command) : base(command)
    {
    }

    public DicomCMoveResponse(DicomCMoveRequest request, DicomStatus status) : base(request, status)
    {
    }

    public int Remaining
    {
        get => SubOperations.Get(Command, DicomTag.NumberOfRemainingSuboperations);
        set => SubOperations.Set(Command, DicomTag.NumberOfRemainingSuboperations, value);
    }

    public int Completed
    {
        get => SubOperations.Get(Command, DicomTag.NumberOfCompletedSuboperations);
        set => SubOperations.Set(Command, DicomTag.NumberOfCompletedSuboperations, value);
    }

    public int Warnings
    {
        get => SubOperations.Get(Command, DicomTag.NumberOfWarningSuboperations);
        set => SubOperations.Set(Command, DicomTag.NumberOfWarningSuboperations, value);
    }

    public int Failures
    {
        get => SubOperations.Get(Command, DicomTag.NumberOfFailedSuboperations);
        set => SubOperations.Set(Command, DicomTag.NumberOfFailedSuboperations, value);
    }

    public override string ToString() => SubOperations.Describe(base.ToString(), Completed, Remaining, Warnings, Failures, Status);
}
