using System.Collections.Immutable;
using Regional.Feeds;

namespace Regional.Portal.Hubs;

/// <summary>Which hub a subject is told on.</summary>
public enum HubTopic
{
    Queue,
    Critical,
    Consult,
}

/// <summary>Something changed: fetch it again. Never a value of a patient.</summary>
public sealed record HubItem(string Topic, string Key, long Version, string Detail);

/// <summary>Sequences of one group are contiguous; a gap or another epoch means: fetch your lists again.</summary>
public sealed record HubChange(string Epoch, long Sequence, ImmutableArray<HubItem> Items);

/// <summary>What the server tells a page.</summary>
public interface IFeedClient
{
    Task Changed(HubChange change);

    /// <summary>Where the page's feed stands: after connecting, and when the feed began anew.</summary>
    Task Position(FeedPosition position);
}
