using System.Collections.Immutable;

namespace Regional.Portal.Audit;

/// <summary>Who did what when, on which object, from where, and whether it succeeded. Carries ids, never a patient's value.</summary>
/// <param name="Action">Machine name, such as <c>login</c>, <c>study.open</c>, <c>report.sign</c>.</param>
/// <param name="Target">Grain key or other id of what it was done to.</param>
/// <param name="Rule">The rule that refused it.</param>
/// <param name="Address">The caller's address.</param>
public sealed record AuditEntry(
    DateTimeOffset At, string UserId, string Site, string Action, string? Target, bool Success, string? Rule, string? Address);

/// <summary>An entry with its place in the log.</summary>
public sealed record AuditRow(long Sequence, AuditEntry Entry);

/// <summary>What to look for in the log; newest first.</summary>
public sealed record AuditQuery(string? UserId, string? Action, DateTimeOffset? Since, int Limit, string? After);

/// <summary>The audit log: durable when <see cref="Write"/> completes, appended only. Implemented by the host over the centre's database.</summary>
public interface IAuditLog
{
    Task Write(AuditEntry entry, CancellationToken cancellation);

    Task<(ImmutableArray<AuditRow> Items, string? Next)> Find(AuditQuery query, CancellationToken cancellation);
}
