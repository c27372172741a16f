using Regional.Imaging.Index;

namespace Regional.Imaging.DicomWeb;

/// <summary>Rows of the index as search results (PS3.18 tables 10.6.3-3 to 10.6.3-5).</summary>
internal static class SearchJson
{
    public static SearchRow Study(IndexedStudy study, string root)
    {
        var row = Begin(study);
        row.Texts(0x00080061, "CS", study.Modalities.Split('\\'));
        row.Text(0x00080080, "LO", study.Institution);
        row.Name(0x00080090, study.ReferringPhysician);
        row.Text(0x00081030, "LO", study.StudyDescription);
        row.Text(0x00081190, "UR", $"{root}/studies/{study.StudyUid}");
        row.Text(0x00200010, "SH", study.StudyId);
        row.Number(0x00201206, "IS", study.SeriesCount);
        row.Number(0x00201208, "IS", study.InstanceCount);
        return row;
    }

    public static SearchRow Series(SeriesMatch match, string root)
    {
        var series = match.Series;
        var row = Begin(match.Study);
        row.Text(0x00080021, "DA", series.SeriesDate);
        row.Text(0x00080031, "TM", series.SeriesTime);
        row.Text(0x00080060, "CS", series.Modality);
        row.Text(0x0008103E, "LO", series.Description);
        row.Text(0x00081190, "UR", $"{root}/studies/{series.StudyUid}/series/{series.SeriesUid}");
        row.Text(0x00180015, "CS", series.BodyPart);
        row.Text(0x0020000E, "UI", series.SeriesUid);
        row.Number(0x00200011, "IS", series.Number);
        row.Text(0x00200060, "CS", series.Laterality);
        row.Number(0x00201209, "IS", series.InstanceCount);
        row.Text(0x00400244, "DA", series.PerformedStepDate);
        row.Text(0x00400245, "TM", series.PerformedStepTime);
        return row;
    }

    public static SearchRow Instance(InstanceMatch match, string root)
    {
        var instance = match.Instance;
        var row = Begin(match.Study);
        row.Text(0x00080016, "UI", instance.SopClassUid);
        row.Text(0x00080018, "UI", instance.SopInstanceUid);
        row.Text(0x00080060, "CS", match.Series.Modality);
        row.Text(0x00081190, "UR", $"{root}/studies/{instance.StudyUid}/series/{instance.SeriesUid}/instances/{instance.SopInstanceUid}");
        row.Text(0x00083002, "UI", instance.TransferSyntaxUid);
        row.Text(0x0020000E, "UI", instance.SeriesUid);
        row.Number(0x00200011, "IS", match.Series.Number);
        row.Number(0x00200013, "IS", instance.Number);
        if (instance.Rows > 0)
        {
            row.Number(0x00280008, "IS", instance.NumberOfFrames);
            row.Number(0x00280010, "US", instance.Rows);
            row.Number(0x00280011, "US", instance.Columns);
            row.Number(0x00280100, "US", instance.BitsAllocated);
        }
        return row;
    }

    private static SearchRow Begin(IndexedStudy study)
    {
        var row = new SearchRow();
        row.Text(0x00080005, "CS", "ISO_IR 192");
        row.Text(0x00080020, "DA", study.StudyDate);
        row.Text(0x00080030, "TM", study.StudyTime);
        row.Text(0x00080050, "SH", study.AccessionNumber);
        row.Text(0x00080056, "CS", "ONLINE");
        row.Name(0x00100010, study.PatientName);
        row.Text(0x00100020, "LO", study.PatientId);
        if (study.IssuerOfPatientId.Length > 0) row.Text(0x00100021, "LO", study.IssuerOfPatientId);
        row.Text(0x00100030, "DA", study.PatientBirthDate);
        row.Text(0x00100040, "CS", study.PatientSex);
        row.Text(0x0020000D, "UI", study.StudyUid);
        return row;
    }
}
