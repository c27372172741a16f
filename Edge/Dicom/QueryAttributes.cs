using System.Globalization;
using FellowOakDicom;
using Regional.Imaging.Index;

namespace Regional.Edge.Dicom;

/// <summary>Levels of the query/retrieve models, from the widest (PS3.4 §C.6).</summary>
internal enum QueryLevel
{
    Patient,
    Study,
    Series,
    Image,
}

/// <summary>A match, as far down as the level that was asked.</summary>
internal sealed record QueryMatch(IndexedStudy Study, IndexedSeries? Series, IndexedInstance? Instance);

/// <summary>An attribute that the index knows: matched where it has a key, returned where it was asked for.</summary>
/// <param name="Value">As the index has it, several values separated by backslashes; empty where it is not known.</param>
internal sealed record QueryAttribute(DicomTag Tag, QueryLevel Level, SearchKey? Key, Func<QueryMatch, string> Value);

/// <summary>
/// What can be asked, a row an attribute (PS3.4 tables C.6-1 to C.6-5). The attributes of a level are also matched and returned at the levels below
/// it. What is not here is neither: an unsupported optional key (PS3.4 §C.2.2.1.3).
/// </summary>
internal static class QueryAttributes
{
    public static readonly IReadOnlyList<QueryAttribute> All =
    [
        new(DicomTag.PatientName, QueryLevel.Patient, SearchKey.PatientName, m => m.Study.PatientName),
        new(DicomTag.PatientID, QueryLevel.Patient, SearchKey.PatientId, m => m.Study.PatientId),
        new(DicomTag.IssuerOfPatientID, QueryLevel.Patient, SearchKey.IssuerOfPatientId, m => m.Study.IssuerOfPatientId),
        new(DicomTag.PatientBirthDate, QueryLevel.Patient, SearchKey.PatientBirthDate, m => m.Study.PatientBirthDate),
        new(DicomTag.PatientSex, QueryLevel.Patient, SearchKey.PatientSex, m => m.Study.PatientSex),

        new(DicomTag.StudyInstanceUID, QueryLevel.Study, SearchKey.StudyInstanceUid, m => m.Study.StudyUid),
        new(DicomTag.StudyDate, QueryLevel.Study, SearchKey.StudyDate, m => m.Study.StudyDate),
        new(DicomTag.StudyTime, QueryLevel.Study, SearchKey.StudyTime, m => m.Study.StudyTime),
        new(DicomTag.AccessionNumber, QueryLevel.Study, SearchKey.AccessionNumber, m => m.Study.AccessionNumber),
        new(DicomTag.StudyID, QueryLevel.Study, SearchKey.StudyId, m => m.Study.StudyId),
        new(DicomTag.StudyDescription, QueryLevel.Study, SearchKey.StudyDescription, m => m.Study.StudyDescription),
        new(DicomTag.ReferringPhysicianName, QueryLevel.Study, SearchKey.ReferringPhysicianName, m => m.Study.ReferringPhysician),
        new(DicomTag.InstitutionName, QueryLevel.Study, SearchKey.InstitutionName, m => m.Study.Institution),
        new(DicomTag.ModalitiesInStudy, QueryLevel.Study, SearchKey.ModalitiesInStudy, m => m.Study.Modalities),
        new(DicomTag.NumberOfStudyRelatedSeries, QueryLevel.Study, null, m => Number(m.Study.SeriesCount)),
        new(DicomTag.NumberOfStudyRelatedInstances, QueryLevel.Study, null, m => Number(m.Study.InstanceCount)),

        new(DicomTag.SeriesInstanceUID, QueryLevel.Series, SearchKey.SeriesInstanceUid, m => m.Series?.SeriesUid ?? ""),
        new(DicomTag.Modality, QueryLevel.Series, SearchKey.Modality, m => m.Series?.Modality ?? ""),
        new(DicomTag.SeriesNumber, QueryLevel.Series, SearchKey.SeriesNumber, m => Number(m.Series?.Number)),
        new(DicomTag.SeriesDescription, QueryLevel.Series, SearchKey.SeriesDescription, m => m.Series?.Description ?? ""),
        new(DicomTag.BodyPartExamined, QueryLevel.Series, SearchKey.BodyPartExamined, m => m.Series?.BodyPart ?? ""),
        new(DicomTag.PerformedProcedureStepStartDate, QueryLevel.Series, SearchKey.PerformedProcedureStepStartDate, m => m.Series?.PerformedStepDate ?? ""),
        new(DicomTag.PerformedProcedureStepStartTime, QueryLevel.Series, SearchKey.PerformedProcedureStepStartTime, m => m.Series?.PerformedStepTime ?? ""),
        new(DicomTag.SeriesDate, QueryLevel.Series, null, m => m.Series?.SeriesDate ?? ""),
        new(DicomTag.SeriesTime, QueryLevel.Series, null, m => m.Series?.SeriesTime ?? ""),
        new(DicomTag.ProtocolName, QueryLevel.Series, null, m => m.Series?.ProtocolName ?? ""),
        new(DicomTag.Laterality, QueryLevel.Series, null, m => m.Series?.Laterality ?? ""),
        new(DicomTag.StationName, QueryLevel.Series, null, m => m.Series?.StationName ?? ""),
        new(DicomTag.NumberOfSeriesRelatedInstances, QueryLevel.Series, null, m => Number(m.Series?.InstanceCount)),

        new(DicomTag.SOPInstanceUID, QueryLevel.Image, SearchKey.SopInstanceUid, m => m.Instance?.SopInstanceUid ?? ""),
        new(DicomTag.SOPClassUID, QueryLevel.Image, SearchKey.SopClassUid, m => m.Instance?.SopClassUid ?? ""),
        new(DicomTag.InstanceNumber, QueryLevel.Image, SearchKey.InstanceNumber, m => Number(m.Instance?.Number)),
        new(DicomTag.NumberOfFrames, QueryLevel.Image, null, m => m.Instance is { Rows: > 0 } image ? Number(image.NumberOfFrames) : ""),
    ];

    public static readonly IReadOnlyDictionary<DicomTag, QueryAttribute> ByTag = All.ToDictionary(a => a.Tag);

    /// <summary>The unique key of each level, the widest first.</summary>
    public static DicomTag UniqueKey(QueryLevel level) => level switch
    {
        QueryLevel.Patient => DicomTag.PatientID,
        QueryLevel.Study => DicomTag.StudyInstanceUID,
        QueryLevel.Series => DicomTag.SeriesInstanceUID,
        _ => DicomTag.SOPInstanceUID,
    };

    private static string Number(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";
}
