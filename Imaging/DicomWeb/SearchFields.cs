using System.Globalization;
using FellowOakDicom;
using Regional.Imaging.Frames;
using Regional.Imaging.Index;

namespace Regional.Imaging.DicomWeb;

/// <summary>
/// Which attributes a client wants beyond the usual ones (<c>includefield</c>, PS3.18 §8.3.4.3). What the index lacks comes from the header of a stored
/// instance: of the study's or series' first one above the instance level, and there only what all instances of a study or series share.
/// </summary>
internal sealed class SearchFields
{
    /// <summary>Patient, Patient Study and General Study modules (PS3.3 §C.7.1, §C.7.2) beyond what the index keeps.</summary>
    private static readonly HashSet<uint> OfStudy = Tags(
        DicomTag.IssuerOfAccessionNumberSequence, DicomTag.ReferringPhysicianIdentificationSequence, DicomTag.ConsultingPhysicianName,
        DicomTag.TimezoneOffsetFromUTC, DicomTag.ProcedureCodeSequence, DicomTag.PhysiciansOfRecord, DicomTag.NameOfPhysiciansReadingStudy,
        DicomTag.AdmittingDiagnosesDescription, DicomTag.ReferencedStudySequence, DicomTag.PatientBirthTime, DicomTag.TypeOfPatientID,
        DicomTag.IssuerOfPatientIDQualifiersSequence, new DicomTag(0x0010, 0x1000), DicomTag.OtherPatientNames, DicomTag.OtherPatientIDsSequence,
        DicomTag.PatientAge, DicomTag.PatientSize, DicomTag.PatientWeight, DicomTag.MedicalAlerts, DicomTag.Allergies, new DicomTag(0x0010, 0x2160),
        DicomTag.Occupation, DicomTag.SmokingStatus, DicomTag.AdditionalPatientHistory, DicomTag.PregnancyStatus, DicomTag.LastMenstrualDate,
        DicomTag.PatientSexNeutered, DicomTag.PatientSpeciesDescription, DicomTag.ResponsiblePerson, DicomTag.PatientComments,
        DicomTag.RequestingPhysician, DicomTag.RequestingService, DicomTag.RequestedProcedureDescription, DicomTag.ReasonForVisit,
        DicomTag.AdmissionID);

    /// <summary>General Series and General Equipment modules (PS3.3 §C.7.3, §C.7.5) beyond what the index keeps.</summary>
    private static readonly HashSet<uint> OfSeries = Tags(
        DicomTag.Manufacturer, DicomTag.StationName, DicomTag.SeriesDescriptionCodeSequence, DicomTag.InstitutionalDepartmentName,
        DicomTag.PerformingPhysicianName, DicomTag.OperatorsName, DicomTag.ManufacturerModelName, DicomTag.ReferencedPerformedProcedureStepSequence,
        DicomTag.DeviceSerialNumber, DicomTag.SoftwareVersions, DicomTag.ProtocolName, DicomTag.PatientPosition, DicomTag.FrameOfReferenceUID,
        DicomTag.PositionReferenceIndicator, DicomTag.PerformedProcedureStepID, DicomTag.PerformedProcedureStepDescription,
        DicomTag.PerformedProtocolCodeSequence, DicomTag.RequestAttributesSequence, DicomTag.InstitutionName, DicomTag.StudyDescription,
        DicomTag.StudyID, DicomTag.ReferringPhysicianName);

    private static readonly SearchRow UsualStudy = SearchJson.Study(new IndexedStudy(), "");
    private static readonly SearchRow UsualSeries = SearchJson.Series(new SeriesMatch(new IndexedStudy(), new IndexedSeries()), "");
    private static readonly SearchRow UsualInstance = SearchJson.Instance(
        new InstanceMatch(new IndexedStudy(), new IndexedSeries(), new IndexedInstance
        {
            StudyUid = "", SeriesUid = "", SopInstanceUid = "", SopClassUid = "", TransferSyntaxUid = "", Rows = 1, Address = default,
            Frames = FrameMap.None, Site = "", CallingAe = ""
        }), "");

    private readonly SearchLevel _level;
    private readonly SortedSet<uint> _named = [];

    public SearchFields(SearchLevel level) => _level = level;

    /// <summary>Everything of the level.</summary>
    public bool All { get; private set; }

    public bool NeedsHeader => All || _named.Count > 0;

    /// <summary>Takes one name: <c>all</c>, a keyword, eight hexadecimal digits, or a path into a sequence, which brings the sequence. False: not offered at this level.</summary>
    public bool TryAdd(string name)
    {
        if (name.Equals("all", StringComparison.OrdinalIgnoreCase)) return All = true;
        var first = name.Split('.')[0];
        var tag = uint.TryParse(first, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) && first.Length == 8 ? number
            : first.Length is > 0 and <= 64 && DicomDictionary.Default[first] is { } known ? (uint)known : 0;
        if (tag == 0 || IsPixels(tag)) return false;
        // What the level's rows have anyhow is not read from a header.
        if (Usual(_level).Has(tag)) return true;
        if (!IsOffered(tag)) return false;
        _named.Add(tag);
        return true;
    }

    /// <summary>Adds to a row what was asked for and the header has; an attribute asked for by name that it lacks has no value.</summary>
    /// <param name="bulkDataUri">Address below which large values of an instance are; null where a row is of many instances, and they are left out.</param>
    public void Fill(SearchRow row, DicomDataset header, string? bulkDataUri)
    {
        foreach (var item in header)
        {
            var tag = (uint)item.Tag;
            if (row.Has(tag) || item.Tag.Element == 0 || IsPixels(tag)) continue;
            if (!_named.Contains(tag) && !(All && IsOffered(tag))) continue;
            if (bulkDataUri is null && item is DicomElement { Buffer.Size: > DataSetJson.InlineLimit }) continue;
            row.Attribute(tag, json => new DataSetJson(json).WriteItem(item, bulkDataUri));
        }
        foreach (var tag in _named)
        {
            if (row.Has(tag) || DicomDictionary.Default[new DicomTag((ushort)(tag >> 16), (ushort)tag)].ValueRepresentations is not [var vr, ..]) continue;
            row.Text(tag, vr.Code, "");
        }
    }

    private bool IsOffered(uint tag) => _level switch
    {
        SearchLevel.Studies => OfStudy.Contains(tag),
        SearchLevel.Series => OfSeries.Contains(tag) || OfStudy.Contains(tag),
        _ => true
    };

    /// <summary>An empty row of the level: which attributes are always there.</summary>
    private static SearchRow Usual(SearchLevel level) => level switch
    {
        SearchLevel.Studies => UsualStudy,
        SearchLevel.Series => UsualSeries,
        _ => UsualInstance
    };

    private static bool IsPixels(uint tag) => tag >> 16 is 0x7FE0 or 0xFFFC or 0xFFFE or < 8;

    private static HashSet<uint> Tags(params DicomTag[] tags) => [.. tags.Select(tag => (uint)tag)];
}
