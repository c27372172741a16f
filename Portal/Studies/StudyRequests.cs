using System.Collections.Immutable;
using Regional.Patients;
using Regional.Studies;

namespace Regional.Portal.Studies;

/// <summary>Body of commands that need nothing but, at times, a reason and the version that the person saw.</summary>
public sealed record PlainBody(string? Reason, long? Version);

public sealed record ScheduleBody(DateTimeOffset At, string? Reason, long? Version);

public sealed record CompleteBody(int? ImagesExpected, long? Version);

/// <param name="Grade">a, b, c or d (甲乙丙丁).</param>
public sealed record GradeBody(ImageGrade Grade, string? Reason, long? Version);

public sealed record JudgeBody(bool Relevant, string? Reason, long? Version);

public sealed record FeeBody(FeeFact Fee, long? Version);

public sealed record AttachBody(string UnmatchedStudyId, string? Reason, long? Version);

public sealed record DetachBody(SecondPerson SecondPerson, string? Reason, long? Version);

/// <summary>Somebody else who is present and proves it.</summary>
public sealed record SecondPerson(string Username, string Password);

/// <summary>A patient who is new to the region, or known by a hospital's own id.</summary>
public sealed record PatientBody(Demographics Demographics, ImmutableArray<LocalId>? LocalIds);

/// <summary>申请单 as a page sends it. Modality and body part follow from the item where they are left out.</summary>
/// <param name="Site">Left out: the caller's own.</param>
/// <param name="PatientId">A patient of the region; or else <paramref name="Patient"/>.</param>
/// <param name="NationalId">As on the card, with a <paramref name="PatientId"/> whom nobody at this site knows yet.</param>
/// <param name="LocalIds">Ids that this hospital gives a <paramref name="PatientId"/>.</param>
public sealed record RequestBody(
    string? Site,
    string? PatientId,
    PatientBody? Patient,
    string? AccessionNumber,
    string Item,
    string? Modality,
    string? BodyPart,
    string? Side,
    Priority? Priority,
    string? Purpose,
    string? History,
    string? ClinicalDiagnosis,
    ImmutableArray<string>? Flags,
    string? StationAe,
    string? NationalId = null,
    ImmutableArray<LocalId>? LocalIds = null);

/// <param name="Arrive">The patient stands at the desk.</param>
public sealed record CreateBody(RequestBody Request, bool? Arrive);

public sealed record ResubmitBody(RequestBody Request, string? Reason, long? Version);

/// <summary>急诊登记: an unnamed patient is 无名氏.</summary>
public sealed record EmergencyBody(string? Site, string Item, string? StationAe, string? Sex);

public sealed record IdentityBody(
    string? PatientId, PatientBody? Patient, string? Reason, long? Version, string? NationalId = null, ImmutableArray<LocalId>? LocalIds = null);
