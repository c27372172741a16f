using System.Data.Common;
using Dapper;
using Regional.Imaging.Packs;

namespace Regional.Imaging.Index;

/// <summary>
/// Where the bytes of instances stand, as the records of evictions and of fetched copies change it. The record that an instance came with
/// (its origin) stays the one that it is derived from; a copy is a second record of the same bytes.
/// </summary>
internal sealed class InstancePlaces(DbTransaction transaction)
{
    // The origin takes the place of a copy that is gone: it names the instance, its bytes are not asked for.
    private const string BackToOrigin =
        """
        is_local = 0, header_length = 0, pack = COALESCE(origin_pack, pack), pack_offset = COALESCE(origin_offset, pack_offset),
        origin_pack = NULL, origin_offset = NULL
        """;

    /// <summary>The bytes may go. Holds for this content alone: what came under the UID since is untouched.</summary>
    public async Task EvictAsync(RecordHeader header)
    {
        var content = new { header.SopInstanceUid, hash = ContentHash.Parse(header.Reason).ToArray() };
        await PackSpace.CountInstancesAsync(transaction, "sop_uid = @SopInstanceUid AND hash = @hash", content);
        await RunAsync($"UPDATE instance SET {BackToOrigin} WHERE sop_uid = @SopInstanceUid AND hash = @hash AND is_local = 1", content);
    }

    /// <summary>Evicted bytes are back. False: no such instance is without its bytes.</summary>
    public async Task<bool> TakeBackAsync(PackRecord copy) => await RunAsync(
        """
        UPDATE instance SET is_local = 1, origin_pack = pack, origin_offset = pack_offset,
            pack = @Pack, pack_offset = @Offset, header_length = @HeaderLength, data_length = @DataLength
        WHERE sop_uid = @sop AND hash = @hash AND is_local = 0
        """,
        new
        {
            copy.Address.Pack, copy.Address.Offset, copy.Address.HeaderLength, copy.Address.DataLength, sop = copy.Header.SopInstanceUid,
            hash = copy.Hash.ToArray()
        }) > 0;

    /// <summary>A damaged copy is fetched again; a damaged origin whose bytes others hold stays known; any other instance leaves the index.</summary>
    public async Task DropDamagedAsync(PackPosition position)
    {
        await PackSpace.CountInstancesAsync(transaction, "pack = @Pack AND pack_offset = @Offset", position);
        if (await RunAsync($"UPDATE instance SET {BackToOrigin} WHERE pack = @Pack AND pack_offset = @Offset AND origin_pack IS NOT NULL", position) > 0) return;
        await RunAsync("DELETE FROM instance WHERE pack = @Pack AND pack_offset = @Offset AND is_local = 1", position);
    }

    private Task<int> RunAsync(string sql, object parameters) => transaction.Connection!.ExecuteAsync(sql, parameters, transaction);
}
