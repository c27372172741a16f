using Microsoft.Extensions.Hosting;

namespace Regional.Portal.Accounts;

/// <summary>Removes sessions that are over, every ten minutes. They opened nothing meanwhile; this keeps the table small.</summary>
internal sealed class SessionSweep(ISessionStore sessions, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            do
                await sessions.RemoveExpired(time.GetUtcNow(), stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
