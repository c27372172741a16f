using System.Collections.Frozen;
using System.Collections.Immutable;
using Regional.Actors;
using Regional.Portal.Hosting;

namespace Regional.Portal.Access;

/// <summary>
/// The one place that says whose studies a person may see. Stewards of the region (administrator, quality) see all; people of a reading
/// centre see their own site and the sites whose agreement names their centre; everybody else sees their own site.
/// </summary>
public sealed class SiteAccess
{
    /// <summary>Rule of a refusal for the role.</summary>
    public const string RoleRule = "access.role";

    /// <summary>Rule of a refusal for the site.</summary>
    public const string SiteRule = "access.site";

    private readonly FrozenDictionary<string, ImmutableArray<string>> bySite;

    public SiteAccess(PortalOptions options)
    {
        var sites = options.Cluster.Options.Sites;
        bySite = sites.ToFrozenDictionary(
            s => s.Code,
            s => sites.Where(other => other.Code == s.Code || other.Agreement.ReadingCentre == s.Code)
                .Select(other => other.Code).Order(StringComparer.Ordinal).ToImmutableArray());
    }

    public static bool SeesAll(Actor actor) => actor.Is(Role.Administrator) || actor.Is(Role.Quality);

    /// <summary>Codes of the sites whose studies the person may see; null: all.</summary>
    public ImmutableArray<string>? Sites(Actor actor) => SeesAll(actor) ? null : bySite.GetValueOrDefault(actor.Site, []);

    public bool Sees(Actor actor, string site, string readingCentre) =>
        Sites(actor) is not { } sites || sites.Contains(site) || readingCentre == actor.Site;

    /// <summary>Whether copies of a study may stand at a site's edge: its own people may see it.</summary>
    public bool MayHold(string site, StudyPlace study) => study.ReadingCentre == site || bySite.GetValueOrDefault(site, []).Contains(study.Site);

    public bool Sees(Actor actor, string site) => Sites(actor) is not { } sites || sites.Contains(site);
}
