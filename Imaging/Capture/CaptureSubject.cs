namespace Regional.Imaging.Capture;

/// <summary>Whom a captured object shows, as the worklist or the exam says.</summary>
/// <param name="Id">PatientID (0010,0020).</param>
/// <param name="Issuer">Who gave it (0010,0021).</param>
/// <param name="Name">As spoken, in the original script; empty when not known.</param>
/// <param name="Pinyin">In Latin letters, family name first; null where not known.</param>
/// <param name="Sex">M, F, O or anything else for unknown.</param>
public sealed record CapturedPatient(string Id, string Issuer, string Name, string? Pinyin, string Sex, DateOnly? BirthDate);

/// <summary>The exam to which a captured object belongs.</summary>
/// <param name="StudyUid">StudyInstanceUID of the exam.</param>
/// <param name="AccessionNumber">(0008,0050), empty where there is none.</param>
/// <param name="AccessionIssuer">Site that gave it.</param>
/// <param name="Description">StudyDescription (0008,1030): the item.</param>
/// <param name="BodyPart">BodyPartExamined (0018,0015).</param>
/// <param name="Side">R, L or B (both); null where it does not matter.</param>
/// <param name="At">When the study began, local time.</param>
public sealed record CapturedExam(
    string StudyUid, string AccessionNumber, string AccessionIssuer, string Description, string? BodyPart, string? Side, DateTimeOffset At);

/// <summary>Where and how it was captured.</summary>
/// <param name="Name">StationName (0008,1010): AE title of the device, or name of the console.</param>
/// <param name="Institution">InstitutionName (0008,0080).</param>
/// <param name="Modality">Modality of the device; decides the class of the object (<see cref="CaptureClass"/>).</param>
/// <param name="Conversion">ConversionType (PS3.3 C.8.6.1): DI digital interface, DV digitised video, WSD workstation.</param>
public sealed record CaptureStation(string Name, string Institution, string Modality, string Conversion);

/// <summary>Everything about a captured object that its file does not say. Equal subjects and equal files make equal bytes.</summary>
public sealed record CaptureSubject
{
    public required CapturedPatient Patient { get; init; }

    public required CapturedExam Exam { get; init; }

    public required CaptureStation Station { get; init; }

    /// <summary>What was captured in one sitting; it makes the series.</summary>
    public required string Session { get; init; }

    public required string SeriesDescription { get; init; }

    /// <summary>Place within the session, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>When it was captured, in the hospital's local time. A photo's own time (EXIF) goes before it.</summary>
    public required DateTimeOffset CapturedAt { get; init; }
}
