using System.Collections.Immutable;

namespace Regional.Reports;

/// <summary>The report inside a Study's state.</summary>
internal sealed record ReportState
{
    public ReportPhase Phase { get; set; } = ReportPhase.None;

    /// <summary>Who holds the claim.</summary>
    public string? ReaderId { get; set; }

    public string? ReaderName { get; set; }

    /// <summary>Highest fencing token seen; lower ones are stale for ever.</summary>
    public long ClaimToken { get; set; }

    public DateTimeOffset? ClaimExpires { get; set; }

    public string? AuthorId { get; set; }

    public string? AuthorName { get; set; }

    public string? ReviewerId { get; set; }

    public string? ReviewerName { get; set; }

    public ReportText? Draft { get; set; }

    public DateTimeOffset? DraftSavedAt { get; set; }

    /// <summary>A 临时报告 is out and no final one has replaced it.</summary>
    public bool Provisional { get; set; }

    public ImmutableArray<ReportVersion> Versions { get; set; } = [];

    public ImmutableArray<TextTrace> Traces { get; set; } = [];

    public string? ReturnReason { get; set; }

    public string? CorrectionReason { get; set; }

    /// <summary>The accepted correction asks for reading the images again.</summary>
    public bool Reread { get; set; }

    /// <summary>That reading has been handed in.</summary>
    public bool RereadDone { get; set; }

    /// <summary>A reader is to take it from the list.</summary>
    public bool WaitsForReader => Phase switch
    {
        ReportPhase.Awaiting or ReportPhase.Claimed or ReportPhase.TraineeDraft => true,
        ReportPhase.Amending => Reread && !RereadDone,
        _ => false,
    };

    /// <summary>Words of somebody are in it.</summary>
    public bool HasText => Draft is not null || !Traces.IsEmpty;

    /// <summary>Something of it has left the house.</summary>
    public bool Issued => Provisional || Versions.Any(version => version.State == VersionState.Current);

    public ReportState WithoutClaim() => this with { ReaderId = null, ReaderName = null, ClaimExpires = null };

    public ReportSnapshot Snapshot() => new(
        Phase, ReaderId, ReaderName, ClaimToken, ClaimExpires, AuthorId, AuthorName, ReviewerId, ReviewerName, Draft, DraftSavedAt,
        Provisional, Versions, Traces, ReturnReason, CorrectionReason);
}
