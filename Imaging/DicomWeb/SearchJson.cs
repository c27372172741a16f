using System.Text.Json;
using Regional.Imaging.Index;

namespace Regional.Imaging.DicomWeb;

/// <summary>Rows of the index as search results (PS3.18 tables 10.6.3-3 to 10.6.3-5), attributes in the order of their tags.</summary>
internal static class SearchJson
{
    public static void Study(Utf8JsonWriter json, IndexedStudy study, string root)
    {
        json.WriteStartObject();
        DicomJson.Text(json, "00080005", "CS", "ISO_IR 192");
        DicomJson.Text(json, "00080020", "DA", study.StudyDate);
        DicomJson.Text(json, "00080030", "TM", study.StudyTime);
        DicomJson.Text(json, "00080050", "SH", study.AccessionNumber);
        DicomJson.Text(json, "00080056", "CS", "ONLINE");
        DicomJson.Texts(json, "00080061", "CS", study.Modalities.Split('\\'));
        DicomJson.Text(json, "00080080", "LO", study.Institution);
        DicomJson.Names(json, "00080090", [study.ReferringPhysician]);
        DicomJson.Text(json, "00081030", "LO", study.StudyDescription);
        DicomJson.Text(json, "00081190", "UR", $"{root}/studies/{study.StudyUid}");
        Patient(json, study);
        DicomJson.Text(json, "0020000D", "UI", study.StudyUid);
        DicomJson.Text(json, "00200010", "SH", study.StudyId);
        DicomJson.Number(json, "00201206", "IS", study.SeriesCount);
        DicomJson.Number(json, "00201208", "IS", study.InstanceCount);
        json.WriteEndObject();
    }

    public static void Series(Utf8JsonWriter json, SeriesMatch match, string root)
    {
        var (study, series) = (match.Study, match.Series);
        json.WriteStartObject();
        DicomJson.Text(json, "00080005", "CS", "ISO_IR 192");
        DicomJson.Text(json, "00080020", "DA", study.StudyDate);
        DicomJson.Text(json, "00080021", "DA", series.SeriesDate);
        DicomJson.Text(json, "00080030", "TM", study.StudyTime);
        DicomJson.Text(json, "00080031", "TM", series.SeriesTime);
        DicomJson.Text(json, "00080050", "SH", study.AccessionNumber);
        DicomJson.Text(json, "00080060", "CS", series.Modality);
        DicomJson.Text(json, "0008103E", "LO", series.Description);
        DicomJson.Text(json, "00081190", "UR", $"{root}/studies/{series.StudyUid}/series/{series.SeriesUid}");
        Patient(json, study);
        DicomJson.Text(json, "00180015", "CS", series.BodyPart);
        DicomJson.Text(json, "0020000D", "UI", series.StudyUid);
        DicomJson.Text(json, "0020000E", "UI", series.SeriesUid);
        DicomJson.Number(json, "00200011", "IS", series.Number);
        DicomJson.Text(json, "00200060", "CS", series.Laterality);
        DicomJson.Number(json, "00201209", "IS", series.InstanceCount);
        DicomJson.Text(json, "00400244", "DA", series.PerformedStepDate);
        DicomJson.Text(json, "00400245", "TM", series.PerformedStepTime);
        json.WriteEndObject();
    }

    public static void Instance(Utf8JsonWriter json, InstanceMatch match, string root)
    {
        var instance = match.Instance;
        json.WriteStartObject();
        DicomJson.Text(json, "00080005", "CS", "ISO_IR 192");
        DicomJson.Text(json, "00080016", "UI", instance.SopClassUid);
        DicomJson.Text(json, "00080018", "UI", instance.SopInstanceUid);
        DicomJson.Text(json, "00080020", "DA", match.Study.StudyDate);
        DicomJson.Text(json, "00080050", "SH", match.Study.AccessionNumber);
        DicomJson.Text(json, "00080056", "CS", "ONLINE");
        DicomJson.Text(json, "00080060", "CS", match.Series.Modality);
        DicomJson.Text(json, "00081190", "UR",
            $"{root}/studies/{instance.StudyUid}/series/{instance.SeriesUid}/instances/{instance.SopInstanceUid}");
        DicomJson.Text(json, "00083002", "UI", instance.TransferSyntaxUid);
        Patient(json, match.Study);
        DicomJson.Text(json, "0020000D", "UI", instance.StudyUid);
        DicomJson.Text(json, "0020000E", "UI", instance.SeriesUid);
        DicomJson.Number(json, "00200011", "IS", match.Series.Number);
        DicomJson.Number(json, "00200013", "IS", instance.Number);
        if (instance.Rows > 0)
        {
            DicomJson.Number(json, "00280008", "IS", instance.NumberOfFrames);
            DicomJson.Number(json, "00280010", "US", instance.Rows);
            DicomJson.Number(json, "00280011", "US", instance.Columns);
            DicomJson.Number(json, "00280100", "US", instance.BitsAllocated);
        }
        json.WriteEndObject();
    }

    private static void Patient(Utf8JsonWriter json, IndexedStudy study)
    {
        DicomJson.Names(json, "00100010", [study.PatientName]);
        DicomJson.Text(json, "00100020", "LO", study.PatientId);
        if (study.IssuerOfPatientId.Length > 0) DicomJson.Text(json, "00100021", "LO", study.IssuerOfPatientId);
        DicomJson.Text(json, "00100030", "DA", study.PatientBirthDate);
        DicomJson.Text(json, "00100040", "CS", study.PatientSex);
    }
}
