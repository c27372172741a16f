using System.Collections.Immutable;
using Regional.CriticalValues;
using Regional.Patients;
using Regional.Reports;
using Regional.Sites;
using Regional.Studies;

namespace Regional.Projections;

/// <summary>A study as lists show it: a projection of the Study grain, applied only when newer.</summary>
/// <param name="ImagesAtEdge">All that the edge has received, whether it will come or not.</param>
/// <param name="NotComing">How many of those the centre will never hold; who reads the study is told.</param>
public sealed record StudyRow(
    string StudyId,
    long Version,
    string Site,
    string ReadingCentre,
    ExamPhase Phase,
    ReportPhase ReportPhase,
    ExamFacts Facts,
    Priority Priority,
    string? PatientId,
    PatientLabel Patient,
    string? AccessionNumber,
    string? Item,
    string Modality,
    string? BodyPart,
    string? RequestedBy,
    ImmutableArray<string> StudyInstanceUids,
    int ImagesAtCentre,
    int ImagesAtEdge,
    int? ImagesExpected,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastImageAt,
    DateTimeOffset? ReadySince,
    DateTimeOffset? ReadBy,
    string? ReaderId,
    string? ReaderName,
    DateTimeOffset? ClaimExpires,
    string? AuthorId,
    string? ReviewerId,
    int ReportVersions,
    bool Provisional,
    int OpenCriticalValues,
    ImmutableArray<OwedItem> Owed,
    string? AuthorName = null,
    string? ReviewerName = null,
    int NotComing = 0);

/// <summary>
/// An exam that waits for a device, or no longer does: what a modality worklist needs beyond the patient's own row. A projection of the Study
/// grain, applied only when newer. Bookings, when there are any, become rows of the same kind.
/// </summary>
/// <param name="Waits">False: it is taken off the worklist.</param>
/// <param name="StationAe">AE title of the device that it is meant for; null: any of the site's of that modality.</param>
/// <param name="StudyInstanceUid">The UID that the device is to use.</param>
/// <param name="Starts">Booked, or arrived, or registered.</param>
public sealed record WorklistRow(
    string StudyId,
    long Version,
    string Site,
    bool Waits,
    string? PatientId,
    PatientLabel Patient,
    string AccessionNumber,
    string StudyInstanceUid,
    string Item,
    string Modality,
    string? BodyPart,
    string? Side,
    string? StationAe,
    DateTimeOffset Starts,
    Priority Priority,
    string? Purpose,
    string? Diagnosis,
    ImmutableArray<string> Flags);

/// <summary>A critical value as lists show it.</summary>
public sealed record CriticalValueRow(CriticalValueSnapshot Value, PatientLabel Patient, string? Item);

/// <summary>A patient as searches find it.</summary>
public sealed record PatientRow(string PatientId, long Version, Demographics Demographics, ImmutableArray<LocalId> LocalIds);

/// <summary>A device as the region board shows it.</summary>
public sealed record DeviceRow(Devices.DeviceSnapshot Device);

/// <summary>A site as the region board shows it.</summary>
public sealed record SiteRow(SiteSnapshot Site);
