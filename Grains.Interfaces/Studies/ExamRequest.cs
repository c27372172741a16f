using System.Collections.Immutable;
using Orleans;
using Regional.Patients;

namespace Regional.Studies;

/// <summary>申请单: what a clinician or the desk asks for (R5.1.1-1).</summary>
/// <param name="Site">Code of the site at which the exam is made.</param>
/// <param name="PatientId">Key of the Patient grain.</param>
/// <param name="Patient">Demographics as known when asking, for lists and matching.</param>
/// <param name="AccessionNumber">Brought by a hospital system, at most 16 characters (VR SH); null: the network gives one.</param>
/// <param name="Item">检查项目 by its name in the item table, such as 头颅CT平扫.</param>
/// <param name="Modality">DICOM modality (0008,0060).</param>
/// <param name="BodyPart">DICOM body part examined (0018,0015).</param>
/// <param name="Side">R, L, B or null.</param>
/// <param name="Priority">Routine, urgent or emergency.</param>
/// <param name="Purpose">检查目的.</param>
/// <param name="History">病史.</param>
/// <param name="ClinicalDiagnosis">临床诊断.</param>
/// <param name="Flags">MDRO, infection, pregnancy, allergy, implant… (R6.1.7-4).</param>
/// <param name="StationAe">AE title of the device it is meant for; null: any of the site's of that modality.</param>
[GenerateSerializer, Immutable, Alias("regional.ExamRequest")]
public sealed record ExamRequest(
    [property: Id(0)] string Site,
    [property: Id(1)] string PatientId,
    [property: Id(2)] PatientLabel Patient,
    [property: Id(3)] string? AccessionNumber,
    [property: Id(4)] string Item,
    [property: Id(5)] string Modality,
    [property: Id(6)] string BodyPart,
    [property: Id(7)] string? Side,
    [property: Id(8)] Priority Priority,
    [property: Id(9)] string Purpose,
    [property: Id(10)] string? History,
    [property: Id(11)] string? ClinicalDiagnosis,
    [property: Id(12)] ImmutableArray<string> Flags,
    [property: Id(13)] string? StationAe);

/// <summary>急诊登记: what is known when an emergency starts without a request (workflow.md 2). Identity, request and fee become owed.</summary>
[GenerateSerializer, Immutable, Alias("regional.EmergencyStart")]
public sealed record EmergencyStart(
    [property: Id(0)] string Site,
    [property: Id(1)] string PatientId,
    [property: Id(2)] PatientLabel Patient,
    [property: Id(3)] string Item,
    [property: Id(4)] string Modality,
    [property: Id(5)] string BodyPart,
    [property: Id(6)] string? StationAe);

/// <summary>欠项: something that an emergency left for later, with owner and deadline (X2).</summary>
/// <param name="What"><c>request</c>, <c>identity</c> or <c>fee</c>.</param>
/// <param name="OwnerRole">The role that has to bring it.</param>
[GenerateSerializer, Immutable, Alias("regional.OwedItem")]
public sealed record OwedItem([property: Id(0)] string What, [property: Id(1)] string OwnerRole, [property: Id(2)] DateTimeOffset Due);
