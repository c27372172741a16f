using System.Collections.Immutable;
using Orleans;
using Orleans.Concurrency;
using Regional.Outcomes;
using Regional.Studies;

namespace Regional.Sites;

/// <summary>One hospital, keyed by <c>site:</c> code: the state of its edge's link, its roster, its agreement, its accession numbers, who is present.</summary>
[Alias("regional.ISiteGrain")]
public interface ISiteGrain : IGrainWithStringKey
{
    [AlwaysInterleave, Alias("Get")] Task<Outcome<SiteSnapshot>> Get();

    /// <summary>From configuration, at start; the same profile again changes nothing.</summary>
    [Alias("Configure")] Task<SiteSnapshot> Configure(SiteProfile profile);

    /// <summary>The edge dialled in. A later boot replaces an earlier one; events of an old link are ignored.</summary>
    [Alias("LinkOpened")] Task LinkOpened(string linkId, string boot, string software, TimeSpan clockSkew);

    [Alias("LinkStatus")] Task LinkStatus(string linkId, EdgeStatus status);

    [Alias("LinkClosed")] Task LinkClosed(string linkId);

    /// <summary>
    /// Which of the site's people have a page open at this portal process, of roles unknown: only those on the roster answer alerts. Portals
    /// say more with <see cref="PeoplePresent"/>.
    /// </summary>
    [Alias("Presence")] Task Presence(string portal, ImmutableArray<string> userIds);

    /// <summary>Which of the site's people have a page open at this portal process; told every 30 s and on change, expires after 90 s.</summary>
    /// <param name="answering">Those among them who hold a role that answers critical values (<see cref="Actors.Role.Answering"/>).</param>
    [Alias("PeoplePresent")] Task PeoplePresent(string portal, ImmutableArray<string> userIds, ImmutableArray<string> answering);

    /// <summary>
    /// Can an alert reach somebody on duty here: the link is up, and somebody is present who is on the roster or holds an answering role.
    /// </summary>
    [AlwaysInterleave, Alias("Reachable")] Task<Reachability> Reachable();

    /// <summary>Takes part in being told of presence while an alert is open (and out again).</summary>
    [Alias("WatchPresence")] Task WatchPresence(string criticalValueId, bool watch);

    /// <summary>The next accession number of this issuer: at most 16 characters, never twice; the same command gets the same number (S2-5).</summary>
    [Alias("NextAccession")] Task<string> NextAccession(string commandId);

    /// <summary>The agreement under which this site's exams are read.</summary>
    [AlwaysInterleave, Alias("Agreement")] Task<Agreement> Agreement();

    [Alias("Deliver")] Task Deliver();
}

/// <summary>Whether an alert can reach somebody on duty at a site, and if not, why.</summary>
[GenerateSerializer, Alias("regional.Reachability")]
public enum Reachability
{
    Reachable = 1,

    /// <summary>The link is up, but nobody who answers alerts is present: on the roster, or of an answering role.</summary>
    NobodyOnline,

    /// <summary>The edge's link is down.</summary>
    LinkDown,
}

/// <summary>A hospital as configured.</summary>
/// <param name="Kind"><c>township</c> or <c>expert</c>.</param>
/// <param name="AccessionPrefix">1 to 4 letters that begin this issuer's accession numbers.</param>
[GenerateSerializer, Immutable, Alias("regional.SiteProfile")]
public sealed record SiteProfile(
    [property: Id(0)] string Code,
    [property: Id(1)] string Name,
    [property: Id(2)] string NameEnglish,
    [property: Id(3)] string Kind,
    [property: Id(4)] string AccessionPrefix,
    [property: Id(5)] ImmutableArray<RosterEntry> Roster,
    [property: Id(6)] Agreement Agreement);

/// <summary>Somebody who can be called. Step 0 first, then 1 (head of department), 2 (总值班).</summary>
[GenerateSerializer, Immutable, Alias("regional.RosterEntry")]
public sealed record RosterEntry(
    [property: Id(0)] string UserId,
    [property: Id(1)] string Name,
    [property: Id(2)] string Role,
    [property: Id(3)] string Phone,
    [property: Id(4)] int Step);

[GenerateSerializer, Alias("regional.SigningPolicy")]
public enum SigningPolicy { Double = 1, Single }

/// <summary>协议: who reads this site's exams, how they are signed and by when (workflow.md 6, 11).</summary>
/// <param name="SingleSigners">User ids that may sign their own preliminary under the single policy.</param>
[GenerateSerializer, Immutable, Alias("regional.Agreement")]
public sealed record Agreement(
    [property: Id(0)] string ReadingCentre,
    [property: Id(1)] SigningPolicy Signing,
    [property: Id(2)] ImmutableArray<string> SingleSigners,
    [property: Id(3)] TimeSpan RoutineWithin,
    [property: Id(4)] TimeSpan UrgentWithin,
    [property: Id(5)] TimeSpan EmergencyWithin)
{
    public TimeSpan Within(Priority priority) => priority switch
    {
        Priority.Emergency => EmergencyWithin,
        Priority.Urgent => UrgentWithin,
        _ => RoutineWithin,
    };
}

/// <summary>What the edge says of itself.</summary>
[GenerateSerializer, Immutable, Alias("regional.EdgeStatus")]
public sealed record EdgeStatus(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] long QueuedInstances,
    [property: Id(2)] long QueuedBytes,
    [property: Id(3)] long UploadBytesPerSecond,
    [property: Id(4)] long DiskFreeBytes,
    [property: Id(5)] long DiskTotalBytes,
    [property: Id(6)] bool DiskLow,
    [property: Id(7)] DateTimeOffset? LastImage,
    [property: Id(8)] long ReceivedInstances,
    [property: Id(9)] long Conflicts,
    [property: Id(10)] TimeSpan ClockSkew,
    [property: Id(11)] bool Paused);

[GenerateSerializer, Immutable, Alias("regional.SiteSnapshot")]
public sealed record SiteSnapshot(
    [property: Id(0)] SiteProfile Profile,
    [property: Id(1)] long Version,
    [property: Id(2)] bool Online,
    [property: Id(3)] DateTimeOffset? LinkSince,
    [property: Id(4)] string? Software,
    [property: Id(5)] EdgeStatus? Status,
    [property: Id(6)] ImmutableArray<string> Present);
