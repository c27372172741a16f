using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Regional.Actors;

namespace Regional.Feeds;

/// <summary>
/// Fans changes out to portal processes. Everything is in memory on purpose (design rule 6): a new activation is a new epoch, and whoever
/// sees a gap fetches again. Never waits for a subscriber; one that fails is dropped and comes back with its next renewal.
/// </summary>
[GrainType("feed")]
internal sealed partial class FeedGrain(
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time, ILogger<FeedGrain> logger) : Grain, IFeedGrain
{
    private static readonly TimeSpan Expiry = TimeSpan.FromSeconds(90);

    private readonly Dictionary<string, (IFeedObserver Observer, DateTimeOffset Until)> subscribers = [];
    private readonly string epoch = Ulid.New(time);
    private long sequence;

    public Task<FeedPosition> Subscribe(string portal, IFeedObserver observer)
    {
        subscribers[portal] = (observer, time.GetUtcNow() + Expiry);
        return Task.FromResult(new FeedPosition(epoch, sequence));
    }

    public Task Unsubscribe(string portal)
    {
        subscribers.Remove(portal);
        return Task.CompletedTask;
    }

    public Task Publish(ImmutableArray<FeedItem> items)
    {
        if (items.IsDefaultOrEmpty) return Task.CompletedTask;
        var batch = new FeedBatch(epoch, sequence + 1, items);
        sequence += items.Length;

        var now = time.GetUtcNow();
        foreach (var (portal, (observer, until)) in subscribers.ToArray())
        {
            if (until <= now) subscribers.Remove(portal);
            else _ = Tell(portal, observer, batch);
        }

        return Task.CompletedTask;
    }

    /// <summary>Not awaited by any turn; continues on the activation's scheduler.</summary>
    private async Task Tell(string portal, IFeedObserver observer, FeedBatch batch)
    {
        try
        {
            await observer.Changed(batch);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            if (subscribers.TryGetValue(portal, out var known) && ReferenceEquals(known.Observer, observer)) subscribers.Remove(portal);
            SubscriberDropped(portal, failure);
        }
    }

    [LoggerMessage(EventId = 3010, Level = LogLevel.Warning, Message = "Feed subscriber {Portal} could not be told and was dropped")]
    private partial void SubscriberDropped(string portal, Exception failure);
}
