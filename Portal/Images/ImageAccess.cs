using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Caching.Memory;
using Regional.Actors;
using Regional.Imaging;
using Regional.Imaging.DicomWeb;
using Regional.Imaging.Index;
using Regional.Portal.Access;
using Regional.Portal.Accounts;
using Regional.Portal.Audit;
using Regional.Portal.Hosting;
using Regional.Projections;

namespace Regional.Portal.Images;

/// <summary>
/// Who sees which images over DICOMweb: whoever may see the exam that has them (<see cref="SiteAccess"/>). A viewer asks for every frame, so
/// where a study belongs is remembered for half a minute.
/// </summary>
internal sealed class ImageAccess(
    SiteAccess access, IStudyReader studies, ImageArchive archive, IAuditLog audit, Openings openings, PortalOptions options, IHttpContextAccessor http,
    TimeProvider time)
    : IDicomWebAccess, IDisposable
{
    private static readonly TimeSpan PlaceKept = TimeSpan.FromSeconds(30);

    private readonly MemoryCache places = new(new MemoryCacheOptions { SizeLimit = 20_000 });

    public async ValueTask<bool> MayAsync(ClaimsPrincipal user, string studyUid, DicomWebAction action, CancellationToken cancellation)
    {
        if (user.Identity is not { IsAuthenticated: true } || await Where(studyUid, cancellation) is not var (site, centre))
            return false;
        var actor = Caller.ActorOf(user);
        var may = access.Sees(actor, site, centre);
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

    public void Dispose() => places.Dispose();

    /// <summary>Site and reading centre of the exam that has the study; before any exam has it, those of the site that sent it.</summary>
    private async ValueTask<(string Site, string Centre)?> Where(string studyUid, CancellationToken cancellation)
    {
        if (places.TryGetValue(studyUid, out (string, string) known))
            return known;
        var page = await studies.Find(new StudyQuery { StudyInstanceUid = studyUid, Limit = 1 }, cancellation);
        if (page.Items is [var exam, ..])
            return places.Set(studyUid, (exam.Site, exam.ReadingCentre), new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = PlaceKept });
        // Not remembered: the exam is made within a second.
        return await archive.Index.GetStudyAsync(studyUid, cancellation) is { } indexed
            ? (indexed.Site, options.Cluster.Site(indexed.Site)?.Agreement.ReadingCentre ?? indexed.Site)
            : null;
    }

    private Task Audit(Actor actor, string action, string studyUid, string? rule, CancellationToken cancellation) => audit.Write(
        new AuditEntry(
            time.GetUtcNow(), actor.UserId, actor.Site, action, studyUid, rule is null, rule, http.HttpContext?.Connection.RemoteIpAddress?.ToString()),
        cancellation);
}
