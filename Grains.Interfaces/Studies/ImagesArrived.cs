using Orleans;
using Regional.Patients;

namespace Regional.Studies;

/// <summary>One event a batch of images that became durable at the centre (design §5.5). Applied once by (source, sequence).</summary>
/// <param name="Source">Name of the archive's outbox.</param>
/// <param name="Sequence">Position in it; older or equal ones are ignored.</param>
/// <param name="Site">Capturing site.</param>
/// <param name="StudyInstanceUid">As received, never rewritten.</param>
/// <param name="TotalInstances">Instances of this study now held at the centre.</param>
/// <param name="TotalSeries">Series of this study now held at the centre.</param>
/// <param name="Modality">Of the batch's first image.</param>
/// <param name="CallingAe">Device that sent them.</param>
/// <param name="Patient">As the images say: evidence, not identity.</param>
/// <param name="PatientLocalId">PatientID (0010,0020), scoped by its issuer, by default the site.</param>
/// <param name="AccessionNumber">(0008,0050) or null.</param>
/// <param name="StudyDescription">(0008,1030) or null.</param>
/// <param name="BodyPart">(0018,0015) or null.</param>
/// <param name="FirstReceived">Receipt of the batch's first image at the edge.</param>
/// <param name="LastReceived">Receipt of the batch's last image at the edge.</param>
[GenerateSerializer, Immutable, Alias("regional.ImagesArrived")]
public sealed record ImagesArrived(
    [property: Id(0)] string Source,
    [property: Id(1)] long Sequence,
    [property: Id(2)] string Site,
    [property: Id(3)] string StudyInstanceUid,
    [property: Id(4)] int TotalInstances,
    [property: Id(5)] int TotalSeries,
    [property: Id(6)] string Modality,
    [property: Id(7)] string CallingAe,
    [property: Id(8)] PatientLabel Patient,
    [property: Id(9)] string? PatientLocalId,
    [property: Id(10)] string? AccessionNumber,
    [property: Id(11)] string? StudyDescription,
    [property: Id(12)] string? BodyPart,
    [property: Id(13)] DateTimeOffset FirstReceived,
    [property: Id(14)] DateTimeOffset LastReceived);

/// <summary>What the capturing edge holds of a study, told over the link while it uploads.</summary>
[GenerateSerializer, Immutable, Alias("regional.EdgeProgress")]
public sealed record EdgeProgress(
    [property: Id(0)] string StudyInstanceUid,
    [property: Id(1)] int Received,
    [property: Id(2)] int Uploaded,
    [property: Id(3)] DateTimeOffset LastImage)
{
    /// <summary>Site of the link over which it was told. A study belongs to one site: what another one says of it is ignored.</summary>
    [Id(4)]
    public string Site { get; init; } = "";

    /// <summary>Received, but they will never come: refused or put in quarantine by the centre, or damaged or deleted at the edge.</summary>
    [Id(5)]
    public int NotComing { get; init; }
}
