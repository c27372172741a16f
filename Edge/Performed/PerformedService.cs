using FellowOakDicom;
using FellowOakDicom.Network;
using FellowOakDicom.Serialization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Regional.Imaging.Packs;

namespace Regional.Edge.Performed;

/// <summary>What a request about a performed step is answered.</summary>
/// <param name="Attributes">Those that it is about (0000,1005).</param>
/// <param name="ErrorId">(0000,0903).</param>
internal sealed record PerformedAnswer(DicomStatus Status, string? Uid = null, IReadOnlyList<DicomTag>? Attributes = null, ushort? ErrorId = null);

/// <summary>
/// The states of a performed step (PS3.4 §F.7.2): IN PROGRESS when it is made, then COMPLETED or DISCONTINUED, and nothing after that. Success only
/// when it is durable here.
/// </summary>
internal sealed class PerformedService(PerformedStore store, TimeProvider time, ILogger<PerformedService> logger)
{
    private const string InProgress = "IN PROGRESS";
    private const string Completed = "COMPLETED";
    private const string Discontinued = "DISCONTINUED";

    /// <summary>Performed Procedure Step Object may no longer be updated (PS3.4 §F.7.2.2.2).</summary>
    private const ushort NoLongerUpdatable = 0xA710;

    /// <summary>Needed when it is made (PS3.4 table F.7.2-1, type 1).</summary>
    private static readonly DicomTag[] NeededAtFirst =
    [
        DicomTag.ScheduledStepAttributesSequence, DicomTag.PerformedProcedureStepID, DicomTag.PerformedStationAETitle, DicomTag.PerformedProcedureStepStartDate,
        DicomTag.PerformedProcedureStepStartTime, DicomTag.PerformedProcedureStepStatus, DicomTag.Modality,
    ];

    /// <summary>Needed when it ends well (final state, type 1).</summary>
    private static readonly DicomTag[] NeededAtLast = [DicomTag.PerformedProcedureStepEndDate, DicomTag.PerformedProcedureStepEndTime, DicomTag.PerformedSeriesSequence];

    /// <summary>Made once: an N-SET does not change what and who it is about (not allowed there by table F.7.2-1).</summary>
    private static readonly HashSet<DicomTag> Fixed =
    [
        DicomTag.ScheduledStepAttributesSequence, DicomTag.PatientName, DicomTag.PatientID, DicomTag.IssuerOfPatientID, DicomTag.PatientBirthDate, DicomTag.PatientSex,
        DicomTag.ReferencedPatientSequence, DicomTag.PerformedProcedureStepID, DicomTag.PerformedStationAETitle, DicomTag.PerformedStationName, DicomTag.PerformedLocation,
        DicomTag.PerformedProcedureStepStartDate, DicomTag.PerformedProcedureStepStartTime, DicomTag.Modality, DicomTag.StudyID, DicomTag.SpecificCharacterSet,
    ];

    private readonly Lock _gate = new();

    public PerformedAnswer Create(string? uid, DicomDataset? attributes, string callingAe)
    {
        if (uid is not null && !UidRule.IsValid(uid))
            return Refuse(callingAe, new PerformedAnswer(DicomStatus.InvalidObjectInstance));
        if (Lacking(attributes, NeededAtFirst) is { } lacking)
            return Refuse(callingAe, lacking);
        if (attributes!.GetSequence(DicomTag.ScheduledStepAttributesSequence).Items.Any(item => Text(item, DicomTag.StudyInstanceUID).Length == 0))
            return Refuse(callingAe, new PerformedAnswer(DicomStatus.MissingAttribute, Attributes: [DicomTag.StudyInstanceUID]));
        if (Text(attributes, DicomTag.PerformedProcedureStepStatus) != InProgress)
            return Refuse(callingAe, new PerformedAnswer(DicomStatus.InvalidAttributeValue, Attributes: [DicomTag.PerformedProcedureStepStatus]));

        // The device should draw it (PS3.4 §F.7.2.1.2); one that does not is given one.
        var made = uid ?? DicomUIDGenerator.GenerateDerivedFromUUID().UID;
        return Keep(callingAe, () =>
        {
            if (!store.Add(new KeptStep(made, callingAe, InProgress, Json(attributes)), time.GetUtcNow()))
                return Refuse(callingAe, new PerformedAnswer(DicomStatus.DuplicateSOPInstance));
            PerformedLog.Made(logger, made, callingAe);
            return new PerformedAnswer(DicomStatus.Success, made);
        });
    }

    public PerformedAnswer Set(string uid, DicomDataset? changes, string callingAe) => Keep(callingAe, () =>
    {
        // Another device's step is nobody's business.
        if (store.Find(uid) is not { } known || known.CallingAe != callingAe)
            return Refuse(callingAe, new PerformedAnswer(DicomStatus.NoSuchObjectInstance));
        if (known.Status != InProgress)
        {
            return Refuse(
                callingAe,
                new PerformedAnswer(new DicomStatus(DicomStatus.ProcessingFailure, "Performed Procedure Step Object may no longer be updated"), ErrorId: NoLongerUpdatable));
        }

        var whole = DicomJson.ConvertJsonToDicom(known.Body).NotValidated();
        foreach (var item in changes ?? [])
        {
            if (!Fixed.Contains(item.Tag) && item.Tag.Element != 0)
                whole.AddOrUpdate(item);
        }

        var status = Text(whole, DicomTag.PerformedProcedureStepStatus);
        if (status is not (InProgress or Completed or Discontinued))
            return Refuse(callingAe, new PerformedAnswer(DicomStatus.InvalidAttributeValue, Attributes: [DicomTag.PerformedProcedureStepStatus]));
        if (status == Completed && Lacking(whole, NeededAtLast) is { } lacking)
            return Refuse(callingAe, lacking);
        store.Change(new KeptStep(uid, callingAe, status, Json(whole)), time.GetUtcNow());
        PerformedLog.Changed(logger, uid, callingAe, status);
        return new PerformedAnswer(DicomStatus.Success, uid);
    });

    private static PerformedAnswer? Lacking(DicomDataset? attributes, DicomTag[] needed)
    {
        DicomTag[] absent = [.. needed.Where(tag => attributes is null || !attributes.Contains(tag))];
        if (absent.Length > 0)
            return new PerformedAnswer(DicomStatus.MissingAttribute, Attributes: absent);
        DicomTag[] empty = [.. needed.Where(tag => attributes!.TryGetSequence(tag, out var items) ? items.Items.Count == 0 : Text(attributes, tag).Length == 0)];
        return empty.Length > 0 ? new PerformedAnswer(DicomStatus.MissingAttributeValue, Attributes: empty) : null;
    }

    private PerformedAnswer Keep(string callingAe, Func<PerformedAnswer> work)
    {
        try
        {
            // What is looked at and what is written are one step, whatever associations a device has.
            lock (_gate)
                return work();
        }
        catch (SqliteException fault)
        {
            PerformedLog.NotKept(logger, fault, callingAe);
            return new PerformedAnswer(DicomStatus.ResourceLimitation);
        }
    }

    private PerformedAnswer Refuse(string callingAe, PerformedAnswer answer)
    {
        PerformedLog.Refused(logger, callingAe, answer.Status.Code, string.Join(' ', answer.Attributes ?? []));
        return answer;
    }

    private static string Json(DicomDataset dataset) => DicomJson.ConvertDicomToJson(dataset);

    private static string Text(DicomDataset dataset, DicomTag tag) => dataset.TryGetString(tag, out var text) ? (text ?? "").Trim(' ', '\0') : "";
}
