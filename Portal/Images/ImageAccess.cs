using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Regional.Actors;
using Regional.Imaging.DicomWeb;
using Regional.Imaging.Index;
using Regional.Portal.Access;
using Regional.Portal.Accounts;
using Regional.Portal.Audit;

namespace Regional.Portal.Images;

/// <summary>
/// Who sees which images over DICOMweb: whoever may see the exam that has them (<see cref="SiteAccess"/>, <see cref="StudyPlaces"/>).
/// </summary>
internal sealed class ImageAccess(
    SiteAccess access, StudyPlaces places, IAuditLog audit, Openings openings, IHttpContextAccessor http, TimeProvider time)
    : IDicomWebAccess
{
    public async ValueTask<bool> MayAsync(ClaimsPrincipal user, string studyUid, DicomWebAction action, CancellationToken cancellation)
    {
        if (user.Identity is not { IsAuthenticated: true } || await places.FindAsync(studyUid, cancellation) is not { } place)
            return false;
        var actor = Caller.ActorOf(user);
        var may = access.Sees(actor, place.Site, place.ReadingCentre);
        if (!may)
            await Audit(actor, "refused", studyUid, SiteAccess.SiteRule, cancellation);
        else if (action != DicomWebAction.Search && openings.IsFirst(user.FindFirstValue(Caller.TokenClaim) ?? "", studyUid))
            await Audit(actor, "images.open", studyUid, null, cancellation);
        return may;
    }

    public ValueTask<SearchScope> ScopeAsync(ClaimsPrincipal user, CancellationToken cancellation)
    {
        if (user.Identity is not { IsAuthenticated: true })
            return ValueTask.FromResult(SearchScope.Nobody);
        return ValueTask.FromResult(access.Sites(Caller.ActorOf(user)) is { } sites ? new SearchScope.Of(sites, []) : SearchScope.All);
    }

    private Task Audit(Actor actor, string action, string studyUid, string? rule, CancellationToken cancellation) => audit.Write(
        new AuditEntry(
            time.GetUtcNow(), actor.UserId, actor.Site, action, studyUid, rule is null, rule, http.HttpContext?.Connection.RemoteIpAddress?.ToString()),
        cancellation);
}
