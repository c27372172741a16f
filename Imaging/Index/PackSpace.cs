using System.Data.Common;
using Dapper;

namespace Regional.Imaging.Index;

/// <summary>How many bytes of each pack nobody needs any more; written with the rows that cease to name them.</summary>
internal static class PackSpace
{
    private const string Add = "ON CONFLICT (pack) DO UPDATE SET bytes = pack_dead.bytes + excluded.bytes";

    public static Task AddDeadAsync(DbTransaction transaction, long pack, long bytes) => transaction.Connection!.ExecuteAsync(
        $"INSERT INTO pack_dead (pack, bytes) VALUES (@pack, @bytes) {Add}", new { pack, bytes }, transaction);

    /// <summary>Called before rows go altogether. A record without its bytes counts as one, so that its pack is known to hold something dead.</summary>
    /// <param name="where">Which of them, over the parameters.</param>
    public static async Task CountDeletedAsync(DbTransaction transaction, string where, object parameters)
    {
        await transaction.Connection!.ExecuteAsync(
            $"""
            INSERT INTO pack_dead (pack, bytes)
            SELECT pack, SUM(CASE WHEN is_local = 1 THEN data_length ELSE 1 END) FROM instance WHERE {where} GROUP BY pack {Add}
            """, parameters, transaction);
        await transaction.Connection!.ExecuteAsync(
            $"INSERT INTO pack_dead (pack, bytes) SELECT origin_pack, COUNT(*) FROM instance WHERE origin_pack IS NOT NULL AND {where} GROUP BY origin_pack {Add}",
            parameters, transaction);
    }

    /// <summary>Called before rows cease to be local.</summary>
    public static Task CountInstancesAsync(DbTransaction transaction, string where, object parameters) => transaction.Connection!.ExecuteAsync(
        $"INSERT INTO pack_dead (pack, bytes) SELECT pack, SUM(data_length) FROM instance WHERE is_local = 1 AND {where} GROUP BY pack {Add}",
        parameters, transaction);

    public static Task CountQuarantineAsync(DbTransaction transaction, string where, object parameters) => transaction.Connection!.ExecuteAsync(
        $"INSERT INTO pack_dead (pack, bytes) SELECT pack, SUM(data_length) FROM quarantine WHERE {where} GROUP BY pack {Add}", parameters, transaction);
}
