using System.Diagnostics.Metrics;
using Orleans;
using Regional.Imaging.Index;
using Regional.Studies;

namespace Regional.Silo.Archive;

/// <summary>
/// Carries the archive's outbox to the Study grains, woken at once after each commit (last image acknowledged → on the reader's list within
/// a second, design §8). Events of one study go in order and joined; studies go side by side. What was delivered in order is acknowledged;
/// after a failure or a restart the rest comes again, and grains know what they have had by (source, sequence).
/// </summary>
internal sealed partial class ArchiveDispatcher(
    IOutbox outbox, IStudyMatching matching, IGrainFactory grains, TimeProvider time, ILogger<ArchiveDispatcher> log) : BackgroundService
{
    private const int PageSize = 200;
    private const int SideBySide = 8;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly Meter Meter = new("Regional.Archive");
    private static readonly Counter<long> Delivered = Meter.CreateCounter<long>("regional.archive.events", "{event}", "Events of the archive delivered to studies");
    private static readonly Counter<long> Failures = Meter.CreateCounter<long>("regional.archive.failures", "{failure}", "Deliveries that failed and are tried again");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("regional.archive.delivery.duration", "s", "From reading an event to the study's answer");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        long acknowledged = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var events = await outbox.ReadAsync(PageSize, stoppingToken);
                if (events.Count == 0)
                {
                    await outbox.WaitAsync(acknowledged, stoppingToken);
                    continue;
                }

                var last = await Deliver(events, stoppingToken);
                if (last > acknowledged)
                {
                    await outbox.AcknowledgeAsync(last, stoppingToken);
                    acknowledged = last;
                }

                if (last == events[^1].Sequence)
                {
                    failures = 0;
                    continue;
                }

                failures++;
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

            await Pause(failures, stoppingToken);
        }
    }

    /// <returns>Sequence up to which everything is delivered.</returns>
    private async Task<long> Deliver(IReadOnlyList<ArchiveEvent> events, CancellationToken cancellation)
    {
        var failed = long.MaxValue;
        var gate = new Lock();
        await Parallel.ForEachAsync(
            events.GroupBy(e => e.Study.StudyUid),
            new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = cancellation },
            async (study, token) =>
            {
                var ofStudy = study.ToList();
                if (await TryDeliver(ofStudy, token))
                    return;
                lock (gate)
                    failed = Math.Min(failed, ofStudy[0].Sequence);
            });
        return failed == long.MaxValue ? events[^1].Sequence : failed - 1;
    }

    private async Task<bool> TryDeliver(List<ArchiveEvent> events, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        try
        {
            var batch = ArrivedImages.Joined(events);
            var study = await matching.Route(batch, cancellation);
            await grains.GetGrain<IStudyGrain>(study).ImagesArrived(batch);
            Delivered.Add(events.Count);
            Duration.Record(time.GetElapsedTime(began).TotalSeconds);
            return true;
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or OutOfMemoryException) || !cancellation.IsCancellationRequested)
        {
            Failures.Add(1);
            NotDelivered(events[0].Sequence, failure);
            return false;
        }
    }

    private async Task Pause(int failures, CancellationToken cancellation)
    {
        var pause = TimeSpan.FromMilliseconds(100) * Math.Pow(2, Math.Min(failures, 10));
        try
        {
            await Task.Delay(pause < LongestPause ? pause : LongestPause, time, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The host stops; the loop sees it.
        }
    }

    [LoggerMessage(EventId = 1201, Level = LogLevel.Warning, Message = "Archive event {Sequence} was not delivered and is tried again")]
    private partial void NotDelivered(long sequence, Exception failure);

    [LoggerMessage(EventId = 1202, Level = LogLevel.Warning, Message = "The archive's outbox failed {Failures} times in a row")]
    private partial void OutboxFailed(int failures, Exception failure);
}
