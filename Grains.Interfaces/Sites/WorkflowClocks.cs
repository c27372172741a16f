namespace Regional.Sites;

/// <summary>The clocks marked <c>*</c> in workflow.md; values come from cluster.yaml, section <c>clocks</c>.</summary>
public sealed class WorkflowClocks
{
    /// <summary>A claim ends after so much idleness. Default 30 minutes.</summary>
    public TimeSpan ClaimIdle { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>A suspected critical value rings the next superior. Default 5 minutes.</summary>
    public TimeSpan VerifyWithin { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long each rung of the escalation is tried. Default 5 minutes.</summary>
    public TimeSpan EscalateEvery { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Owed items of an emergency. Default 24 hours.</summary>
    public TimeSpan OwedWithin { get; set; } = TimeSpan.FromHours(24);

    /// <summary>A booked patient who does not come. Default 2 hours after the appointment.</summary>
    public TimeSpan NoShowAfter { get; set; } = TimeSpan.FromHours(2);

    /// <summary>A released exam that owes nothing is closed by the audit. Default 24 hours after release.</summary>
    public TimeSpan CloseAfter { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The region's clock, for the date in accession numbers and for what counts as night. Default +08:00.</summary>
    public TimeSpan LocalOffset { get; set; } = TimeSpan.FromHours(8);

    /// <summary>Local time from which a finder may verify a critical value alone, with a reason. Default 18:00.</summary>
    public TimeOnly NightFrom { get; set; } = new(18, 0);

    /// <summary>Local time at which the night ends. Default 08:00.</summary>
    public TimeOnly NightTo { get; set; } = new(8, 0);

    /// <summary>How many days before its images a request may lie to be matched with them by patient and device. Default 7.</summary>
    public int MatchDays { get; set; } = 7;
}
