using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Regional.Imaging.Packs;

namespace Regional.Edge.Journal;

/// <summary>
/// Follows the packs into the upload queue: at start from the last position, then as records are committed. A queue that cannot be written for
/// a while (disk full) stops nobody: receiving goes on, and the records are taken over later.
/// </summary>
internal sealed partial class JournalFollower(PackStore packs, UploadQueue queue, TimeProvider time, ILogger<JournalFollower> logger) : BackgroundService
{
    private const int BatchRecords = 512;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Between transactions, so that a stream of images does not cost one each.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                try
                {
                    await Follow(stoppingToken);
                }
                catch (Exception fault) when (fault is SqliteException or IOException)
                {
                    NotTaken(logger, fault);
                    await Task.Delay(Pause, time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shutting down: the next start goes on from the position in the queue.
        }
    }

    private async Task Follow(CancellationToken stopping)
    {
        while (true)
        {
            var from = queue.Position();
            var batch = packs.ReadRecords(from, BatchRecords);
            if (batch.Next == from)
            {
                await packs.WaitBeyondAsync(from, stopping);
                continue;
            }

            queue.Take(batch.Records, batch.Next);
            if (batch.Records.Count < BatchRecords)
                await Task.Delay(Gather, time, stopping);
        }
    }

    [LoggerMessage(3300, LogLevel.Error, "The upload queue could not be written; tried again.")]
    private static partial void NotTaken(ILogger logger, Exception exception);
}
