namespace Regional.Imaging.Index;

/// <summary>
/// The values of one instance that the index keeps, as text the way DICOM writes them (dates YYYYMMDD), empty when absent. The decoded
/// patient's name keeps all component groups; the raw bytes are kept too, for a charset declared wrongly.
/// </summary>
public sealed record InstanceFacts
{
    public static InstanceFacts Unknown { get; } = new();

    public string PatientId { get; init; } = "";

    public string IssuerOfPatientId { get; init; } = "";

    public string PatientName { get; init; } = "";

    public byte[] PatientNameRaw { get; init; } = [];

    public string PatientBirthDate { get; init; } = "";

    public string PatientSex { get; init; } = "";

    public string StudyDate { get; init; } = "";

    public string StudyTime { get; init; } = "";

    public string AccessionNumber { get; init; } = "";

    public string AccessionIssuer { get; init; } = "";

    public string StudyId { get; init; } = "";

    public string StudyDescription { get; init; } = "";

    public string ReferringPhysician { get; init; } = "";

    public string Institution { get; init; } = "";

    public string Modality { get; init; } = "";

    public int? SeriesNumber { get; init; }

    public string SeriesDescription { get; init; } = "";

    public string BodyPart { get; init; } = "";

    public string Laterality { get; init; } = "";

    public string SeriesDate { get; init; } = "";

    public string SeriesTime { get; init; } = "";

    public string ProtocolName { get; init; } = "";

    public string PerformedStepDate { get; init; } = "";

    public string PerformedStepTime { get; init; } = "";

    public string StationName { get; init; } = "";

    public int? InstanceNumber { get; init; }

    public int Rows { get; init; }

    public int Columns { get; init; }

    public int NumberOfFrames { get; init; } = 1;

    public int BitsAllocated { get; init; }

    public int SamplesPerPixel { get; init; } = 1;

    public string PhotometricInterpretation { get; init; } = "";
}
