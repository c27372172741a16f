using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Regional.Imaging.DicomWeb.Store;
using Regional.Portal.Access;
using Regional.Portal.Accounts;
using Regional.Portal.Audit;
using Regional.Portal.Hosting;

namespace Regional.Portal.Images;

/// <summary>Images that people bring over STOW-RS (<see cref="Can.Image"/>): they belong to the person's own site, whatever the images say. Audited by study.</summary>
internal sealed class ImageStore(PortalOptions options, IAuditLog audit, IHttpContextAccessor http, TimeProvider time) : IDicomWebStore
{
    /// <summary>Stands where C-STORE has the calling AE title.</summary>
    private const string Label = "STOW";

    public async ValueTask<StoreOrigin?> OriginAsync(ClaimsPrincipal user, CancellationToken cancellation)
    {
        if (user.Identity is not { IsAuthenticated: true })
            return null;
        var actor = Caller.ActorOf(user);
        if (Can.Image.Any(actor.Is) && options.Cluster.Site(actor.Site) is not null)
            return new StoreOrigin(actor.Site, Label);
        await Audit(user, "refused", null, SiteAccess.RoleRule, cancellation);
        return null;
    }

    public async ValueTask StoredAsync(ClaimsPrincipal user, StoreSummary summary, CancellationToken cancellation)
    {
        foreach (var study in summary.StudyUids)
            await Audit(user, "images.store", study, null, cancellation);
    }

    private Task Audit(ClaimsPrincipal user, string action, string? target, string? rule, CancellationToken cancellation)
    {
        var actor = Caller.ActorOf(user);
        return audit.Write(
            new AuditEntry(time.GetUtcNow(), actor.UserId, actor.Site, action, target, rule is null, rule, http.HttpContext?.Connection.RemoteIpAddress?.ToString()),
            cancellation);
    }
}
