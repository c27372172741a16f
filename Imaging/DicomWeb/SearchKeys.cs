using Regional.Imaging.Index;

namespace Regional.Imaging.DicomWeb;

/// <summary>Query parameters by keyword and by tag (PS3.18 §8.3.4).</summary>
internal static class SearchKeys
{
    private static readonly (string Keyword, string Tag, SearchKey Key)[] All =
    [
        ("StudyDate", "00080020", SearchKey.StudyDate),
        ("StudyTime", "00080030", SearchKey.StudyTime),
        ("AccessionNumber", "00080050", SearchKey.AccessionNumber),
        ("ModalitiesInStudy", "00080061", SearchKey.ModalitiesInStudy),
        ("InstitutionName", "00080080", SearchKey.InstitutionName),
        ("ReferringPhysicianName", "00080090", SearchKey.ReferringPhysicianName),
        ("StudyDescription", "00081030", SearchKey.StudyDescription),
        ("PatientName", "00100010", SearchKey.PatientName),
        ("PatientID", "00100020", SearchKey.PatientId),
        ("IssuerOfPatientID", "00100021", SearchKey.IssuerOfPatientId),
        ("PatientBirthDate", "00100030", SearchKey.PatientBirthDate),
        ("PatientSex", "00100040", SearchKey.PatientSex),
        ("StudyInstanceUID", "0020000D", SearchKey.StudyInstanceUid),
        ("StudyID", "00200010", SearchKey.StudyId),
        ("Modality", "00080060", SearchKey.Modality),
        ("SeriesDescription", "0008103E", SearchKey.SeriesDescription),
        ("BodyPartExamined", "00180015", SearchKey.BodyPartExamined),
        ("SeriesInstanceUID", "0020000E", SearchKey.SeriesInstanceUid),
        ("SeriesNumber", "00200011", SearchKey.SeriesNumber),
        ("PerformedProcedureStepStartDate", "00400244", SearchKey.PerformedProcedureStepStartDate),
        ("PerformedProcedureStepStartTime", "00400245", SearchKey.PerformedProcedureStepStartTime),
        ("SOPClassUID", "00080016", SearchKey.SopClassUid),
        ("SOPInstanceUID", "00080018", SearchKey.SopInstanceUid),
        ("InstanceNumber", "00200013", SearchKey.InstanceNumber)
    ];

    private static readonly Dictionary<string, SearchKey> ByName = new(
        All.SelectMany(key => new[] { KeyValuePair.Create(key.Keyword, key.Key), KeyValuePair.Create(key.Tag, key.Key) }),
        StringComparer.OrdinalIgnoreCase);

    public static SearchKey? Find(string name) => ByName.TryGetValue(name, out var key) ? key : null;

    public static bool IsUid(SearchKey key) =>
        key is SearchKey.StudyInstanceUid or SearchKey.SeriesInstanceUid or SearchKey.SopInstanceUid or SearchKey.SopClassUid;

    /// <summary>What a value of the key looks like, for the answer to one that does not.</summary>
    public static string Rule(SearchKey key) => key switch
    {
        SearchKey.StudyDate or SearchKey.PatientBirthDate or SearchKey.PerformedProcedureStepStartDate =>
            "a date is YYYYMMDD, a range has one hyphen and one or two dates",
        SearchKey.StudyTime or SearchKey.PerformedProcedureStepStartTime => "a time is HH, HHMM, HHMMSS or HHMMSS.FFFFFF, a range has one hyphen and one or two times",
        SearchKey.SeriesNumber or SearchKey.InstanceNumber => "it is a whole number",
        _ when IsUid(key) => "UIDs have at most 64 digits and full stops, several are separated by commas",
        _ => "it is not supported"
    };

    /// <summary>Series and instance values cannot narrow a search for studies, instance values not one for series.</summary>
    public static bool AppliesTo(SearchKey key, SearchLevel level) => level >= (key switch
    {
        SearchKey.SeriesInstanceUid or SearchKey.Modality or SearchKey.SeriesNumber or SearchKey.SeriesDescription or SearchKey.BodyPartExamined
            or SearchKey.PerformedProcedureStepStartDate or SearchKey.PerformedProcedureStepStartTime => SearchLevel.Series,
        SearchKey.SopInstanceUid or SearchKey.SopClassUid or SearchKey.InstanceNumber => SearchLevel.Instances,
        _ => SearchLevel.Studies
    });
}

internal enum SearchLevel
{
    Studies,
    Series,
    Instances
}
