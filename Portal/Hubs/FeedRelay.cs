using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Regional.Actors;
using Regional.Feeds;
using Regional.Portal.Hosting;

namespace Regional.Portal.Hubs;

/// <summary>
/// This process's one observer of the region's feed: held here strongly (Orleans holds it weakly), renewed every 30 s, never waiting inside a
/// grain's turn. Batches pass through a queue to the hubs in order; a gap in them begins a new epoch.
/// </summary>
public sealed partial class FeedRelay(IGrainFactory grains, HubFeeds feeds, PortalOptions options, TimeProvider time, ILogger<FeedRelay> log)
    : BackgroundService, IFeedObserver
{
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(1);

    private readonly Channel<FeedBatch> batches = Channel.CreateBounded<FeedBatch>(
        new BoundedChannelOptions(10_000) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    private FeedPosition? expected;
    private FeedPosition heard = new("", 0);
    private volatile bool untold;

    public Task Changed(FeedBatch batch)
    {
        // A dropped batch shows as a gap.
        batches.Writer.TryWrite(batch);
        return Task.CompletedTask;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var reference = grains.CreateObjectReference<IFeedObserver>(this);
        var relaying = Relay(stoppingToken);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var renewed = await Renew(reference);
                await Task.Delay(renewed ? RenewEvery : RetryEvery, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Leave();
        }

        await relaying;
        GC.KeepAlive(reference);
    }

    private async Task<bool> Renew(IFeedObserver reference)
    {
        try
        {
            var before = expected;
            var position = await grains.GetGrain<IFeedGrain>(GrainKeys.RegionFeed).Subscribe(options.Name, reference);
            var reached = Volatile.Read(ref heard);
            var lost = untold || (before is not null
                && (position.Epoch != before.Epoch || (reached.Epoch == before.Epoch && reached.Sequence < before.Sequence)));
            expected = position;
            if (lost)
                await BeginAnew(position);
            else if (before is null)
                Volatile.Write(ref heard, position);
            return true;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            NotRenewed(failure);
            return false;
        }
    }

    private async Task Relay(CancellationToken stopping)
    {
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(stopping))
            {
                await Tell(batch, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The process stops; pages reconnect elsewhere and fetch.
        }
    }

    /// <summary>What pages could not be told is lost to them: the next batch or renewal begins a new epoch.</summary>
    private async Task Tell(FeedBatch batch, CancellationToken stopping)
    {
        try
        {
            var last = Volatile.Read(ref heard);
            var follows = last.Epoch.Length == 0 || (batch.Epoch == last.Epoch && batch.FirstSequence <= last.Sequence + 1);
            Volatile.Write(ref heard, new FeedPosition(batch.Epoch, batch.FirstSequence + batch.Items.Length - 1));
            if (!follows || untold)
                await BeginAnew(heard);
            await feeds.Tell(batch.Items);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException && !stopping.IsCancellationRequested)
        {
            untold = true;
            NotTold(batch.Epoch, batch.FirstSequence, failure);
        }
    }

    private async Task BeginAnew(FeedPosition position)
    {
        Volatile.Write(ref heard, position);
        BeganAnew(position.Epoch, position.Sequence);
        await feeds.BeginAnew();
        untold = false;
    }

    private async Task Leave()
    {
        try
        {
            await grains.GetGrain<IFeedGrain>(GrainKeys.RegionFeed).Unsubscribe(options.Name);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The subscription expires by itself in 90 s.
            NotRenewed(failure);
        }
    }

    [LoggerMessage(EventId = 2202, Level = LogLevel.Warning, Message = "The subscription to the region's feed could not be renewed")]
    private partial void NotRenewed(Exception failure);

    [LoggerMessage(EventId = 2203, Level = LogLevel.Information, Message = "The feed began anew at {Epoch} {Sequence}: pages fetch their lists again")]
    private partial void BeganAnew(string epoch, long sequence);

    [LoggerMessage(EventId = 2205, Level = LogLevel.Warning, Message = "Pages could not be told of the feed's batch {Epoch} {Sequence}: the next one begins anew")]
    private partial void NotTold(string epoch, long sequence, Exception failure);
}
