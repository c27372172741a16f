using Microsoft.Extensions.Hosting;
using Regional.Imaging.Packs;

namespace Regional.Edge.Journal;

/// <summary>Follows the packs into the upload queue: at start from the last position, then as records are committed.</summary>
internal sealed class JournalFollower(PackStore packs, UploadQueue queue) : BackgroundService
{
    private const int BatchRecords = 512;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var from = queue.Position();
                var batch = packs.ReadRecords(from, BatchRecords);
                if (batch.Next == from)
                {
                    await packs.WaitBeyondAsync(from, stoppingToken);
                    continue;
                }

                queue.Take(batch.Records, batch.Next);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shutting down: the next start goes on from the position in the queue.
        }
    }
}
