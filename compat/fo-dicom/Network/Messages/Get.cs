namespace FellowOakDicom.Network;

/// <summary>A retrieval over the same association (PS3.7 9.1.3).</summary>
public sealed class DicomCGetRequest : DicomPriorityRequest
{
    public ResponseDelegate OnResponseReceived;

    public DicomCGetRequest(DicomDataset command) : base(command)
    {
    }

    /// <summary>A study.</summary>
    public DicomCGetRequest(string studyInstanceUid, DicomPriority priority = DicomPriority.Medium)
        : this(priority, IdentifierLevel.Of(DicomQueryRetrieveLevel.Study, studyInstanceUid))
    {
    }

    /// <summary>A series.</summary>
    public DicomCGetRequest(string studyInstanceUid, string seriesInstanceUid, DicomPriority priority = DicomPriority.Medium)
        : this(priority, IdentifierLevel.Of(DicomQueryRetrieveLevel.Series, studyInstanceUid, seriesInstanceUid))
    {
    }

    /// <summary>An instance.</summary>
    public DicomCGetRequest(
        string studyInstanceUid, string seriesInstanceUid, string sopInstanceUid, DicomPriority priority = DicomPriority.Medium)
        : this(priority, IdentifierLevel.Of(DicomQueryRetrieveLevel.Image, studyInstanceUid, seriesInstanceUid, sopInstanceUid))
    {
    }

    private DicomCGetRequest(DicomPriority priority, DicomDataset identifier)
        : base(DicomCommandField.CGetRequest, DicomUID.StudyRootQueryRetrieveInformationModelGet, priority) => Dataset = identifier;

    public delegate void ResponseDelegate(DicomCGetRequest request, DicomCGetResponse response);

    /// <summary>The identifier's level.</summary>
    /// <exception cref="DicomDataException">The identifier has none.</exception>
    public DicomQueryRetrieveLevel Level => Dataset.GetSingleValue<DicomQueryRetrieveLevel>(DicomTag.QueryRetrieveLevel);

    protected internal override void PostResponse(DicomService service, DicomResponse response) =>
        Callback.Run(() => OnResponseReceived?.Invoke(this, (DicomCGetResponse)response));
}

public sealed class DicomCGetResponse : DicomResponse
{
    public DicomCGetResponse(DicomDataset command) : base(command)
    {
    }

    public DicomCGetResponse(DicomCGetRequest request, DicomStatus status) : base(request, status)
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
