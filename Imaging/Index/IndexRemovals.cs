using System.Data.Common;
using Dapper;
using Regional.Imaging.Packs;

namespace Regional.Imaging.Index;

/// <summary>
/// Instances that go: by a deletion or by damage. What remains of their study and series is derived again from the instances that remain, in
/// their order, so that the result does not depend on what is gone: a rebuild after a compaction no longer sees it.
/// </summary>
internal sealed class IndexRemovals(
    DbTransaction transaction, StudyUpserts upserts, InstancePlaces places, Func<PackPosition, IndexedRecord?> readAt)
{
    /// <summary>Returns the next sequence number.</summary>
    public async Task<long> NoteDamageAsync(PackPosition position, RecordHeader? header, long sequence, CancellationToken cancellation)
    {
        await upserts.FlushAsync(cancellation);
        var study = await transaction.Connection!.ExecuteScalarAsync<string?>(
            "SELECT study_uid FROM instance WHERE pack = @Pack AND pack_offset = @Offset", position, transaction) ?? header?.StudyUid ?? "";
        await RunAsync("INSERT INTO damage (pack, pack_offset, sop_uid, study_uid) VALUES (@Pack, @Offset, @sop, @study) ON CONFLICT DO NOTHING",
            new { position.Pack, position.Offset, sop = header?.SopInstanceUid ?? "", study });
        await PackSpace.CountQuarantineAsync(transaction, "pack = @Pack AND pack_offset = @Offset", position);
        await RunAsync("DELETE FROM quarantine WHERE pack = @Pack AND pack_offset = @Offset", position);
        await places.DropDamagedAsync(position);
        return await DeriveAgainAsync(study, sequence, cancellation);
    }

    /// <summary>Returns the next sequence number.</summary>
    public async Task<long> DeleteAsync(PackRecord record, long sequence, CancellationToken cancellation)
    {
        await upserts.FlushAsync(cancellation);
        var header = record.Header;
        var which = "study_uid = @StudyUid"
            + (header.SopInstanceUid.Length > 0 ? " AND sop_uid = @SopInstanceUid" : header.SeriesUid.Length > 0 ? " AND series_uid = @SeriesUid" : "");
        await PackSpace.CountDeletedAsync(transaction, which, header);
        await RunAsync("DELETE FROM instance WHERE " + which, header);
        var quarantined = header.SopInstanceUid.Length > 0 ? "sop_uid = @SopInstanceUid" : header.SeriesUid.Length == 0 ? "study_uid = @StudyUid" : null;
        if (quarantined is not null)
        {
            await PackSpace.CountQuarantineAsync(transaction, quarantined, header);
            await RunAsync("DELETE FROM quarantine WHERE " + quarantined, header);
        }
        await RunAsync(
            """
            INSERT INTO tombstone (pack, pack_offset, study_uid, series_uid, sop_uid)
            VALUES (@Pack, @Offset, @StudyUid, @SeriesUid, @SopInstanceUid) ON CONFLICT DO NOTHING
            """,
            new { record.Address.Pack, record.Address.Offset, header.StudyUid, header.SeriesUid, header.SopInstanceUid });
        return await DeriveAgainAsync(header.StudyUid, sequence, cancellation);
    }

    private async Task<long> DeriveAgainAsync(string study, long sequence, CancellationToken cancellation)
    {
        var remaining = await ReadRemainingAsync(study);
        await RunAsync("DELETE FROM series WHERE study_uid = @study", new { study });
        await RunAsync("DELETE FROM study WHERE study_uid = @study", new { study });
        foreach (var row in remaining)
        {
            cancellation.ThrowIfCancellationRequested();
            upserts.Add(row.With(readAt(new PackPosition(row.Pack, row.PackOffset))), row.Sequence);
        }
        await upserts.FlushAsync(cancellation);
        if (remaining.Count == 0) await RunAsync("DELETE FROM archive_event WHERE study_uid = @study", new { study });
        else await RunAsync("UPDATE study SET version = @sequence WHERE study_uid = @study", new { study, sequence });
        return sequence + 1;
    }

    private async Task<IReadOnlyList<Remaining>> ReadRemainingAsync(string study) => (await transaction.Connection!.QueryAsync<Remaining>(
        """
        SELECT sop_uid AS "SopUid", study_uid AS "StudyUid", series_uid AS "SeriesUid", COALESCE(origin_pack, pack) AS "Pack",
            COALESCE(origin_offset, pack_offset) AS "PackOffset", data_length AS "DataLength", received AS "Received", site AS "Site",
            calling_ae AS "CallingAe", sequence AS "Sequence"
        FROM instance WHERE study_uid = @study ORDER BY sequence
        """, new { study }, transaction)).AsList();

    private Task<int> RunAsync(string sql, object parameters) => transaction.Connection!.ExecuteAsync(sql, parameters, transaction);

    private sealed class Remaining
    {
        public string SopUid { get; init; } = "";

        public string StudyUid { get; init; } = "";

        public string SeriesUid { get; init; } = "";

        public long Pack { get; init; }

        public long PackOffset { get; init; }

        public long DataLength { get; init; }

        public long Received { get; init; }

        public string Site { get; init; } = "";

        public string CallingAe { get; init; } = "";

        public long Sequence { get; init; }

        /// <summary>The row as a record, with the values of the record that it came with where that can be read.</summary>
        public IndexedRecord With(IndexedRecord? read)
        {
            var header = new RecordHeader
            {
                Kind = RecordKind.Instance, StudyUid = StudyUid, SeriesUid = SeriesUid, SopInstanceUid = SopUid, Site = Site, CallingAe = CallingAe,
                ReceivedAt = Instants.FromNumber(Received)
            };
            var record = IndexedRecord.WithoutData(new PackRecord(new RecordAddress(Pack, PackOffset, 0, DataLength), header, default));
            return read?.Record.Header.SopInstanceUid == SopUid ? record with { Facts = read.Facts } : record;
        }
    }
}
