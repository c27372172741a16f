using System.Collections.Immutable;
using Orleans;
using Regional.Patients;

namespace Regional.Studies;

/// <summary>Where a device says that its work stands (PS3.3 §C.4.14).</summary>
[GenerateSerializer, Alias("regional.StepStatus")]
public enum StepStatus { InProgress = 1, Completed, Discontinued }

/// <summary>
/// What a device says it did (MPPS, PS3.4 §F): evidence for an exam, neither its start nor its end (workflow.md 4). Always the whole of what the
/// device has said so far; applied once by (source, sequence).
/// </summary>
/// <param name="Source">Name of the edge's outbox.</param>
/// <param name="Sequence">Position in it; older or equal ones are ignored.</param>
/// <param name="Site">Site of the link over which it was told.</param>
/// <param name="StepUid">SOP Instance UID of the performed step.</param>
/// <param name="StationAe">AE title of the device that said it.</param>
/// <param name="StudyInstanceUids">As the device names them.</param>
/// <param name="AccessionNumbers">As the worklist gave them.</param>
/// <param name="Patient">As the device says: evidence, not identity.</param>
/// <param name="Images">Objects that it says it made.</param>
/// <param name="Series">Series that it says it made.</param>
/// <param name="Reason">Why it was discontinued.</param>
[GenerateSerializer, Immutable, Alias("regional.PerformedStep")]
public sealed record PerformedStep(
    [property: Id(0)] string Source,
    [property: Id(1)] long Sequence,
    [property: Id(2)] string Site,
    [property: Id(3)] string StepUid,
    [property: Id(4)] string StationAe,
    [property: Id(5)] StepStatus Status,
    [property: Id(6)] string Modality,
    [property: Id(7)] ImmutableArray<string> StudyInstanceUids,
    [property: Id(8)] ImmutableArray<string> AccessionNumbers,
    [property: Id(9)] PatientLabel Patient,
    [property: Id(10)] DateTimeOffset? StartedAt,
    [property: Id(11)] DateTimeOffset? EndedAt,
    [property: Id(12)] int Images,
    [property: Id(13)] int Series,
    [property: Id(14)] string? Reason,
    [property: Id(15)] string? Protocol,
    [property: Id(16)] StepDose? Dose,
    [property: Id(17)] ImmutableArray<StepExposure> Exposures);

/// <summary>Dose of a whole step (PS3.3 §C.4.16); null where the device did not say.</summary>
/// <param name="EntranceMilliGray">(0040,8302), or (0040,0302) in dGy.</param>
/// <param name="AreaProduct">Dose area product in dGy·cm² (0018,115E).</param>
/// <param name="Exposures">(0040,0301).</param>
/// <param name="FluoroscopySeconds">(0040,0300).</param>
/// <param name="DlpMilliGrayCm">Total dose length product in mGy·cm, which devices write into (0040,0310).</param>
/// <param name="Comment">(0040,0310) as it came.</param>
[GenerateSerializer, Immutable, Alias("regional.StepDose")]
public sealed record StepDose(
    [property: Id(0)] double? EntranceMilliGray,
    [property: Id(1)] double? AreaProduct,
    [property: Id(2)] int? Exposures,
    [property: Id(3)] int? FluoroscopySeconds,
    [property: Id(4)] double? DlpMilliGrayCm,
    [property: Id(5)] string? Comment);

/// <summary>One exposure of a step (0040,030E).</summary>
/// <param name="Mode">CONTINUOUS or PULSED (0018,115A).</param>
/// <param name="PeakKilovolts">(0018,0060).</param>
/// <param name="TubeMilliamperes">From (0018,8151), in µA there.</param>
/// <param name="Milliseconds">(0018,1150).</param>
/// <param name="CtdiVolMilliGray">(0018,9345).</param>
/// <param name="DlpMilliGrayCm">Dose length product in mGy·cm.</param>
/// <param name="Comment">(0040,0310) of the exposure.</param>
[GenerateSerializer, Immutable, Alias("regional.StepExposure")]
public sealed record StepExposure(
    [property: Id(0)] string? Mode,
    [property: Id(1)] double? PeakKilovolts,
    [property: Id(2)] double? TubeMilliamperes,
    [property: Id(3)] double? Milliseconds,
    [property: Id(4)] double? CtdiVolMilliGray,
    [property: Id(5)] double? DlpMilliGrayCm,
    [property: Id(6)] string? Comment);
