namespace FellowOakDicom.Network;

/// <summary>A query (PS3.7 9.1.2).</summary>
public sealed class DicomCFindRequest : DicomPriorityRequest
{
    public ResponseDelegate OnResponseReceived;

    public DicomCFindRequest(DicomDataset command) : base(command)
    {
    }

    /// <summary>In the patient root at the patient level, in the study root at the others; without a level of the worklist.</summary>
    public DicomCFindRequest(DicomQueryRetrieveLevel level, DicomPriority priority = DicomPriority.Medium)
        : base(DicomCommandField.CFindRequest, ModelOf(level), priority)
    {
        Dataset = new DicomDataset().NotValidated();
        Level = level;
    }

    /// <exception cref="DicomNetworkException">Not a SOP class.</exception>
    public DicomCFindRequest(DicomUID affectedSopClassUid, DicomPriority priority = DicomPriority.Medium)
        : base(DicomCommandField.CFindRequest, affectedSopClassUid, priority)
    {
        if (affectedSopClassUid.Type != DicomUidType.SOPClass) throw new DicomNetworkException($"{affectedSopClassUid.Name} is no SOP class");
        Dataset = new DicomDataset().NotValidated();
    }

    public DicomCFindRequest(DicomUID affectedSopClassUid, DicomQueryRetrieveLevel level, DicomPriority priority = DicomPriority.Medium)
        : this(affectedSopClassUid, priority) => Level = level;

    public delegate void ResponseDelegate(DicomCFindRequest request, DicomCFindResponse response);

    public DicomQueryRetrieveLevel Level
    {
        get => Dataset.GetSingleValueOrDefault(DicomTag.QueryRetrieveLevel, DicomQueryRetrieveLevel.NotApplicable);
        private set => IdentifierLevel.Set(Dataset, value);
    }

    public static DicomCFindRequest CreatePatientQuery(string patientId = null, string patientName = null) =>
        new DicomCFindRequest(DicomQueryRetrieveLevel.Patient)
            .With(DicomTag.PatientID, patientId)
            .With(DicomTag.PatientName, patientName)
            .Asking(DicomTag.IssuerOfPatientID, DicomTag.PatientSex, DicomTag.PatientBirthDate);

    public static DicomCFindRequest CreateStudyQuery(
        string patientId = null,
        string patientName = null,
        DicomDateRange studyDateTime = null,
        string accession = null,
        string studyId = null,
        string modalitiesInStudy = null,
        string studyInstanceUid = null)
    {
        var request = new DicomCFindRequest(DicomQueryRetrieveLevel.Study)
            .With(DicomTag.PatientID, patientId)
            .With(DicomTag.PatientName, patientName)
            .Asking(DicomTag.IssuerOfPatientID, DicomTag.PatientSex, DicomTag.PatientBirthDate)
            .With(DicomTag.StudyInstanceUID, studyInstanceUid)
            .With(DicomTag.ModalitiesInStudy, modalitiesInStudy)
            .With(DicomTag.StudyID, studyId)
            .With(DicomTag.AccessionNumber, accession)
            .Asking(DicomTag.StudyDescription, DicomTag.NumberOfStudyRelatedSeries, DicomTag.NumberOfStudyRelatedInstances);
        request.Dataset.Add(DicomTag.StudyDate, studyDateTime);
        request.Dataset.Add(DicomTag.StudyTime, studyDateTime);
        return request;
    }

    public static DicomCFindRequest CreateSeriesQuery(string studyInstanceUid, string modality = null) =>
        new DicomCFindRequest(DicomQueryRetrieveLevel.Series)
            .With(DicomTag.StudyInstanceUID, studyInstanceUid)
            .With(DicomTag.Modality, modality)
            .Asking(
                DicomTag.SeriesInstanceUID, DicomTag.SeriesNumber, DicomTag.SeriesDescription, DicomTag.SeriesDate, DicomTag.SeriesTime,
                DicomTag.NumberOfSeriesRelatedInstances);

    public static DicomCFindRequest CreateImageQuery(string studyInstanceUid, string seriesInstanceUid, string modality = null) =>
        new DicomCFindRequest(DicomQueryRetrieveLevel.Image)
            .With(DicomTag.StudyInstanceUID, studyInstanceUid)
            .With(DicomTag.SeriesInstanceUID, seriesInstanceUid)
            .With(DicomTag.Modality, modality)
            .Asking(DicomTag.SOPInstanceUID, DicomTag.InstanceNumber);

    /// <summary>A query of the modality worklist (PS3.4 table K.6-1); null and empty keys match everything.</summary>
    public static DicomCFindRequest CreateWorklistQuery(
        string patientId = null,
        string patientName = null,
        string stationAE = null,
        string stationName = null,
        string modality = null,
        DicomDateRange scheduledDateTime = null)
    {
        var request = new DicomCFindRequest(DicomUID.ModalityWorklistInformationModelFind)
            .With(DicomTag.PatientID, patientId)
            .With(DicomTag.PatientName, patientName)
            .Asking(
                DicomTag.IssuerOfPatientID, DicomTag.PatientSex, DicomTag.PatientWeight, DicomTag.PatientBirthDate, DicomTag.MedicalAlerts, DicomTag.Allergies, DicomTag.PatientComments, DicomTag.SpecialNeeds, DicomTag.PatientState, DicomTag.CurrentPatientLocation,
                DicomTag.InstitutionName, DicomTag.AdmissionID, DicomTag.AccessionNumber, DicomTag.ReferringPhysicianName,
                DicomTag.AdmittingDiagnosesDescription, DicomTag.RequestingPhysician, DicomTag.StudyInstanceUID, DicomTag.StudyDescription,
                DicomTag.StudyID, DicomTag.ReasonForTheRequestedProcedure, DicomTag.StudyDate, DicomTag.StudyTime, DicomTag.RequestedProcedureID,
                DicomTag.RequestedProcedureDescription, DicomTag.RequestedProcedurePriority);
        request.Dataset.Add(DicomTag.PregnancyStatus, Array.Empty<ushort>());
        request.Dataset.Add(new DicomSequence(DicomTag.RequestedProcedureCodeSequence));
        request.Dataset.Add(new DicomSequence(DicomTag.ReferencedStudySequence));
        request.Dataset.Add(new DicomSequence(DicomTag.ProcedureCodeSequence));
        var step = new DicomDataset
        {
            { DicomTag.ScheduledStationAETitle, stationAE },
            { DicomTag.ScheduledStationName, stationName },
            { DicomTag.ScheduledProcedureStepStartDate, scheduledDateTime },
            { DicomTag.ScheduledProcedureStepStartTime, scheduledDateTime },
            { DicomTag.Modality, modality },
            { DicomTag.ScheduledPerformingPhysicianName, string.Empty },
            { DicomTag.ScheduledProcedureStepDescription, string.Empty },
            new DicomSequence(DicomTag.ScheduledProtocolCodeSequence),
            { DicomTag.ScheduledProcedureStepLocation, string.Empty },
            { DicomTag.ScheduledProcedureStepID, string.Empty },
            { DicomTag.RequestedContrastAgent, string.Empty },
            { DicomTag.PreMedication, string.Empty },
            { DicomTag.AnatomicalOrientationType, string.Empty },
        };
        request.Dataset.Add(new DicomSequence(DicomTag.ScheduledProcedureStepSequence, step));
        return request;
    }

    protected internal override void PostResponse(DicomService service, DicomResponse response) =>
        Callback.Run(() => OnResponseReceived?.Invoke(this, (DicomCFindResponse)response));

    private static DicomUID ModelOf(DicomQueryRetrieveLevel level) => (int)level switch
    {
        0 => DicomUID.PatientRootQueryRetrieveInformationModelFind,
        1 or 2 or 3 => DicomUID.StudyRootQueryRetrieveInformationModelFind,
        4 or -1 => DicomUID.ModalityWorklistInformationModelFind,
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, null),
    };

    private DicomCFindRequest With(DicomTag tag, string value)
    {
        Dataset.Add(tag, value);
        return this;
    }

    private DicomCFindRequest Asking(params DicomTag[] tags)
    {
        foreach (var tag in tags) Dataset.Add(tag, string.Empty);
        return this;
    }
}

public sealed class DicomCFindResponse : DicomResponse
{
    public DicomCFindResponse(DicomDataset command) : base(command)
    {
    }

    public DicomCFindResponse(DicomCFindRequest request, DicomStatus status) : base(request, status)
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
