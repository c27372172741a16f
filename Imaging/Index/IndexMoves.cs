using System.Data.Common;
using Dapper;
using Regional.Imaging.Packs;

namespace Regional.Imaging.Index;

/// <summary>
/// The rows' new addresses after a compaction. Each is found by where its record stood before, so that repeating it after a crash changes
/// nothing, and what was deleted or evicted in the meantime stays so.
/// </summary>
internal sealed class IndexMoves(DbTransaction transaction) : IAsyncDisposable
{
    private readonly Statement _instance = Move(transaction,
        "UPDATE instance SET pack = @pack, pack_offset = @offset, header_length = CASE WHEN is_local = 1 THEN @header ELSE 0 END "
        + "WHERE pack = @fromPack AND pack_offset = @fromOffset");
    private readonly Statement _origin = Move(transaction,
        "UPDATE instance SET origin_pack = @pack, origin_offset = @offset WHERE origin_pack = @fromPack AND origin_offset = @fromOffset", withHeader: false);
    private readonly Statement _quarantine = Move(transaction,
        "UPDATE quarantine SET pack = @pack, pack_offset = @offset, header_length = @header WHERE pack = @fromPack AND pack_offset = @fromOffset");
    private readonly Statement _tombstone = Move(transaction,
        "UPDATE tombstone SET pack = @pack, pack_offset = @offset WHERE pack = @fromPack AND pack_offset = @fromOffset", withHeader: false);

    public async Task ApplyAsync(long compacted, IReadOnlyCollection<long> replaced, IEnumerable<MovedRecord> moved, CancellationToken cancellation)
    {
        long dead = 0;
        foreach (var record in moved)
        {
            if (!await MoveAsync(record, cancellation)) dead += record.To.DataLength;
        }
        foreach (var pack in replaced)
        {
            foreach (var table in new[] { "tombstone", "pack_dead", "pack_flipped" })
                await transaction.Connection!.ExecuteAsync($"DELETE FROM {table} WHERE pack = @pack", new { pack }, transaction);
        }
        if (dead > 0) await PackSpace.AddDeadAsync(transaction, compacted, dead);
        await transaction.Connection!.ExecuteAsync(
            "INSERT INTO pack_flipped (pack) VALUES (@compacted) ON CONFLICT DO NOTHING", new { compacted }, transaction);
    }

    public async ValueTask DisposeAsync()
    {
        await _instance.DisposeAsync();
        await _origin.DisposeAsync();
        await _quarantine.DisposeAsync();
        await _tombstone.DisposeAsync();
    }

    /// <summary>False: no row names it any more, its bytes are dead where they stand now.</summary>
    private async Task<bool> MoveAsync(MovedRecord record, CancellationToken cancellation)
    {
        var (from, to) = (record.From, record.To);
        switch (record.Header.Kind)
        {
            case RecordKind.Instance or RecordKind.Copy or RecordKind.Stub:
                return await _instance.RunAsync(cancellation, to.Pack, to.Offset, from.Pack, from.Offset, to.HeaderLength) > 0
                    | await _origin.RunAsync(cancellation, to.Pack, to.Offset, from.Pack, from.Offset) > 0;
            case RecordKind.Quarantine when record.Header.Reason != QuarantineReason.Damaged:
                return await _quarantine.RunAsync(cancellation, to.Pack, to.Offset, from.Pack, from.Offset, to.HeaderLength) > 0;
            case RecordKind.Delete:
                await _tombstone.RunAsync(cancellation, to.Pack, to.Offset, from.Pack, from.Offset);
                return true;
            default:
                return true;
        }
    }

    private static Statement Move(DbTransaction transaction, string sql, bool withHeader = true) => withHeader
        ? new Statement(transaction, sql, "pack", "offset", "fromPack", "fromOffset", "header")
        : new Statement(transaction, sql, "pack", "offset", "fromPack", "fromOffset");
}
