using System.Collections.Immutable;

namespace Regional.Sites;

/// <summary>
/// Who has a page open, by portal process, and whether the edge's link was heard of: leases in memory. After an activation nothing is known
/// until it is told again; for that long nobody is reported as gone.
/// </summary>
internal sealed class Presence(TimeProvider time)
{
    /// <summary>Portals tell every 30 s, edges more often.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(90);

    private readonly Dictionary<string, (ImmutableArray<string> Users, DateTimeOffset Until)> portals = [];
    private readonly DateTimeOffset began = time.GetUtcNow();
    private DateTimeOffset linkUntil;

    /// <summary>Distinct, sorted.</summary>
    public ImmutableArray<string> Users
    {
        get
        {
            var now = time.GetUtcNow();
            return [.. portals.Values.Where(portal => portal.Until > now).SelectMany(portal => portal.Users).Distinct().Order(StringComparer.Ordinal)];
        }
    }

    public bool LinkHeard => linkUntil > time.GetUtcNow();

    /// <summary>Everybody has had the time to tell since the activation.</summary>
    public bool IsSettled => time.GetUtcNow() >= began + Lease;

    public void Tell(string portal, ImmutableArray<string> users)
    {
        if (users.IsDefaultOrEmpty) portals.Remove(portal);
        else portals[portal] = (users, time.GetUtcNow() + Lease);
    }

    public void HearLink() => linkUntil = time.GetUtcNow() + Lease;

    public void LoseLink() => linkUntil = default;

    public Reachability Reachability =>
        !LinkHeard ? Reachability.LinkDown : Users.IsEmpty ? Reachability.NobodyOnline : Reachability.Reachable;
}
