using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.AspNetCore.SignalR;
using Regional.Actors;
using Regional.Feeds;
using Regional.Portal.Access;

namespace Regional.Portal.Hubs;

/// <summary>
/// The groups of the hubs and their sequences. People who may see the same sites form one group, with a sequence of its own: what others may
/// not hear of leaves no gap. An epoch is this process's word for "unbroken since": it changes when the region's feed lost something.
/// </summary>
public sealed class HubFeeds(
    SiteAccess access,
    IHubContext<QueueHub, IFeedClient> queue,
    IHubContext<CriticalHub, IFeedClient> critical,
    IHubContext<ConsultHub, IFeedClient> consult)
{
    private readonly ConcurrentDictionary<(HubTopic, string), Group> groups = new();
    private volatile string epoch = NewEpoch();

    /// <summary>Name of the caller's group.</summary>
    public string GroupOf(HubTopic topic, Actor actor) => Join(topic, actor).Name;

    /// <summary>Where the caller's group stands.</summary>
    public FeedPosition Position(HubTopic topic, Actor actor)
    {
        var group = Join(topic, actor);
        return new FeedPosition(epoch, Volatile.Read(ref group.Sequence));
    }

    /// <summary>Tells every group what it may hear. Called for one batch after another, so that sequences arrive in order.</summary>
    internal async Task Tell(ImmutableArray<FeedItem> items)
    {
        foreach (var ((topic, _), group) in groups)
        {
            var heard = items.Where(item => Topic(item) == topic && group.Hears(item))
                .Select(item => new HubItem(item.Topic, item.Key, item.Version, item.Detail)).ToImmutableArray();
            if (!heard.IsEmpty)
                await Clients(topic).Group(group.Name).Changed(new HubChange(epoch, Interlocked.Increment(ref group.Sequence), heard));
        }
    }

    /// <summary>Something was lost: every page fetches its lists again.</summary>
    internal async Task BeginAnew()
    {
        epoch = NewEpoch();
        foreach (var ((topic, _), group) in groups)
            await Clients(topic).Group(group.Name).Position(new FeedPosition(epoch, Volatile.Read(ref group.Sequence)));
    }

    private static HubTopic? Topic(FeedItem item) => item.Topic switch
    {
        "study" or "reading-list" or "site" or "device" => HubTopic.Queue,
        "critical-value" => HubTopic.Critical,
        "consult" => HubTopic.Consult,
        _ => null,
    };

    private static string NewEpoch() => Guid.NewGuid().ToString("N")[..12];

    private Group Join(HubTopic topic, Actor actor)
    {
        var sites = access.Sites(actor);
        var name = sites is { } some ? "sites:" + string.Join(',', some) : "all";
        return groups.GetOrAdd((topic, name), _ => new Group(name, sites));
    }

    private IHubClients<IFeedClient> Clients(HubTopic topic) => topic switch
    {
        HubTopic.Critical => critical.Clients,
        HubTopic.Consult => consult.Clients,
        _ => queue.Clients,
    };

    private sealed class Group(string name, ImmutableArray<string>? sites)
    {
        public long Sequence;

        public string Name => name;

        public bool Hears(FeedItem item) => sites is not { } some || item.Sites.Any(some.Contains);
    }
}
