using Orleans;
using Regional.Projections;
using Regional.Silo.Storage;

namespace Regional.Silo.Sweeping;

/// <summary>
/// Wakes grains that wrote something to deliver and were cut off before it was delivered: after a start all of them, then every minute all
/// that have been waiting for a while (design rule 8), page by page and a few at once. Grains that are alive deliver by themselves, long before.
/// </summary>
internal sealed partial class DueSweeper(DueTable due, IGrainFactory grains, TimeProvider time, ILogger<DueSweeper> log) : BackgroundService
{
    private const int PageSize = 500;
    private const int AtOnce = 8;
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            await Sweep(time.GetUtcNow(), stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await Sweep(time.GetUtcNow() - Patience, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <summary>Wakes all that was noted before an instant. Those that are still noted are woken again at the next sweep.</summary>
    internal async Task Sweep(DateTimeOffset before, CancellationToken cancellation)
    {
        try
        {
            var woken = 0;
            DueNote? last = null;
            while (true)
            {
                var page = await due.Page(before, last, PageSize, cancellation);
                if (page.IsEmpty)
                    break;
                await Parallel.ForEachAsync(
                    page, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (note, _) => await Wake(note.GrainKey));
                woken += page.Length;
                // Onwards from here: what could not be woken is not met twice in one sweep.
                last = page[^1];
            }

            if (woken > 0)
                Swept(woken);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or OutOfMemoryException))
        {
            SweepFailed(failure);
        }
    }

    private async Task Wake(string key)
    {
        try
        {
            await grains.Wake(key);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            NotWoken(key, failure);
        }
    }

    [LoggerMessage(EventId = 1301, Level = LogLevel.Information, Message = "Swept: {Grains} grains with something to deliver were woken")]
    private partial void Swept(int grains);

    [LoggerMessage(EventId = 1302, Level = LogLevel.Warning, Message = "{GrainKey} could not be woken; it is tried again in a minute")]
    private partial void NotWoken(string grainKey, Exception failure);

    [LoggerMessage(EventId = 1303, Level = LogLevel.Warning, Message = "The due table could not be swept; it is tried again in a minute")]
    private partial void SweepFailed(Exception failure);
}
