using Dapper;
using Regional.Imaging.Packs;

namespace Regional.Imaging.Index;

/// <summary>How far the archive's upkeep is: durable, so that a restart neither forgets a task nor begins it again.</summary>
internal sealed class UpkeepLedger(IndexDatabase database)
{
    /// <summary>When a task last came to its end, and where the run under way has come to; null before its first note.</summary>
    public async Task<UpkeepProgress?> ReadAsync(string task, CancellationToken cancellation) => (await database.QueryAsync(
        "SELECT ended, pack, pack_offset FROM upkeep WHERE task = @task", new { task },
        row => new UpkeepProgress(Instants.FromNumber(row.GetInt64(0)), new PackPosition(row.GetInt64(1), row.GetInt64(2))), cancellation)).FirstOrDefault();

    public async Task WriteAsync(string task, UpkeepProgress progress, CancellationToken cancellation)
    {
        await using var lease = await database.OpenForWritingAsync(cancellation);
        await lease.Connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO upkeep (task, ended, pack, pack_offset) VALUES (@task, @ended, @Pack, @Offset)
            ON CONFLICT (task) DO UPDATE SET ended = excluded.ended, pack = excluded.pack, pack_offset = excluded.pack_offset
            """,
            new { task, ended = Instants.ToNumber(progress.Ended), progress.At.Pack, progress.At.Offset }, cancellationToken: cancellation));
    }
}

/// <param name="Ended">The last time that the task came to its end.</param>
/// <param name="At">Where the run under way goes on; <see cref="PackPosition.Start"/> when none is.</param>
internal sealed record UpkeepProgress(DateTimeOffset Ended, PackPosition At);
