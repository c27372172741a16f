using System.Globalization;
using FellowOakDicom;
using Regional.Imaging.Cluster;
using Regional.Link.V1;

namespace Regional.Edge.Worklist;

/// <summary>
/// The attributes of PS3.4 table K.6-1 that this worklist knows, with where their values come from; the conformance statement lists them from here.
/// Values are cut to what their VR holds.
/// </summary>
internal static class WorklistAttributes
{
    private const int LongString = 64;
    private const int ShortString = 16;
    private const int ShortText = 1024;

    /// <summary>Of the requested procedure, the patient and the visit.</summary>
    public static IReadOnlyDictionary<DicomTag, Func<WorklistSource, string>> Exam { get; } = new Dictionary<DicomTag, Func<WorklistSource, string>>
    {
        [DicomTag.AccessionNumber] = s => s.Entry.AccessionNumber,
        [DicomTag.InstitutionName] = s => Cut(s.Institution, LongString),
        [DicomTag.ReferringPhysicianName] = _ => "",
        [DicomTag.PatientName] = s => s.Name,
        [DicomTag.PatientID] = s => Cut(s.Entry.PatientId, LongString),
        [DicomTag.IssuerOfPatientID] = s => s.Entry.PatientIdIssuer,
        [DicomTag.PatientBirthDate] = s => s.Entry.PatientBirthDate,
        [DicomTag.PatientSex] = s => s.Entry.PatientSex is "M" or "F" or "O" ? s.Entry.PatientSex : "",
        [DicomTag.MedicalAlerts] = s => string.Join('\\', s.Entry.Flags.Select(flag => Cut(flag, LongString))),
        [DicomTag.AdmittingDiagnosesDescription] = s => Cut(s.Entry.Diagnosis, LongString),
        [DicomTag.StudyInstanceUID] = s => s.Entry.StudyInstanceUid,
        [DicomTag.RequestedProcedureDescription] = s => Cut(s.Entry.Item, LongString),
        [DicomTag.RequestedProcedureID] = s => s.Entry.AccessionNumber,
        [DicomTag.RequestedProcedurePriority] = s => s.Entry.Priority switch { Priority.Emergency => "STAT", Priority.Urgent => "HIGH", _ => "ROUTINE" },
        [DicomTag.ReasonForTheRequestedProcedure] = s => Cut(s.Entry.Purpose, LongString),
    };

    /// <summary>Of the scheduled procedure step.</summary>
    public static IReadOnlyDictionary<DicomTag, Func<WorklistSource, string>> Step { get; } = new Dictionary<DicomTag, Func<WorklistSource, string>>
    {
        [DicomTag.Modality] = s => s.Entry.Modality,
        [DicomTag.ScheduledStationAETitle] = s => s.Station.AeTitle,
        [DicomTag.ScheduledStationName] = s => Cut(s.Station.Name, ShortString),
        [DicomTag.ScheduledProcedureStepLocation] = s => Cut(s.Station.Room ?? "", ShortString),
        [DicomTag.ScheduledProcedureStepStartDate] = s => s.Starts.ToString("yyyyMMdd", CultureInfo.InvariantCulture),
        [DicomTag.ScheduledProcedureStepStartTime] = s => s.Starts.ToString("HHmmss", CultureInfo.InvariantCulture),
        [DicomTag.ScheduledPerformingPhysicianName] = _ => "",
        [DicomTag.ScheduledProcedureStepDescription] = s => Cut(s.Entry.Item, LongString),
        [DicomTag.ScheduledProcedureStepID] = s => s.Entry.AccessionNumber,
        [DicomTag.CommentsOnTheScheduledProcedureStep] = s => Cut(string.Join(' ', new[] { s.Entry.BodyPart, s.Entry.Side }.Where(p => p.Length > 0)), ShortText),
    };

    /// <summary>At most so many characters, without half a character, and without what divides values.</summary>
    private static string Cut(string text, int length)
    {
        var clean = text.Replace('\\', ' ').Trim();
        if (clean.Length <= length)
            return clean;
        return clean[..(char.IsHighSurrogate(clean[length - 1]) ? length - 1 : length)].TrimEnd();
    }
}

/// <summary>An exam as one device is to see it.</summary>
/// <param name="Station">The device it is meant for; when any, the one that asks.</param>
/// <param name="Starts">On the region's clock.</param>
/// <param name="Name">As a person name, in the form of the device's profile.</param>
internal sealed record WorklistSource(WorklistEntry Entry, DeviceOptions Station, DateTimeOffset Starts, string Name, string Institution);
