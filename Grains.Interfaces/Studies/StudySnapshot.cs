using System.Collections.Immutable;
using Orleans;
using Regional.Patients;
using Regional.Reports;

namespace Regional.Studies;

/// <summary>All of an exam that a page may show; the grain's answer to a read and to every command.</summary>
[GenerateSerializer, Immutable, Alias("regional.StudySnapshot")]
public sealed record StudySnapshot(
    [property: Id(0)] string StudyId,
    [property: Id(1)] long Version,
    [property: Id(2)] string Site,
    [property: Id(3)] string ReadingCentre,
    [property: Id(4)] ExamPhase Phase,
    [property: Id(5)] ExamFacts Facts,
    [property: Id(6)] Priority Priority,
    [property: Id(7)] string? PatientId,
    [property: Id(8)] PatientLabel Patient,
    [property: Id(9)] ExamRequest? Request,
    [property: Id(10)] string? AccessionNumber,
    [property: Id(11)] string? RequestedBy,
    [property: Id(12)] ImmutableArray<ImageSet> Images,
    [property: Id(13)] int? ImagesExpected,
    [property: Id(14)] ImmutableArray<OwedItem> Owed,
    [property: Id(15)] ReportSnapshot Report,
    [property: Id(16)] ImmutableArray<Step> History,
    [property: Id(17)] DateTimeOffset? ReadySince,
    [property: Id(18)] DateTimeOffset? ReadBy,
    [property: Id(19)] ImmutableArray<string> CriticalValueIds,
    [property: Id(20)] ImmutableArray<string> Allowed)
{
    /// <summary>What devices say they did (MPPS), with dose and exposure.</summary>
    [Id(21)]
    public ImmutableArray<PerformedStep> Performed { get; init; } = [];

    /// <summary>设备报告检查完成: a device says that it is done and all it made is held; the technician decides.</summary>
    [Id(22)]
    public bool CompletionProposed { get; init; }
}

/// <summary>The images of one StudyInstanceUID that belong to an exam; an exam may have several (a retake brings a new UID).</summary>
[GenerateSerializer, Immutable, Alias("regional.ImageSet")]
public sealed record ImageSet(
    [property: Id(0)] string StudyInstanceUid,
    [property: Id(1)] string Modality,
    [property: Id(2)] string CallingAe,
    [property: Id(3)] int AtCentre,
    [property: Id(4)] int Series,
    [property: Id(5)] int AtEdge,
    [property: Id(6)] string? Description,
    [property: Id(7)] DateTimeOffset FirstReceived,
    [property: Id(8)] DateTimeOffset LastReceived)
{
    /// <summary>How many of those at the edge will never be at the centre: refused, in quarantine, damaged or deleted. Reading does not wait for them.</summary>
    [Id(9)]
    public int NotComing { get; init; }
}

/// <summary>One transition: who, where, when, why, and the version it made.</summary>
/// <param name="Event">Machine name of the transition, such as <c>exam.complete</c>.</param>
[GenerateSerializer, Immutable, Alias("regional.Step")]
public sealed record Step(
    [property: Id(0)] long Version,
    [property: Id(1)] string Event,
    [property: Id(2)] DateTimeOffset At,
    [property: Id(3)] string ByUserId,
    [property: Id(4)] string ByName,
    [property: Id(5)] string Site,
    [property: Id(6)] string? Reason);
