using Regional.Imaging.Packs;

namespace Regional.Imaging.Index;

/// <summary>Which records of a stretch of a pack the index names, by offset.</summary>
/// <param name="Places">Records of instances: true where it is their bytes, false where it is their origin alone.</param>
internal sealed record NamedRecords(IReadOnlyDictionary<long, bool> Places, IReadOnlySet<long> Quarantined, IReadOnlySet<long> Damaged);

/// <summary>What a compaction asks the index.</summary>
internal sealed class LiveRecords(IndexDatabase database)
{
    /// <summary>Dead bytes of each pack that has any.</summary>
    public async Task<IReadOnlyDictionary<long, long>> DeadBytesAsync(CancellationToken cancellation) =>
        (await database.QueryAsync("SELECT pack, bytes FROM pack_dead", null, row => (Pack: row.GetInt64(0), Bytes: row.GetInt64(1)), cancellation))
            .ToDictionary(row => row.Pack, row => row.Bytes);

    /// <summary>Packs whose addresses the index has taken over.</summary>
    public async Task<IReadOnlySet<long>> FlippedAsync(CancellationToken cancellation) =>
        (await database.QueryAsync("SELECT pack FROM pack_flipped", null, row => row.GetInt64(0), cancellation)).ToHashSet();

    /// <summary>Packs with damage that is not made good: neither was the instance stored again nor was it deleted, or nobody knows which it was.</summary>
    public async Task<IReadOnlySet<long>> WithLossAsync(CancellationToken cancellation) => (await database.QueryAsync(
        """
        SELECT DISTINCT pack FROM damage WHERE sop_uid = ''
            OR (NOT EXISTS (SELECT 1 FROM instance WHERE instance.sop_uid = damage.sop_uid)
                AND NOT EXISTS (SELECT 1 FROM tombstone
                    WHERE tombstone.study_uid = damage.study_uid AND (tombstone.sop_uid = '' OR tombstone.sop_uid = damage.sop_uid)))
        """, null, row => row.GetInt64(0), cancellation)).ToHashSet();

    public async Task<NamedRecords> NamedAsync(long pack, long first, long last, CancellationToken cancellation)
    {
        var stretch = new { pack, first, last };
        var places = await database.QueryAsync(
            """
            SELECT pack_offset, is_local FROM instance WHERE pack = @pack AND pack_offset BETWEEN @first AND @last
            UNION ALL SELECT origin_offset, 0 FROM instance WHERE origin_pack = @pack AND origin_offset BETWEEN @first AND @last
            """, stretch, row => (Offset: row.GetInt64(0), HoldsBytes: row.GetInt32(1) == 1), cancellation);
        var quarantined = await database.QueryAsync(
            "SELECT pack_offset FROM quarantine WHERE pack = @pack AND pack_offset BETWEEN @first AND @last", stretch, row => row.GetInt64(0), cancellation);
        var damaged = await database.QueryAsync(
            "SELECT pack_offset FROM damage WHERE pack = @pack AND pack_offset BETWEEN @first AND @last", stretch, row => row.GetInt64(0), cancellation);
        return new NamedRecords(places.ToDictionary(row => row.Offset, row => row.HoldsBytes), quarantined.ToHashSet(), damaged.ToHashSet());
    }

    /// <summary>Another record of the same bytes under the same UID is the one that the index names.</summary>
    public async Task<bool> IsNamedElsewhereAsync(PackRecord record, CancellationToken cancellation) => (await database.QueryAsync(
        "SELECT 1 FROM instance WHERE sop_uid = @sop AND hash = @hash", new { sop = record.Header.SopInstanceUid, hash = record.Hash.ToArray() },
        row => true, cancellation)).Count > 0;

    /// <summary>Deletions that cover this record, wherever they stand.</summary>
    public async Task<IReadOnlyList<PackPosition>> DeletionsAsync(RecordHeader header, bool isInstance, CancellationToken cancellation) =>
        await database.QueryAsync(
            isInstance
                ? """
                  SELECT pack, pack_offset FROM tombstone WHERE study_uid = @StudyUid AND (sop_uid = @SopInstanceUid
                      OR (sop_uid = '' AND (series_uid = '' OR series_uid = @SeriesUid)))
                  """
                : "SELECT pack, pack_offset FROM tombstone WHERE sop_uid = @SopInstanceUid OR (study_uid = @StudyUid AND sop_uid = '' AND series_uid = '')",
            header, row => new PackPosition(row.GetInt64(0), row.GetInt64(1)), cancellation);
}
