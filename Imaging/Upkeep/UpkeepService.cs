using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Regional.Imaging.Index;
using Regional.Imaging.Packs;

namespace Regional.Imaging.Upkeep;

/// <summary>What the archive does for itself while it serves.</summary>
public sealed record UpkeepOptions
{
    /// <summary>From the end of one scrub to the beginning of the next. Default 30 days.</summary>
    public TimeSpan ScrubEvery { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Bytes that a scrub reads a second at most. Default 16 MiB.</summary>
    public long ScrubBytesPerSecond { get; init; } = 16L << 20;

    /// <summary>Default a day.</summary>
    public TimeSpan CompactEvery { get; init; } = TimeSpan.FromDays(1);

    public CompactionOptions Compaction { get; init; } = new();

    /// <summary>How often it is looked whether something is due. Default 10 minutes.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Who else names packs, asked before a compaction; null answers: nobody.</summary>
    public Func<PacksInUse?> Others { get; init; } = () => null;
}

/// <summary>
/// The monthly scrub and the daily compaction, throttled, beside everything else. When each last ended is durable, and a scrub goes on after a
/// restart where it was.
/// </summary>
public sealed class UpkeepService(ImageArchive archive, UpkeepOptions options, TimeProvider time, ILogger<UpkeepService> logger) : BackgroundService
{
    private const string Scrub = "scrub";
    private const string Compact = "compact";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.LookEvery, time);
        try
        {
            do
            {
                try
                {
                    await LookAsync(stoppingToken);
                }
                catch (Exception failure) when (failure is IOException or DbException)
                {
                    UpkeepLog.Failed(logger, failure);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping; the next start goes on from the ledger.
        }
    }

    /// <summary>Does what is due. What was never done is due one period after it was first looked for.</summary>
    internal async Task LookAsync(CancellationToken cancellation)
    {
        if (await DueAsync(Compact, options.CompactEvery, cancellation) is not null)
        {
            var report = await archive.CompactAsync(options.Compaction, options.Others(), cancellation);
            if (report.PacksBefore > 0) UpkeepLog.Compacted(logger, report.PacksBefore, report.PacksAfter, report.BytesGivenBack);
            await archive.Ledger.WriteAsync(Compact, new UpkeepProgress(time.GetUtcNow(), PackPosition.Start), cancellation);
        }
        if (await DueAsync(Scrub, options.ScrubEvery, cancellation) is { } due)
        {
            var report = await new ArchiveScrub(archive.Packs, archive.Index).RunAsync(
                due.At, new Pacer(options.ScrubBytesPerSecond, time), at => archive.Ledger.WriteAsync(Scrub, due with { At = at }, cancellation), cancellation);
            UpkeepLog.Scrubbed(logger, report.Records, report.Bytes, report.Damaged.Count);
            await archive.Ledger.WriteAsync(Scrub, new UpkeepProgress(time.GetUtcNow(), PackPosition.Start), cancellation);
        }
    }

    private async Task<UpkeepProgress?> DueAsync(string task, TimeSpan every, CancellationToken cancellation)
    {
        if (await archive.Ledger.ReadAsync(task, cancellation) is { } progress)
            return progress.At != PackPosition.Start || time.GetUtcNow() - progress.Ended >= every ? progress : null;
        await archive.Ledger.WriteAsync(task, new UpkeepProgress(time.GetUtcNow(), PackPosition.Start), cancellation);
        return null;
    }
}

/// <summary>Event ids 4170–4179.</summary>
internal static partial class UpkeepLog
{
    [LoggerMessage(4170, LogLevel.Information, "Compacted: {Before} packs became {After}, {Bytes} bytes given back")]
    public static partial void Compacted(ILogger logger, int before, int after, long bytes);

    [LoggerMessage(4171, LogLevel.Information, "Scrubbed: {Records} records, {Bytes} bytes re-hashed, {Damaged} newly damaged")]
    public static partial void Scrubbed(ILogger logger, long records, long bytes, int damaged);

    [LoggerMessage(4172, LogLevel.Error, "Upkeep of the archive failed; tried again later")]
    public static partial void Failed(ILogger logger, Exception exception);
}
