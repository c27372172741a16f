using System.Globalization;

namespace FellowOakDicom.Network;

/// <summary>Asks for an action on an object (PS3.7 10.1.4).</summary>
public sealed class DicomNActionRequest : DicomRequest
{
    public ResponseDelegate OnResponseReceived;

    public DicomNActionRequest(DicomDataset command) : base(command)
    {
    }

    public DicomNActionRequest(DicomUID requestedClassUid, DicomUID requestedInstanceUid, ushort actionTypeId)
        : base(DicomCommandField.NActionRequest, requestedClassUid)
    {
        SOPInstanceUID = requestedInstanceUid;
        ActionTypeID = actionTypeId;
    }

    public delegate void ResponseDelegate(DicomNActionRequest request, DicomNActionResponse response);

    public DicomUID SOPInstanceUID
    {
        get => Command.GetSingleValue<DicomUID>(DicomTag.RequestedSOPInstanceUID);
        private set => Command.AddOrUpdate(DicomTag.RequestedSOPInstanceUID, value);
    }

    public ushort ActionTypeID
    {
        get => Command.GetSingleValue<ushort>(DicomTag.ActionTypeID);
        private set => Command.AddOrUpdate(DicomTag.ActionTypeID, value);
    }

    public override string ToString() => NormalizedText.WithType($"{ToString(Type)} [{MessageID}]", Command, DicomTag.ActionTypeID, "Action");

    protected internal override void PostResponse(DicomService service, DicomResponse response) =>
        Callback.Run(() => OnResponseReceived?.Invoke(this, (DicomNActionResponse)response));
}

/// <summary>Asks for an object to be made (PS3.7 10.1.5); without instance UID the peer names it.</summary>
public sealed class DicomNCreateRequest : DicomRequest
{
    public ResponseDelegate OnResponseReceived;

    public DicomNCreateRequest(DicomDataset command) : base(command)
    {
    }

    public DicomNCreateRequest(DicomUID affectedClassUid, DicomUID affectedInstanceUid) : base(DicomCommandField.NCreateRequest, affectedClassUid) =>
        SOPInstanceUID = affectedInstanceUid;

    public delegate void ResponseDelegate(DicomNCreateRequest request, DicomNCreateResponse response);

    /// <summary>Null when the request names none.</summary>
    public DicomUID SOPInstanceUID
    {
        get => Command.GetSingleValueOrDefault<DicomUID>(DicomTag.AffectedSOPInstanceUID, null);
        private set => Command.AddOrUpdate(DicomTag.AffectedSOPInstanceUID, value);
    }

    protected internal override void PostResponse(DicomService service, DicomResponse response) =>
        Callback.Run(() => OnResponseReceived?.Invoke(this, (DicomNCreateResponse)response));
}

/// <summary>Asks for an object to be deleted (PS3.7 10.1.6).</summary>
public sealed class DicomNDeleteRequest : DicomRequest
{
    public ResponseDelegate OnResponseReceived;

    public DicomNDeleteRequest(DicomDataset command) : base(command)
    {
    }

    public DicomNDeleteRequest(DicomUID requestedClassUid, DicomUID requestedInstanceUid) : base(DicomCommandField.NDeleteRequest, requestedClassUid) =>
        SOPInstanceUID = requestedInstanceUid;

    public delegate void ResponseDelegate(DicomNDeleteRequest request, DicomNDeleteResponse response);

    public DicomUID SOPInstanceUID
    {
        get => Command.GetSingleValue<DicomUID>(DicomTag.RequestedSOPInstanceUID);
        private set => Command.AddOrUpdate(DicomTag.RequestedSOPInstanceUID, value);
    }

    protected internal override void PostResponse(DicomService service, DicomResponse response) =>
        Callback.Run(() => OnResponseReceived?.Invoke(this, (DicomNDeleteResponse)response));
}

/// <summary>Tells of an event (PS3.7 10.1.1).</summary>
public sealed class DicomNEventReportRequest : DicomRequest
{
    public ResponseDelegate OnResponseReceived;

    public DicomNEventReportRequest(DicomDataset command) : base(command)
    {
    }

    public DicomNEventReportRequest(DicomUID affectedClassUid, DicomUID affectedInstanceUid, ushort eventTypeId)
        : base(DicomCommandField.NEventReportRequest, affectedClassUid)
    {
        SOPInstanceUID = affectedInstanceUid;
        EventTypeID = eventTypeId;
    }

    public delegate void ResponseDelegate(DicomNEventReportRequest request, DicomNEventReportResponse response);

    public DicomUID SOPInstanceUID
    {
        get => Command.GetSingleValue<DicomUID>(DicomTag.AffectedSOPInstanceUID);
        private set => Command.AddOrUpdate(DicomTag.AffectedSOPInstanceUID, value);
    }

    public ushort EventTypeID
    {
        get => Command.GetSingleValue<ushort>(DicomTag.EventTypeID);
        private set => Command.AddOrUpdate(DicomTag.EventTypeID, value);
    }

    public override string ToString() => NormalizedText.WithType($"{ToString(Type)} [{MessageID}]", Command, DicomTag.EventTypeID, "Event");

    protected internal override void PostResponse(DicomService service, DicomResponse response) =>
        Callback.Run(() => OnResponseReceived?.Invoke(this, (DicomNEventReportResponse)response));
}

/// <summary>Asks for an object's attributes (PS3.7 10.1.2).</summary>
public sealed class DicomNGetRequest : DicomRequest
{
    public ResponseDelegate OnResponseReceived;

    public DicomNGetRequest(DicomDataset command) : base(command)
    {
    }

    public DicomNGetRequest(DicomUID requestedClassUid, DicomUID requestedInstanceUid) : base(DicomCommandField.NGetRequest, requestedClassUid) =>
        SOPInstanceUID = requestedInstanceUid;

    public delegate void ResponseDelegate(DicomNGetRequest request, DicomNGetResponse response);

    public DicomUID SOPInstanceUID
    {
        get => Command.GetSingleValue<DicomUID>(DicomTag.RequestedSOPInstanceUID);
        private set => Command.AddOrUpdate(DicomTag.RequestedSOPInstanceUID, value);
    }

    /// <summary>Which attributes; null when the request lists none, which means all.</summary>
    public DicomTag[] Attributes => Command.TryGetValues<DicomTag>(DicomTag.AttributeIdentifierList, out var tags) ? tags : null;

    protected internal override void PostResponse(DicomService service, DicomResponse response) =>
        Callback.Run(() => OnResponseReceived?.Invoke(this, (DicomNGetResponse)response));
}

/// <summary>Asks for an object's attributes to be changed (PS3.7 10.1.3).</summary>
public sealed class DicomNSetRequest : DicomRequest
{
    public ResponseDelegate OnResponseReceived;

    public DicomNSetRequest(DicomDataset command) : base(command)
    {
    }

    public DicomNSetRequest(DicomUID requestedClassUid, DicomUID requestedInstanceUid) : base(DicomCommandField.NSetRequest, requestedClassUid) =>
        SOPInstanceUID = requestedInstanceUid;

    public delegate void ResponseDelegate(DicomNSetRequest request, DicomNSetResponse response);

    public DicomUID SOPInstanceUID
    {
        get => Command.GetSingleValue<DicomUID>(DicomTag.RequestedSOPInstanceUID);
        private set => Command.AddOrUpdate(DicomTag.RequestedSOPInstanceUID, value);
    }

    protected internal override void PostResponse(DicomService service, DicomResponse response) =>
        Callback.Run(() => OnResponseReceived?.Invoke(this, (DicomNSetResponse)response));
}

internal static class NormalizedText
{
    public static string WithType(string text, DicomDataset command, DicomTag tag, string kind) => command.Contains(tag)
        ? $"{text}\n\t\t{kind} Type:\t{command.GetSingleValue<ushort>(tag).ToString("x4", CultureInfo.InvariantCulture)}"
        : text;

    public static string WithError(string text, DicomStatus status) =>
        status.State is not (DicomState.Pending or DicomState.Success) && !string.IsNullOrEmpty(status.ErrorComment)
            ? $"{text}\n\t\tError:\t\t{status.ErrorComment}"
            : text;
}
