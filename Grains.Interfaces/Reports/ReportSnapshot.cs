using System.Collections.Immutable;
using Orleans;

namespace Regional.Reports;

/// <summary>Where the report stands (workflow.md, Report).</summary>
[GenerateSerializer, Alias("regional.ReportPhase")]
public enum ReportPhase
{
    None = 1, Awaiting, Claimed, TraineeDraft, Preliminary, Provisional, UnderReview, InConsult, Released, CorrectionRequested, Amending, Recalled,
}

/// <summary>The words of a report (R7.1.2-1, R7.1.2-2).</summary>
/// <param name="TemplateId">Template it began from, or null.</param>
/// <param name="Findings">影像所见.</param>
/// <param name="Impression">诊断意见: site, nature, advice.</param>
/// <param name="Positive">阳性; null where not yet judged.</param>
[GenerateSerializer, Immutable, Alias("regional.ReportText")]
public sealed record ReportText(
    [property: Id(0)] string? TemplateId,
    [property: Id(1)] string Findings,
    [property: Id(2)] string Impression,
    [property: Id(3)] bool? Positive);

/// <summary>What a signer proves at the moment of signing. The network records it; it is not a qualified electronic seal (README, "Claims").</summary>
/// <param name="Method">How the person proved presence, such as <c>password</c>.</param>
/// <param name="Licence">Number of the practising licence held by the account (R8.3-0).</param>
[GenerateSerializer, Immutable, Alias("regional.SignatureProof")]
public sealed record SignatureProof([property: Id(0)] string Method, [property: Id(1)] string Licence);

[GenerateSerializer, Alias("regional.VersionKind")]
public enum VersionKind { Original = 1, Addendum, Correction }

[GenerateSerializer, Alias("regional.VersionState")]
public enum VersionState { Current = 1, Superseded, Recalled }

/// <summary>A signed version. The hash is SHA-256 over its canonical text, signer and time, chained to the version before.</summary>
[GenerateSerializer, Immutable, Alias("regional.ReportVersion")]
public sealed record ReportVersion(
    [property: Id(0)] int Number,
    [property: Id(1)] VersionKind Kind,
    [property: Id(2)] VersionState State,
    [property: Id(3)] ReportText Text,
    [property: Id(4)] string? AddendumText,
    [property: Id(5)] string AuthorId,
    [property: Id(6)] string AuthorName,
    [property: Id(7)] string SignerId,
    [property: Id(8)] string SignerName,
    [property: Id(9)] SignatureProof Proof,
    [property: Id(10)] DateTimeOffset SignedAt,
    [property: Id(11)] string Sha256);

/// <summary>A state of the text that left its writer's hands: kept through review (R4.2.6-4).</summary>
[GenerateSerializer, Immutable, Alias("regional.TextTrace")]
public sealed record TextTrace(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] string ByUserId,
    [property: Id(2)] string ByName,
    [property: Id(3)] string Event,
    [property: Id(4)] ReportText Text);

[GenerateSerializer, Immutable, Alias("regional.ReportSnapshot")]
public sealed record ReportSnapshot(
    [property: Id(0)] ReportPhase Phase,
    [property: Id(1)] string? ReaderId,
    [property: Id(2)] string? ReaderName,
    [property: Id(3)] long ClaimToken,
    [property: Id(4)] DateTimeOffset? ClaimExpires,
    [property: Id(5)] string? AuthorId,
    [property: Id(6)] string? AuthorName,
    [property: Id(7)] string? ReviewerId,
    [property: Id(8)] string? ReviewerName,
    [property: Id(9)] ReportText? Draft,
    [property: Id(10)] DateTimeOffset? DraftSavedAt,
    [property: Id(11)] bool Provisional,
    [property: Id(12)] ImmutableArray<ReportVersion> Versions,
    [property: Id(13)] ImmutableArray<TextTrace> Traces,
    [property: Id(14)] string? ReturnReason,
    [property: Id(15)] string? CorrectionReason);
