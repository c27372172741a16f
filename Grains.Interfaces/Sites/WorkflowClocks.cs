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
}
