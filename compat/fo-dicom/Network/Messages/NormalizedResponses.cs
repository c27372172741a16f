namespace FellowOakDicom.Network;

public sealed class DicomNActionResponse : DicomResponse
{
    public DicomNActionResponse(DicomDataset command) : base(command)
    {
    }

    public DicomNActionResponse(DicomNActionRequest request, DicomStatus status) : base(request, status)
    {
        SOPInstanceUID = request.SOPInstanceUID;
        ActionTypeID = request.ActionTypeID;
    }

    /// <exception cref="DicomDataException">The peer's answer names none.</exception>
    public DicomUID SOPInstanceUID
    {
        get => Command.GetSingleValue<DicomUID>(DicomTag.AffectedSOPInstanceUID);
        private set => Command.AddOrUpdate(DicomTag.AffectedSOPInstanceUID, value);
    }

    /// <exception cref="DicomDataException">The peer's answer names none.</exception>
    public ushort ActionTypeID
    {
        get => Command.GetSingleValue<ushort>(DicomTag.ActionTypeID);
        private set => Command.AddOrUpdate(DicomTag.ActionTypeID, value);
    }

    public override string ToString() =>
        NormalizedText.WithError(NormalizedText.WithType(base.ToString(), Command, DicomTag.ActionTypeID, "Action"), Status);
}

public sealed class DicomNCreateResponse : DicomResponse
{
    public DicomNCreateResponse(DicomDataset command) : base(command)
    {
    }

    public DicomNCreateResponse(DicomNCreateRequest request, DicomStatus status) : base(request, status) => SOPInstanceUID = request.SOPInstanceUID;

    public DicomUID SOPInstanceUID
    {
        get => Command.GetSingleValueOrDefault<DicomUID>(DicomTag.AffectedSOPInstanceUID, null);
        private set
        {
            if (value is null) Command.Remove(DicomTag.AffectedSOPInstanceUID);
            else Command.AddOrUpdate(DicomTag.AffectedSOPInstanceUID, value);
        }
    }
}

public sealed class DicomNDeleteResponse : DicomResponse
{
    public DicomNDeleteResponse(DicomDataset command) : base(command)
    {
    }

    public DicomNDeleteResponse(DicomNDeleteRequest request, DicomStatus status) : base(request, status) => SOPInstanceUID = request.SOPInstanceUID;

    public DicomUID SOPInstanceUID
    {
        get => Command.GetSingleValueOrDefault<DicomUID>(DicomTag.AffectedSOPInstanceUID, null);
        private set => Command.AddOrUpdate(DicomTag.AffectedSOPInstanceUID, value);
    }
}

public sealed class DicomNEventReportResponse : DicomResponse
{
    public DicomNEventReportResponse(DicomDataset command) : base(command)
    {
    }

    public DicomNEventReportResponse(DicomNEventReportRequest request, DicomStatus status) : base(request, status)
    {
        SOPInstanceUID = request.SOPInstanceUID;
        EventTypeID = request.EventTypeID;
    }

    public DicomUID SOPInstanceUID
    {
        get => Command.GetSingleValueOrDefault<DicomUID>(DicomTag.AffectedSOPInstanceUID, null);
        private set => Command.AddOrUpdate(DicomTag.AffectedSOPInstanceUID, value);
    }

    /// <summary>0 when the peer's answer names none.</summary>
    public ushort EventTypeID
    {
        get => Command.GetSingleValueOrDefault(DicomTag.EventTypeID, (ushort)0);
        private set => Command.AddOrUpdate(DicomTag.EventTypeID, value);
    }

    public override string ToString() =>
        NormalizedText.WithError(NormalizedText.WithType(base.ToString(), Command, DicomTag.EventTypeID, "Event"), Status);
}

public sealed class DicomNGetResponse : DicomResponse
{
    public DicomNGetResponse(DicomDataset command) : base(command)
    {
    }

    public DicomNGetResponse(DicomNGetRequest request, DicomStatus status) : base(request, status) => SOPInstanceUID = request.SOPInstanceUID;

    public DicomUID SOPInstanceUID
    {
        get => Command.GetSingleValueOrDefault<DicomUID>(DicomTag.AffectedSOPInstanceUID, null);
        private set => Command.AddOrUpdate(DicomTag.AffectedSOPInstanceUID, value);
    }
}

public sealed class DicomNSetResponse : DicomResponse
{
    public DicomNSetResponse(DicomDataset command) : base(command)
    {
    }

    public DicomNSetResponse(DicomNSetRequest request, DicomStatus status) : base(request, status) => SOPInstanceUID = request.SOPInstanceUID;

    public DicomUID SOPInstanceUID
    {
        get => Command.GetSingleValueOrDefault<DicomUID>(DicomTag.AffectedSOPInstanceUID, null);
        private set => Command.AddOrUpdate(DicomTag.AffectedSOPInstanceUID, value);
    }
}
