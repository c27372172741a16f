using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Regional.Portal.Accounts;

/// <summary>
/// Removes sessions that are over, every ten minutes. They opened nothing meanwhile; this keeps the table small, so a failure waits for the
/// next round and never stops the host.
/// </summary>
internal sealed partial class SessionSweep(ISessionStore sessions, TimeProvider time, ILogger<SessionSweep> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            do
                await Sweep(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task Sweep(CancellationToken cancellation)
    {
        try
        {
            await sessions.RemoveExpired(time.GetUtcNow(), cancellation);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException && !cancellation.IsCancellationRequested)
        {
            NotSwept(failure);
        }
    }

    [LoggerMessage(EventId = 2204, Level = LogLevel.Warning, Message = "Sessions that are over could not be removed; it is tried again in ten minutes")]
    private partial void NotSwept(Exception failure);
}
