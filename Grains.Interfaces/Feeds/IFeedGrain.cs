using System.Collections.Immutable;
using Orleans;
using Orleans.Concurrency;

namespace Regional.Feeds;

/// <summary>
/// The region's feed of changes, keyed by <see cref="Actors.GrainKeys.RegionFeed"/>. Holds subscribers in memory only: each portal process
/// renews every 30 s (expiry 90 s). Items carry an epoch and a sequence; a gap or a new epoch makes clients fetch again (design rule 6).
/// </summary>
[Alias("regional.IFeedGrain")]
public interface IFeedGrain : IGrainWithStringKey
{
    /// <summary>Subscribes or renews; answers where the feed stands.</summary>
    [Alias("Subscribe")] Task<FeedPosition> Subscribe(string portal, IFeedObserver observer);

    [Alias("Unsubscribe")] Task Unsubscribe(string portal);

    [Alias("Publish")] Task Publish(ImmutableArray<FeedItem> items);
}

/// <summary>A portal process. It never waits and never answers.</summary>
[Alias("regional.IFeedObserver")]
public interface IFeedObserver : IGrainObserver
{
    [OneWay, Alias("Changed")] Task Changed(FeedBatch batch);
}

[GenerateSerializer, Immutable, Alias("regional.FeedPosition")]
public sealed record FeedPosition([property: Id(0)] string Epoch, [property: Id(1)] long Sequence);

[GenerateSerializer, Immutable, Alias("regional.FeedBatch")]
public sealed record FeedBatch(
    [property: Id(0)] string Epoch,
    [property: Id(1)] long FirstSequence,
    [property: Id(2)] ImmutableArray<FeedItem> Items);

/// <summary>What changed, its version, and which sites may hear of it; never a value of a patient.</summary>
/// <param name="Topic"><c>study</c>, <c>reading-list</c>, <c>critical-value</c>, <c>site</c>, <c>device</c> or <c>patient</c>.</param>
/// <param name="Key">Grain key of what changed.</param>
/// <param name="Sites">Codes of the sites concerned (capturing site, reading centre).</param>
/// <param name="Detail">A machine word that says what happened, such as <c>notifying</c>.</param>
[GenerateSerializer, Immutable, Alias("regional.FeedItem")]
public sealed record FeedItem(
    [property: Id(0)] string Topic,
    [property: Id(1)] string Key,
    [property: Id(2)] long Version,
    [property: Id(3)] ImmutableArray<string> Sites,
    [property: Id(4)] string Detail);
