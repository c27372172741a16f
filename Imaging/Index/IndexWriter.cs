using System.Data.Common;
using Dapper;
using Regional.Imaging.Packs;

namespace Regional.Imaging.Index;

/// <summary>Where the index stands; changes only together with the rows.</summary>
internal sealed class IndexState
{
    public string Generation { get; init; } = "";

    public long Pack { get; init; }

    public long PackOffset { get; init; }

    public long NextSequence { get; init; }

    public long NextEvent { get; init; }

    public PackPosition Position => new(Pack, PackOffset);
}

/// <summary>
/// Applies records to the index in pack order. Rows, outbox events and the position reached commit in one transaction (design §2 rule 8),
/// so replaying from the position applies every record exactly once.
/// </summary>
internal sealed class IndexWriter(IndexDatabase database)
{
    public async Task<IndexState> ReadStateAsync(CancellationToken cancellation)
    {
        await using var lease = await database.OpenAsync(cancellation);
        return await ReadStateAsync(lease.Connection, null);
    }

    /// <summary>Returns the number of events written.</summary>
    /// <param name="readAt">An instance as its record says, for those that remain when others of their study go.</param>
    public async Task<int> ApplyAsync(
        IReadOnlyList<IndexedRecord> records, IReadOnlyList<DamagedRecord> damaged, PackPosition from, PackPosition next,
        Func<PackPosition, IndexedRecord?> readAt, CancellationToken cancellation)
    {
        using var turn = await EnterAsync(cancellation);
        await using var lease = await database.OpenForWritingAsync(cancellation);
        await using var transaction = await lease.Connection.BeginTransactionAsync(cancellation);
        var state = await ReadStateAsync(lease.Connection, transaction);
        if (state.Position != from)
            throw new InvalidOperationException($"The index stands at {state.Position}, not at {from}: another process writes to it.");
        await using var batch = new IndexBatch(transaction, state.NextSequence, readAt);
        foreach (var record in records) await batch.ApplyAsync(record, cancellation);
        foreach (var damage in damaged) await batch.NoteDamageAsync(damage.Position, damage.Header, cancellation);
        var events = await batch.FinishAsync(state.NextEvent, cancellation);
        await lease.Connection.ExecuteAsync(
            "UPDATE archive_state SET pack = @Pack, pack_offset = @Offset, next_sequence = @sequence, next_event = @nextEvent",
            new { next.Pack, next.Offset, sequence = batch.NextSequence, nextEvent = state.NextEvent + events }, transaction);
        await transaction.CommitAsync(cancellation);
        return events;
    }

    /// <summary>Gives records their new addresses, in one transaction that is on the disk when this returns.</summary>
    public async Task MoveAsync(long compacted, IReadOnlyCollection<long> replaced, IEnumerable<MovedRecord> moved, CancellationToken cancellation)
    {
        using var turn = await EnterAsync(cancellation);
        await using var lease = await database.OpenForDurableWritingAsync(cancellation);
        await using var transaction = await lease.Connection.BeginTransactionAsync(cancellation);
        await using (var moves = new IndexMoves(transaction)) await moves.ApplyAsync(compacted, replaced, moved, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Empties all derived rows, to be rebuilt from the packs. The generation changes: sequences begin again.</summary>
    public async Task ClearAsync(CancellationToken cancellation)
    {
        await using var lease = await database.OpenForWritingAsync(cancellation);
        await using var transaction = await lease.Connection.BeginTransactionAsync(cancellation);
        foreach (var table in new[]
        {
            "study", "series", "instance", "quarantine", "damage", "archive_event", "tombstone", "pack_dead", "pack_flipped", "study_merge"
        })
            await lease.Connection.ExecuteAsync($"DELETE FROM {table}", transaction: transaction);
        await lease.Connection.ExecuteAsync(
            "UPDATE archive_state SET pack = 0, pack_offset = 0, next_sequence = 1, next_event = 1, generation = @generation",
            new { generation = Guid.NewGuid().ToString("N") }, transaction);
        await transaction.CommitAsync(cancellation);
    }

    private async Task<IDisposable> EnterAsync(CancellationToken cancellation)
    {
        await database.Applying.WaitAsync(cancellation);
        return new Turn(database.Applying);
    }

    private static Task<IndexState> ReadStateAsync(DbConnection connection, DbTransaction? transaction) =>
        connection.QuerySingleAsync<IndexState>(
            """
            SELECT generation AS "Generation", pack AS "Pack", pack_offset AS "PackOffset", next_sequence AS "NextSequence", next_event AS "NextEvent"
            FROM archive_state
            """, transaction: transaction);

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
