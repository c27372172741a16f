using System.Diagnostics.Metrics;
using Orleans;
using Regional.Imaging.Index;
using Regional.Studies;

namespace Regional.Silo.Archive;

/// <summary>
/// Carries the archive's outbox to the Study grains, woken at once after each commit (last image acknowledged → on the reader's list within
/// a second, design §8). Events of one study go in order and joined; studies go side by side. What was delivered is acknowledged at once; a
/// study that could not take its events waits by itself, with growing pauses, and holds up no other. After a restart what was not acknowledged
/// comes again, and grains know what they have had by (source, sequence).
/// </summary>
internal sealed partial class ArchiveDispatcher(
    IOutbox outbox, IStudyMatching matching, IGrainFactory grains, TimeProvider time, ILogger<ArchiveDispatcher> log) : BackgroundService
{
    private const int PageSize = 200;
    private const int SideBySide = 8;
    private static readonly Meter Meter = new("Regional.Archive");
    private static readonly Counter<long> Delivered = Meter.CreateCounter<long>("regional.archive.events", "{event}", "Events of the archive delivered to studies");
    private static readonly Counter<long> Failures = Meter.CreateCounter<long>("regional.archive.failures", "{failure}", "Deliveries that failed and are tried again");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("regional.archive.delivery.duration", "s", "From reading an event to the study's answer");

    private readonly ParkedStudies parked = new(time);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var (events, position) = await outbox.ReadAsync(PageSize, parked.Waiting(), stoppingToken);
                if (events.Count == 0)
                {
                    await WaitAsync(position, stoppingToken);
                    continue;
                }

                var delivered = await Deliver(events, stoppingToken);
                await outbox.AcknowledgeAsync(delivered, stoppingToken);
                // When nothing at all got through, the cause is not one study: the whole loop slows down.
                failures = delivered.Count > 0 ? 0 : failures + 1;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                failures++;
                OutboxFailed(failures, failure);
            }

            if (failures > 0)
                await Pause(failures, stoppingToken);
        }
    }

    /// <returns>Sequences of the events that arrived.</returns>
    private async Task<IReadOnlyCollection<long>> Deliver(IReadOnlyList<ArchiveEvent> events, CancellationToken cancellation)
    {
        List<long> delivered = [];
        await Parallel.ForEachAsync(
            events.GroupBy(e => e.Study.StudyUid, StringComparer.Ordinal),
            new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = cancellation },
            async (study, token) =>
            {
                var ofStudy = study.ToList();
                if (!await TryDeliver(ofStudy, token))
                    return;
                lock (delivered)
                    delivered.AddRange(ofStudy.Select(e => e.Sequence));
            });
        return delivered;
    }

    private async Task<bool> TryDeliver(List<ArchiveEvent> events, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var uid = events[0].Study.StudyUid;
        try
        {
            var batch = ArrivedImages.Joined(events);
            var study = await matching.Route(batch, cancellation);
            await grains.GetGrain<IStudyGrain>(study).ImagesArrived(batch);
            parked.Free(uid);
            Delivered.Add(events.Count);
            Duration.Record(time.GetElapsedTime(began).TotalSeconds);
            return true;
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or OutOfMemoryException) || !cancellation.IsCancellationRequested)
        {
            Failures.Add(1);
            NotDelivered(events[0].Sequence, parked.Park(uid), failure);
            return false;
        }
    }

    /// <summary>Until something is committed, or a parked study's pause is over.</summary>
    private async Task WaitAsync(long position, CancellationToken cancellation)
    {
        using var waking = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var committed = outbox.WaitAsync(position, waking.Token);
        if (parked.NextIn() is { } pause)
            await Task.WhenAny(committed, Task.Delay(pause, time, waking.Token));
        else
            await committed;
        await waking.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    private async Task Pause(int failures, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(ParkedStudies.PauseAfter(failures), time, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The host stops; the loop sees it.
        }
    }

    [LoggerMessage(EventId = 1201, Level = LogLevel.Warning, Message = "Archive event {Sequence} was not delivered; it is tried again in {Pause}")]
    private partial void NotDelivered(long sequence, TimeSpan pause, Exception failure);

    [LoggerMessage(EventId = 1202, Level = LogLevel.Warning, Message = "The archive's outbox failed {Failures} times in a row")]
    private partial void OutboxFailed(int failures, Exception failure);
}
