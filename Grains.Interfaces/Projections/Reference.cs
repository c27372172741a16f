using System.Collections.Immutable;

namespace Regional.Projections;

/// <summary>检查项目 of the region.</summary>
public sealed record ExamItem(string Name, string Modality, string BodyPart, string Preparation, int Minutes, bool SideRequired);

/// <summary>报告模板. Fields stand in braces, with their normal text.</summary>
public sealed record ReportTemplate(string Id, string Name, string Modality, string BodyPart, string Findings, string Impression);

/// <summary>An entry of the critical-value dictionary (R7.1.3-2); deadlines are the quality group's.</summary>
public sealed record CriticalEntry(string Id, string Name, ImmutableArray<string> Modalities, TimeSpan NotifyWithin, TimeSpan AnswerWithin);

/// <summary>Reference data that the region maintains: loaded from files as data, never compiled in.</summary>
public interface IReferenceReader
{
    Task<ImmutableArray<ExamItem>> Items(CancellationToken cancellation);

    Task<ImmutableArray<ReportTemplate>> Templates(CancellationToken cancellation);

    Task<ImmutableArray<string>> Phrases(CancellationToken cancellation);

    Task<ImmutableArray<CriticalEntry>> CriticalEntries(CancellationToken cancellation);
}
