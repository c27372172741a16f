using Orleans;

namespace Regional.Studies;

/// <summary>Where an exam stands (workflow.md, Exam).</summary>
[GenerateSerializer, Alias("regional.ExamPhase")]
public enum ExamPhase
{
    Unmatched = 1, Requested, Returned, Accepted, Scheduled, NoShow, Arrived, InRoom, Acquired, ReadyToRead, Reported, Closed, Aborted, Cancelled,
}

/// <summary>身份 {临时, 已确认}.</summary>
[GenerateSerializer, Alias("regional.IdentityFact")]
public enum IdentityFact { Provisional = 1, Confirmed }

/// <summary>申请单 {无, 待补, 已有}.</summary>
[GenerateSerializer, Alias("regional.RequestFact")]
public enum RequestFact { None = 1, Owed, Present }

/// <summary>费用 {未缴, 已缴, 绿色通道, 退费}.</summary>
[GenerateSerializer, Alias("regional.FeeFact")]
public enum FeeFact { Unpaid = 1, Paid, GreenChannel, Refunded }

/// <summary>影像 {无, 接收中, 稳定, 追加}.</summary>
[GenerateSerializer, Alias("regional.ImagesFact")]
public enum ImagesFact { None = 1, Receiving, Stable, Additional }

/// <summary>副本 {仅本院, 上传中, 已到中心}.</summary>
[GenerateSerializer, Alias("regional.CopyFact")]
public enum CopyFact { LocalOnly = 1, Uploading, AtCentre }

/// <summary>图像质控 {未评, 甲, 乙, 丙, 丁}. A grade never stops bytes (workflow.md 15).</summary>
[GenerateSerializer, Alias("regional.ImageGrade")]
public enum ImageGrade { Ungraded = 1, A, B, C, D }

/// <summary>优先级: 常规, 加急, 急诊.</summary>
[GenerateSerializer, Alias("regional.Priority")]
public enum Priority { Routine = 1, Urgent, Emergency }

/// <summary>The exam's facts, orthogonal to its phase.</summary>
[GenerateSerializer, Immutable, Alias("regional.ExamFacts")]
public sealed record ExamFacts(
    [property: Id(0)] IdentityFact Identity,
    [property: Id(1)] RequestFact Request,
    [property: Id(2)] FeeFact Fee,
    [property: Id(3)] ImagesFact Images,
    [property: Id(4)] CopyFact Copy,
    [property: Id(5)] ImageGrade Grade);
