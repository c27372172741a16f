using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Regional.Projections;

namespace Regional.Delivery;

/// <summary>
/// Delivers a grain's outbox from an interleaving timer, so that no turn of the grain waits for another grain. Order holds for each receiver;
/// receivers are served side by side, and one that fails rests by itself, with growing pauses, and holds up no other. After a crash the due
/// table has the grain woken. Runs on the activation's scheduler only: no locks.
/// </summary>
internal sealed partial class Courier(
    IGrainBase grain, string key, EventSender sender, IDueTable due, TimeProvider time, ILogger logger, Func<Outbox> written, Func<Task> project)
{
    /// <summary>The grain's own row, and after it the feed: who hears of a change finds it in the lists.</summary>
    private const string Shown = "shown";

    /// <summary>The due note, cleared when all else is done.</summary>
    private const string Note = "note";

    private const int SideBySide = 16;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly Dictionary<string, Lane> lanes = new(StringComparer.Ordinal);
    private readonly HashSet<long> delivered = [];
    private IGrainTimer? timer;
    private DateTimeOffset lastNote;
    private DateTimeOffset? toClear;
    private bool repair;
    private bool kicked;

    /// <summary>
    /// Sequences of written events that their receivers have; the next write leaves these out. One by one, since a later event may have
    /// arrived while an earlier one to another receiver is still tried.
    /// </summary>
    public IReadOnlySet<long> Delivered => delivered;

    /// <summary>After activation: the projection is repaired, what was written goes out, an orphaned note is cleared.</summary>
    public void Begin()
    {
        repair = true;
        toClear = lastNote = time.GetUtcNow();
        Kick();
    }

    /// <summary>Before a write that holds events: makes sure that somebody wakes this grain should it die in between.</summary>
    public async Task<DateTimeOffset> NoteDue()
    {
        var now = time.GetUtcNow();
        lastNote = now >= lastNote + Tick ? now : lastNote + Tick;
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
        if (kicked) return;
        kicked = true;
        if (timer is null)
            timer = grain.RegisterGrainTimer(Run, new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan) { Interleave = true });
        else
            timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private Task Run(CancellationToken cancellation)
    {
        kicked = false;
        Start(cancellation);
        return Task.CompletedTask;
    }

    /// <summary>Starts every lane that has something to do and does not rest, then sets the timer for the first that rests.</summary>
    private void Start(CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested) return;
        delivered.IntersectWith(written().Pending.Select(happening => happening.Sequence));
        var now = time.GetUtcNow();
        TimeSpan? rest = null;
        foreach (var receiver in Receivers())
        {
            if (!lanes.TryGetValue(receiver, out var lane)) lane = lanes[receiver] = new Lane();
            if (lane.Running) continue;
            if (lane.NotBefore > now)
                rest = rest < lane.NotBefore - now ? rest : lane.NotBefore - now;
            else if (lanes.Values.Count(one => one.Running) < SideBySide)
                _ = Drive(receiver, lane, cancellation);
        }

        if (rest is { } pause && !kicked) timer!.Change(pause > Tick ? pause : Tick, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Who has something to get, by the age of the oldest; when nobody has, the note is to be cleared.</summary>
    private string[] Receivers()
    {
        var receivers = Undelivered().Select(LaneOf);
        if (repair) receivers = receivers.Prepend(Shown);
        string[] waiting = [.. receivers.Distinct(StringComparer.Ordinal)];
        return waiting.Length > 0 ? waiting : toClear is null ? [] : [Note];
    }

    private async Task Drive(string receiver, Lane lane, CancellationToken cancellation)
    {
        lane.Running = true;
        await Task.Yield();
        try
        {
            await (receiver == Note ? Clear() : Serve(receiver, cancellation));
            lanes.Remove(receiver);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            lane.Running = false;
            DeliveryFailed(key, receiver, lane.Failures + 1, lane.Park(time.GetUtcNow()), failure);
        }

        Start(cancellation);
    }

    private async Task Serve(string receiver, CancellationToken cancellation)
    {
        if (receiver == Shown && repair)
        {
            await project();
            repair = false;
        }

        while (!cancellation.IsCancellationRequested && Next(receiver) is { IsEmpty: false } batch)
        {
            await Deliver(batch);
            delivered.UnionWith(batch.Select(happening => happening.Sequence));
        }
    }

    private async Task Clear()
    {
        var noted = toClear;
        if (noted is { } at) await due.Clear(key, at);
        if (toClear == noted) toClear = null;
    }

    private IEnumerable<OutgoingEvent> Undelivered() => written().Pending.Where(happening => !delivered.Contains(happening.Sequence));

    /// <summary>The receiver's next event, or as many as follow each other for the feed.</summary>
    private ImmutableArray<OutgoingEvent> Next(string receiver)
    {
        var pending = Undelivered().Where(happening => LaneOf(happening) == receiver);
        var first = pending.FirstOrDefault();
        return first switch
        {
            null => [],
            Publish => [.. pending.TakeWhile(happening => happening is Publish)],
            _ => [first],
        };
    }

    private static string LaneOf(OutgoingEvent happening) => happening is Project or Publish ? Shown : EventSender.ReceiverOf(happening);

    private Task Deliver(ImmutableArray<OutgoingEvent> batch) => batch[0] switch
    {
        Project => project(),
        Publish => sender.Publish([.. batch.OfType<Publish>().Select(publish => publish.Item)]),
        var single => sender.Send(single),
    };

    [LoggerMessage(
        EventId = 3001, Level = LogLevel.Warning, Message = "Delivery of {GrainKey} to {Receiver} failed {Failures} times in a row; next try in {Pause}")]
    private partial void DeliveryFailed(string grainKey, string receiver, int failures, TimeSpan pause, Exception failure);
}
