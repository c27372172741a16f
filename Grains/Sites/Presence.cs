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

    private readonly Dictionary<string, (ImmutableArray<string> Users, ImmutableArray<string> Answering, DateTimeOffset Until)> portals = [];
    private readonly DateTimeOffset began = time.GetUtcNow();
    private DateTimeOffset linkUntil;

    /// <summary>Distinct, sorted.</summary>
    public ImmutableArray<string> Users =>
        [.. Alive.SelectMany(portal => portal.Users).Distinct().Order(StringComparer.Ordinal)];

    private IEnumerable<(ImmutableArray<string> Users, ImmutableArray<string> Answering, DateTimeOffset Until)> Alive
    {
        get
        {
            var now = time.GetUtcNow();
            return portals.Values.Where(portal => portal.Until > now);
        }
    }

    public bool LinkHeard => linkUntil > time.GetUtcNow();

    /// <summary>Everybody has had the time to tell since the activation.</summary>
    public bool IsSettled => time.GetUtcNow() >= began + Lease;

    public void Tell(string portal, ImmutableArray<string> users, ImmutableArray<string> answering)
    {
        if (users.IsDefaultOrEmpty) portals.Remove(portal);
        else portals[portal] = (users, answering.IsDefault ? [] : answering, time.GetUtcNow() + Lease);
    }

    public void HearLink() => linkUntil = time.GetUtcNow() + Lease;

    public void LoseLink() => linkUntil = default;

    /// <summary>An open page of somebody who does not answer alerts is no reason to wait with the telephone.</summary>
    /// <param name="onDuty">User ids on the site's roster.</param>
    public Reachability Reachable(IEnumerable<string> onDuty)
    {
        if (!LinkHeard) return Reachability.LinkDown;
        var duty = onDuty.ToHashSet(StringComparer.Ordinal);
        return Alive.Any(portal => !portal.Answering.IsEmpty || portal.Users.Any(duty.Contains)) ? Reachability.Reachable : Reachability.NobodyOnline;
    }
}
