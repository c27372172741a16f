using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Regional.Projections;

namespace Regional.Delivery;

/// <summary>
/// Delivers a grain's outbox in order, from an interleaving timer, so that no turn of the grain waits for another grain. A failure is tried
/// again with growing pauses; after a crash the due table has the grain woken. Runs on the activation's scheduler only: no locks.
/// </summary>
internal sealed partial class Courier(
    IGrainBase grain, string key, EventSender sender, IDueTable due, TimeProvider time, ILogger logger, Func<Outbox> written, Func<Task> project)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private IGrainTimer? timer;
    private DateTimeOffset lastNote;
    private DateTimeOffset? toClear;
    private bool repair;
    private bool running;
    private bool kicked;
    private int failures;

    /// <summary>Sequence of the last event that its receiver has; the next write leaves these out.</summary>
    public long DeliveredUpTo { get; private set; }

    /// <summary>After activation: the projection is repaired, what was written goes out, an orphaned note is cleared.</summary>
    public void Begin()
    {
        repair = true;
        toClear = lastNote = time.GetUtcNow();
        Kick();
    }

    /// <summary>Before a write that holds events: makes sure that somebody wakes this grain should it die in between.</summary>
    public async Task<DateTimeOffset> Note()
    {
        var now = time.GetUtcNow();
        lastNote = now > lastNote ? now : lastNote + Tick;
        await due.Note(key, lastNote);
        return lastNote;
    }

    /// <summary>After that write.</summary>
    public void Written(DateTimeOffset noted)
    {
        toClear = noted;
        Kick();
    }

    public void Kick()
    {
        // One tick at a time: a timer set to zero twice may fire twice, and the second tick would disarm what the first one sets.
        if (running || kicked) return;
        kicked = true;
        if (timer is null)
            timer = grain.RegisterGrainTimer(Run, new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan) { Interleave = true });
        else
            timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private async Task Run(CancellationToken cancellation)
    {
        kicked = false;
        if (running) return;
        running = true;
        try
        {
            await DeliverAll(cancellation);
            failures = 0;
            running = false;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            running = false;
            failures++;
            var pause = FirstPause * Math.Pow(2, Math.Min(failures - 1, 10));
            if (pause > LongestPause) pause = LongestPause;
            DeliveryFailed(key, failures, pause, failure);
            timer?.Change(pause, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task DeliverAll(CancellationToken cancellation)
    {
        do
        {
            if (repair)
            {
                await project();
                repair = false;
            }

            while (Next() is { IsEmpty: false } batch)
            {
                cancellation.ThrowIfCancellationRequested();
                await Deliver(batch);
                DeliveredUpTo = batch[^1].Sequence;
            }

            if (toClear is { } noted)
            {
                toClear = null;
                await due.Clear(key, noted);
            }
        }
        while (toClear is not null || !Next().IsEmpty);
    }

    /// <summary>The next event, or as many as follow each other for the feed.</summary>
    private ImmutableArray<OutgoingEvent> Next()
    {
        var pending = written().Pending.Where(happening => happening.Sequence > DeliveredUpTo);
        var first = pending.FirstOrDefault();
        return first switch
        {
            null => [],
            Publish => [.. pending.TakeWhile(happening => happening is Publish)],
            _ => [first],
        };
    }

    private Task Deliver(ImmutableArray<OutgoingEvent> batch) => batch[0] switch
    {
        Project => project(),
        Publish => sender.Publish([.. batch.OfType<Publish>().Select(publish => publish.Item)]),
        var single => sender.Send(single),
    };

    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning, Message = "Delivery for {GrainKey} failed {Failures} times in a row; next try in {Pause}")]
    private partial void DeliveryFailed(string grainKey, int failures, TimeSpan pause, Exception failure);
}
