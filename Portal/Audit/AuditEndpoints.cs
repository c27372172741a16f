using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Regional.Portal.Access;

namespace Regional.Portal.Audit;

public sealed record AuditItem(
    long Sequence, DateTimeOffset At, string UserId, string Site, string Action, string? Target, bool Success, string? Rule, string? Address);

public sealed record AuditPage(ImmutableArray<AuditItem> Items, string? Next);

internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/audit", Find).For(Can.Steward).WithTags("Audit").WithName("audit");

    private static async Task<Ok<AuditPage>> Find(
        IAuditLog log, string? user, string? action, DateTimeOffset? since, int? limit, string? after, CancellationToken cancellation)
    {
        var (items, next) = await log.Find(new AuditQuery(user, action, since, Math.Clamp(limit ?? 100, 1, 500), after), cancellation);
        return TypedResults.Ok(new AuditPage(
            [
                .. items.Select(r => new AuditItem(
                    r.Sequence, r.Entry.At, r.Entry.UserId, r.Entry.Site, r.Entry.Action, r.Entry.Target, r.Entry.Success, r.Entry.Rule, r.Entry.Address)),
            ],
            next));
    }
}
